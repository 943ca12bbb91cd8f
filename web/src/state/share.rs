//! The page in a link: everything behind the `#`, compressed, with a version in front so that old links stay readable.

use miniz_oxide::{deflate::compress_to_vec, inflate::decompress_to_vec_with_limit};
use serde::{Deserialize, Serialize};

use super::{Draft, Settings, drafts::Origin};

const PREFIX: &str = "v1.";
/// A link that unpacks to more than this is not one of ours.
const MOST: usize = 4 << 20;

/// Which parts go into the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Included {
    pub(crate) texts: [bool; 3],
    pub(crate) settings: bool,
}

impl Default for Included {
    fn default() -> Self {
        Self { texts: [true; 3], settings: true }
    }
}

#[derive(Serialize, Deserialize)]
struct Packed {
    #[serde(default, rename = "n", skip_serializing_if = "String::is_empty")]
    title: String,
    #[serde(default, rename = "t")]
    texts: [String; 3],
    #[serde(default, rename = "s")]
    settings: Settings,
}

/// The fragment for a draft, without the `#`.
pub(crate) fn fragment(draft: &Draft, included: Included) -> String {
    let texts =
        std::array::from_fn(
            |index| if included.texts[index] { draft.texts[index].clone() } else { String::new() },
        );
    let settings = if included.settings { draft.settings.clone() } else { Settings::default() };
    let packed = Packed { title: draft.title.clone(), texts, settings };
    let json = serde_json::to_vec(&packed).unwrap_or_default();
    format!("{PREFIX}{}", encode(&compress_to_vec(&json, 9)))
}

/// What a fragment holds.
///
/// # Errors
/// A sentence for the user.
pub(crate) fn read(fragment: &str) -> Result<Option<Draft>, String> {
    let fragment = fragment.trim_start_matches('#');
    let Some(body) = fragment.strip_prefix(PREFIX) else {
        let foreign = fragment.starts_with('v') && fragment.contains('.');
        return if foreign {
            Err("This link was made by a newer celgate. Reload the page and try again.".to_owned())
        } else {
            Ok(None)
        };
    };
    let broken = || "This link is damaged: part of it is missing. Ask for it again, as a whole.".to_owned();
    let bytes = decode(body).ok_or_else(broken)?;
    let json = decompress_to_vec_with_limit(&bytes, MOST).map_err(|_| broken())?;
    let packed: Packed = serde_json::from_slice(&json).map_err(|_| broken())?;
    Ok(Some(Draft {
        title: packed.title,
        texts: packed.texts,
        settings: packed.settings,
        origin: Origin::Shared,
        lesson: String::new(),
        edited: false,
    }))
}

/// How well a link of this length travels.
pub(crate) const fn reach(length: usize) -> &'static str {
    match length {
        0..=2000 => "fits anywhere",
        2001..=8000 => "fits chats and issues",
        8001..=32000 => "browsers only",
        _ => "too long for most places: download the bundle",
    }
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 4 / 3 + 3);
    for chunk in bytes.chunks(3) {
        let word =
            chunk.iter().enumerate().fold(0_u32, |word, (at, &byte)| word | u32::from(byte) << (16 - 8 * at));
        for digit in 0..=chunk.len() {
            out.push(char::from(ALPHABET[(word >> (18 - 6 * digit)) as usize & 63]));
        }
    }
    out
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() * 3 / 4);
    for chunk in text.as_bytes().chunks(4) {
        let mut word = 0_u32;
        for (at, byte) in chunk.iter().enumerate() {
            let digit = ALPHABET.iter().position(|letter| letter == byte)?;
            word |= u32::try_from(digit).ok()? << (18 - 6 * at);
        }
        let bytes = word.to_be_bytes();
        out.extend(bytes.get(1..chunk.len())?);
    }
    Some(out)
}

/// Everything as one YAML file that `kubectl apply` takes.
pub(crate) fn bundle(draft: &Draft) -> String {
    let parts: Vec<&str> =
        draft.texts.iter().map(|text| text.trim_end()).filter(|text| !text.is_empty()).collect();
    let mut out = parts.join("\n---\n");
    out.push('\n');
    out
}
