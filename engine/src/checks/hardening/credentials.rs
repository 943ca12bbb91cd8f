//! What looks like a credential: names that speak of one, values in the shape of one.

/// Words in a name.
const WORDS: &[&str] = &[
    "password",
    "passwd",
    "passwor",
    "secret",
    "token",
    "apikey",
    "api_key",
    "api-key",
    "privatekey",
    "private_key",
    "private-key",
    "credential",
    "bearer",
];

/// Ends of names that hold where a credential is, not the credential.
const ELSEWHERE: &[&str] = &["_file", "_path", "_dir", "_name", "_url", "_uri", "_ref", ".file", ".path"];

/// Whether a name speaks of a credential: `DB_PASSWORD`, `apiKey`.
pub(super) fn is_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    WORDS.iter().any(|word| name.contains(word)) && !ELSEWHERE.iter().any(|end| name.ends_with(end))
}

/// Whether a value is more than a switch, a reference or a path.
pub(super) fn is_literal(value: &str) -> bool {
    let value = value.trim();
    !(value.is_empty()
        || value.starts_with("$(")
        || value.starts_with('/')
        || matches!(value.to_ascii_lowercase().as_str(), "true" | "false"))
}

/// Whether a value has the shape of a well-known credential.
pub(super) fn is_shape(value: &str) -> bool {
    value.contains("PRIVATE KEY-----")
        || prefixed(value, "AKIA", 16, |byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        || ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"]
            .iter()
            .any(|prefix| prefixed(value, prefix, 36, |byte| byte.is_ascii_alphanumeric()))
        || is_slack_token(value)
        || is_web_token(value)
        || has_user_and_password(value)
}

/// Whether `value` holds `prefix` and at least `count` bytes of a kind after it.
fn prefixed(value: &str, prefix: &str, count: usize, kind: fn(&u8) -> bool) -> bool {
    value.match_indices(prefix).any(|(at, _)| {
        let rest = value.as_bytes().get(at + prefix.len()..).unwrap_or_default();
        rest.iter().take(count).filter(|byte| kind(byte)).count() == count
    })
}

fn is_slack_token(value: &str) -> bool {
    let Some(rest) = value.strip_prefix("xox") else { return false };
    rest.len() > 10
        && rest.as_bytes().first().is_some_and(u8::is_ascii_lowercase)
        && rest.as_bytes().get(1) == Some(&b'-')
}

/// Three parts of base64, the first of which begins as `{"`.
fn is_web_token(value: &str) -> bool {
    let parts = || value.split('.');
    value.starts_with("eyJ")
        && parts().count() == 3
        && parts().all(|part| part.len() > 3 && part.bytes().all(is_base64_url))
}

fn is_base64_url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// `scheme://user:password@host`, unless the password is a reference.
pub(super) fn has_user_and_password(value: &str) -> bool {
    value.match_indices("://").any(|(at, mark)| {
        let rest = value.get(at + mark.len()..).unwrap_or("");
        let authority = rest.split(['/', '?', '#', ' ', '"', '\'']).next().unwrap_or("");
        let Some((user_info, _)) = authority.rsplit_once('@') else { return false };
        user_info.split_once(':').is_some_and(|(user, password)| {
            !user.is_empty() && !password.is_empty() && !password.starts_with(['$', '{', '<'])
        })
    })
}
