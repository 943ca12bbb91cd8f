//! The reference of functions: `reference.html` for people, `reference.json` for the
//! editor's hover and completion. Both from the declarations that the engine checks and evaluates with.

use std::{collections::BTreeSet, fmt::Write as _};

use celgate::report::reference::{Entry, EntryKind, reference};

use crate::state::colour;

/// Entries with the name by which a link finds them.
pub(super) fn entries() -> Vec<(String, Entry)> {
    let mut taken = BTreeSet::new();
    let mut named = Vec::new();
    for entry in reference() {
        let plain = id(&entry);
        // `string` is in several libraries, `all` has two numbers of arguments.
        let numbered = (2..).map(|number| format!("{plain}-{number}"));
        let id =
            std::iter::once(plain.clone()).chain(numbered).find(|id| !taken.contains(id)).unwrap_or(plain);
        taken.insert(id.clone());
        named.push((id, entry));
    }
    named
}

fn id(entry: &Entry) -> String {
    let word = match entry.name.as_str() {
        "[]" => "index",
        "[?]" => "optional-index",
        ".?" => "optional-field",
        "?:" => "condition",
        "!" => "not",
        "&&" => "and",
        "||" => "or",
        "==" => "equal",
        "!=" => "unequal",
        "<" => "less",
        "<=" => "less-or-equal",
        ">" => "greater",
        ">=" => "greater-or-equal",
        "+" => "plus",
        "-" => "minus",
        "*" => "times",
        "/" => "divide",
        "%" => "modulo",
        name => name,
    };
    word.to_owned()
}

/// A list of entries, texts only: `[{id, name, kind, library, since, doc, signatures, examples}]`.
pub(super) fn data(entries: &[(String, Entry)]) -> String {
    let list: Vec<serde_json::Value> = entries
        .iter()
        .map(|(id, entry)| {
            let mut value = serde_json::to_value(entry).unwrap_or_default();
            if let Some(object) = value.as_object_mut() {
                object.insert("id".to_owned(), id.as_str().into());
            }
            value
        })
        .collect();
    serde_json::Value::from(list).to_string()
}

/// What a library is about; its own name stands beside it.
fn about(library: &str) -> &'static str {
    match library {
        "kubernetes.admission" => "Variables of a policy",
        "cel.lib.std" => "The language",
        "cel.lib.ext.strings" => "Texts",
        "cel.lib.ext.lists" => "Lists, more",
        "cel.lib.ext.sets" => "Lists as sets",
        "cel.lib.ext.comprev2" => "Macros with two variables",
        "cel.lib.optional" => "Optional values",
        "kubernetes.lists" => "Lists",
        "kubernetes.regex" => "Regular expressions",
        "kubernetes.urls" => "URLs",
        "kubernetes.authz" => "Authorization",
        "kubernetes.authzSelectors" => "Authorization by selector",
        "kubernetes.quantity" => "Quantities",
        "kubernetes.net.ip" => "IP addresses",
        "kubernetes.net.cidr" => "Networks",
        "kubernetes.format" => "Named formats",
        "kubernetes.Semver" => "Versions",
        _ => "",
    }
}

const HEAD: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>CEL in Kubernetes: every function, with examples that are checked — celgate</title>
<meta name="description" content="Functions, operators and macros of CEL as Kubernetes has them: signatures, since when, and examples that a test evaluates.">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'none'">
<link data-trunk rel="icon" href="favicon.svg" type="image/svg+xml">
<link data-trunk rel="css" href="styles/tokens.css">
<link data-trunk rel="css" href="styles/components.css">
<link data-trunk rel="css" href="styles/app.css">
<link data-trunk rel="css" href="styles/reference.css">
<script data-trunk src="reference.js" type="module"></script>
</head>
<body class="ref">
<header class="bar">
<a class="brand" href="./" aria-label="celgate, the playground"><svg viewBox="0 0 24 24" fill="none" aria-hidden="true"><path d="M9.2 4.6H4.1v14.8h5.1" stroke="currentColor" stroke-width="2.2" stroke-linecap="square"/><path d="M20.6 19.2V4.8L13.2 1.5v21z" fill="var(--accent-solid)"/></svg><b>celgate</b></a>
<span class="grow"></span>
<button type="button" class="btn quiet" id="theme" hidden></button>
<a class="btn" href="./">Playground</a>
</header>
"#;

