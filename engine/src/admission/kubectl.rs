//! What kubectl 1.37 prints of an answer (kubernetes-vap.md 6.6.1): the same refusal looks different by command, by reason,
//! and by how many objects of the command failed.

use alloc::{format, string::String, vec::Vec};

use super::response::Status;
use crate::objects::{GroupVersionKind, GroupVersionResource};

/// A command, as far as its output depends on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// `kubectl create -f`
    Create,
    /// `kubectl apply -f`
    Apply,
    /// `kubectl replace -f`
    Replace,
    /// `kubectl delete -f`
    Delete,
    /// `kubectl diff -f`
    Diff,
    /// A command that adds nothing to the status: `apply --server-side`, `scale`, `label`, `patch`, `delete TYPE NAME` …
    Bare,
    /// A command that turns the status into its own words: what stands before the message, such as
    /// `failed to create deployment: `.
    Words(&'static str),
}

/// What a command did, or would have done, with one object.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The file the object is from, as named on the command line or found in the folder; `STDIN` for standard input.
    pub file: String,
    /// Its resource.
    pub resource: GroupVersionResource,
    /// Its kind.
    pub kind: GroupVersionKind,
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// The patch that `apply` sends, as JSON, when the object exists already.
    pub patch: Option<String>,
    /// What is printed on success: `created`, `configured`, `deleted` …
    pub done: &'static str,
    /// Whether `--dry-run=server` was given.
    pub dry_run: bool,
    /// Warnings the server sent.
    pub warnings: Vec<String>,
    /// The refusal, if it was refused.
    pub refused: Option<Status>,
}

/// Output of a command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Printed {
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// Exit code.
    pub exit_code: u8,
}

/// What the command prints, having tried all objects.
#[must_use]
pub fn print(command: &Command, attempts: &[Attempt]) -> Printed {
    let mut out = Printed::default();
    let mut errors: Vec<(&Attempt, &Status)> = Vec::new();
    for attempt in attempts {
        for warning in &attempt.warnings {
            out.stderr.push_str("Warning: ");
            out.stderr.push_str(warning);
            out.stderr.push('\n');
        }
        match &attempt.refused {
            Some(status) => errors.push((attempt, status)),
            None => out.stdout.push_str(&success(attempt)),
        }
    }
    if errors.is_empty() {
        return out;
    }
    out.exit_code = if *command == Command::Diff { 2 } else { 1 };
    if let Command::Words(before) = command {
        for (_, status) in errors {
            out.stderr.push_str(&format!("error: {before}{}\n", status.message));
        }
        return out;
    }
    if let [(attempt, status)] = errors.as_slice() {
        out.stderr.push_str(&lone(command, attempt, status));
        return out;
    }
    for (attempt, status) in errors {
        out.stderr.push_str(&from_server(command, attempt, status));
    }
    out
}

fn success(attempt: &Attempt) -> String {
    let kind = attempt.kind.kind.to_lowercase();
    let group =
        if attempt.kind.group.is_empty() { String::new() } else { format!(".{}", attempt.kind.group) };
    let dry = if attempt.dry_run { " (server dry run)" } else { "" };
    if attempt.done == "deleted" {
        let place = match &*attempt.namespace {
            "" => String::new(),
            namespace => format!(" from {namespace} namespace"),
        };
        return format!("{kind}{group} \"{}\" deleted{place}{dry}\n", attempt.name);
    }
    format!("{kind}{group}/{} {}{dry}\n", attempt.name, attempt.done)
}

/// One failed object: a status with the reason Invalid is taken apart.
fn lone(command: &Command, attempt: &Attempt, status: &Status) -> String {
    if status.reason == "Invalid" {
        let subject = if status.kind.is_empty() && status.name.is_empty() {
            String::from("The request is invalid")
        } else {
            format!("The {} \"{}\" is invalid", status.kind, status.name)
        };
        let mut lines: Vec<String> = Vec::new();
        for cause in &status.causes {
            let line = format!("{}: {}", cause.field, cause.message);
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        return match lines.as_slice() {
            [] if status.kind.is_empty() && status.name.is_empty() => {
                format!("{subject}: {}\n", status.message)
            }
            [] => format!("{subject}\n"),
            [one] => format!("{subject}: {one}\n"),
            many => {
                let mut text = format!("{subject}: \n");
                for line in many {
                    text.push_str(&format!("* {line}\n"));
                }
                text
            }
        };
    }
    from_server(command, attempt, status)
}

fn from_server(command: &Command, attempt: &Attempt, status: &Status) -> String {
    let prefix = prefix(command, attempt);
    match &*status.reason {
        "Unauthorized" => {
            format!("error: You must be logged in to the server ({prefix}{})\n", status.message)
        }
        "" => format!("Error from server: {prefix}{}\n", status.message),
        reason => format!("Error from server ({reason}): {prefix}{}\n", status.message),
    }
}

fn prefix(command: &Command, attempt: &Attempt) -> String {
    let file = &attempt.file;
    match command {
        Command::Create => format!("error when creating \"{file}\": "),
        Command::Apply => match &attempt.patch {
            None => format!("error when creating \"{file}\": "),
            Some(patch) => format!(
                "error when applying patch:\n{patch}\nto:\nResource: \"{}\", GroupVersionKind: \"{}\"\nName: \
                 \"{}\", Namespace: \"{}\"\nfor: \"{file}\": error when patching \"{file}\": ",
                attempt.resource, attempt.kind, attempt.name, attempt.namespace
            ),
        },
        Command::Replace => format!("error when replacing \"{file}\": "),
        Command::Delete => format!("error when deleting \"{file}\": "),
        Command::Diff => format!("error when patching \"{file}\": "),
        Command::Bare | Command::Words(_) => String::new(),
    }
}