/// The page: `data-trunk` tags are filled in where the page is put together.
pub(super) fn page(entries: &[(String, Entry)]) -> String {
    let mut out = String::from(HEAD);
    let mut libraries: Vec<&str> = Vec::new();
    for (_, entry) in entries {
        if !libraries.contains(&entry.library.as_str()) {
            libraries.push(&entry.library);
        }
    }
    let examples: usize = entries.iter().map(|(_, entry)| entry.examples.len()).sum();
    out.push_str("<nav class=\"ref-nav\" aria-label=\"Libraries\"><ul>\n");
    for library in &libraries {
        let _ = writeln!(out, "<li><a href=\"#{library}\">{}</a></li>", escaped(title(library)));
    }
    let _ = write!(
        out,
        "</ul></nav>\n<main>\n<h1>CEL in Kubernetes</h1>\n\
         <p class=\"t2 lead\">{} variables, functions, operators and macros. Each of the {examples} examples is evaluated by a test.</p>\n\
         <div class=\"ref-find\" hidden><label for=\"find\">Find</label><input class=\"input\" id=\"find\" type=\"search\" placeholder=\"startsWith, list(A), quantity …\" autocomplete=\"off\" spellcheck=\"false\"><span class=\"t2 num\" id=\"found\" role=\"status\"></span></div>\n",
        entries.len()
    );
    for library in &libraries {
        let _ = writeln!(
            out,
            "<section aria-labelledby=\"{library}\"><h2 id=\"{library}\">{} <span class=\"t3 mono\">{library}</span></h2>",
            escaped(title(library))
        );
        for (id, entry) in entries.iter().filter(|(_, entry)| entry.library == *library) {
            article(id, entry, &mut out);
        }
        out.push_str("</section>\n");
    }
    out.push_str(
        "<p class=\"t2\" id=\"nothing\" hidden>Nothing has these words.</p>\n</main>\n</body>\n</html>\n",
    );
    out
}

fn title(library: &str) -> &str {
    let title = about(library);
    if title.is_empty() { library } else { title }
}

fn article(id: &str, entry: &Entry, out: &mut String) {
    let kind = match entry.kind {
        EntryKind::Function => "",
        EntryKind::Operator => "operator",
        EntryKind::Macro => "macro",
        EntryKind::Variable => "variable",
    };
    let since = entry.since.as_ref().map(|since| format!("Kubernetes {since}"));
    let tags = [Some(kind.to_owned()).filter(|kind| !kind.is_empty()), since];
    let tags: String =
        tags.into_iter().flatten().map(|tag| format!(" <span class=\"tag\">{tag}</span>")).collect();
    let id = escaped(id);
    let _ = write!(
        out,
        "<article id=\"{id}\">\n<h3><a href=\"#{id}\" class=\"mono\">{}</a>{tags}</h3>\n<p>{}</p>\n<ul class=\"sigs mono\">",
        escaped(&entry.name),
        prose(&entry.doc)
    );
    for signature in &entry.signatures {
        let _ = write!(out, "<li>{}</li>", coloured(signature));
    }
    out.push_str("</ul>\n<dl class=\"mono\">");
    for example in &entry.examples {
        let result = if example.error {
            format!("<span class=\"v-error\">error: {}</span>", escaped(&example.result))
        } else {
            coloured(&example.result)
        };
        let _ = write!(out, "<div><dt>{}</dt><dd>{result}</dd></div>", coloured(&example.expression));
    }
    out.push_str("</dl>\n</article>\n");
}

/// Text with `code` in it.
fn prose(text: &str) -> String {
    let mut out = String::new();
    for (at, part) in text.split('`').enumerate() {
        if at % 2 == 1 {
            let _ = write!(out, "<code>{}</code>", escaped(part));
        } else {
            out.push_str(&escaped(part));
        }
    }
    out
}

fn coloured(text: &str) -> String {
    let mut out = String::new();
    for piece in colour::cel(text) {
        let part = escaped(text.get(piece.start..piece.end).unwrap_or(""));
        if piece.class.is_empty() {
            out.push_str(&part);
        } else {
            let _ = write!(out, "<span class=\"{}\">{part}</span>", piece.class);
        }
    }
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::{data, entries, escaped, page};

    #[test]
    fn every_entry_is_on_the_page_and_has_an_address() {
        let entries = entries();
        let page = page(&entries);
        for (id, entry) in &entries {
            assert_eq!(page.matches(&format!("<article id=\"{}\">", escaped(id))).count(), 1, "{id}");
            assert!(page.contains(&format!("class=\"mono\">{}</a>", escaped(&entry.name))), "{}", entry.name);
            assert!(!id.contains(['"', ' ', '<', '&']), "{id} is no address");
        }
        assert_eq!(
            page.matches("<dt>").count(),
            entries.iter().map(|(_, entry)| entry.examples.len()).sum::<usize>()
        );
    }

    #[test]
    fn libraries_have_titles() {
        for (_, entry) in entries() {
            assert!(!super::about(&entry.library).is_empty(), "{} has no title", entry.library);
        }
    }

    #[test]
    fn the_data_is_what_the_editor_reads() {
        let parsed: serde_json::Value = serde_json::from_str(&data(&entries())).expect("JSON");
        let list = parsed.as_array().expect("a list");
        let of = |name: &str| list.iter().find(|entry| entry["name"] == name).expect(name);
        assert_eq!(of("sortBy")["since"], "1.34");
        assert_eq!(of("startsWith")["kind"], "function");
        assert_eq!(of("has")["examples"][0]["expression"], "has({'a': 1}.a)");
    }
}
