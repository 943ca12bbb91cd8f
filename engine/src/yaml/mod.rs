//! YAML and JSON as kubectl reads them: text → documents, every key and value with its place.
//!
//! The contract: the same value as kubectl for every document, or a clear refusal. What is accepted is what kubectl
//! 1.37 accepts (sigs.k8s.io/yaml on go-yaml v2, YAML 1.1), whatever YAML says: `y` and `on` are booleans, `0777` is
//! octal, the last of two equal keys wins, `---` separates even inside quotes, and of a chunk only the part before
//! `...` counts. Text goes through [`parse`], which never fails: a chunk that is broken never takes its neighbours
//! along.

mod frames;
mod builder;
mod reader;
mod json;
mod node;
mod resolve;
mod scalar;
mod de;
mod path;
pub mod print;
mod error;

use alloc::{borrow::ToOwned, vec::Vec};

pub use self::{
    de::{UnknownField, from_node},
    error::{Error, Warning},
    node::{Document, Entry, Item, Node, NodeId, NodeRef, NodeValue, Origin, text},
    path::{FieldPath, Found, Step},
    resolve::decode_base64,
    scalar::ScalarMap,
};
use self::{
    error::{Kind, Oddity},
    frames::Frame,
};
use crate::source::{Source, Span};

/// Largest text that is read.
const MAX_TEXT: usize = 16 << 20;
/// Most chunks of one text.
const MAX_CHUNKS: usize = 10_000;

/// What a text holds, in its order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    /// The documents that could be read.
    pub documents: Vec<Document>,
    /// Every piece between separators, also the empty and the broken ones.
    pub chunks: Vec<Chunk>,
    /// Why the broken ones are broken, and lines that separate nothing.
    pub errors: Vec<Error>,
    /// What kubectl accepts and reads otherwise than it looks.
    pub warnings: Vec<Warning>,
}

/// A piece of a text between separators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// The piece, separators excluded.
    pub span: Span,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a [`Chunk`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing but blanks, comments or `null`: kubectl skips it.
    Empty,
    /// The document at this index of [`Parsed::documents`].
    Document(usize),
    /// No document: the error at this index of [`Parsed::errors`] says why.
    Broken(usize),
}

/// Reads all documents of a text.
///
/// ```
/// # use celgate::{source::{Source, SourceId}, yaml};
/// let text = "kind: Pod\nspec: {hostNetwork: on}\n---\nbroken: [\n---\nkind: Service\n";
/// let source = Source { id: SourceId(0), name: "pods.yaml".into(), text: text.into() };
/// let parsed = yaml::parse(&source);
/// assert_eq!(parsed.documents.len(), 2);
/// assert_eq!(parsed.documents[0].root().path(&["spec", "hostNetwork"]).unwrap().as_bool(), Some(true));
/// assert_eq!(parsed.errors.len(), 1);
/// ```
#[must_use]
pub fn parse(source: &Source) -> Parsed {
    let mut parsed = Parsed::default();
    if source.text.len() > MAX_TEXT {
        parsed.errors.push(Error::new(Kind::TooLarge, source.span(0, 0)));
        return parsed;
    }
    let mut from = 0;
    let mut json_error = None;
    if frames::starts_as_json(&source.text) {
        match json_values(source, &mut parsed) {
            JsonStream::Ended => return parsed,
            JsonStream::Continues { at, error } => {
                from = frames::after_json(&source.text, at);
                json_error = Some(error);
            }
        }
    }
    for frame in frames::frames(&source.text, from) {
        if parsed.is_full(source) {
            break;
        }
        match frame {
            Frame::Document { range, ignored } => {
                let span = source.span(offset(range.start), offset(range.end));
                let outcome = match reader::read(source, range) {
                    Ok(chunk) => {
                        parsed.warnings.extend(chunk.warnings);
                        chunk.document.map_or(Outcome::Empty, |document| parsed.keep(document))
                    }
                    // Both readings failed: the one that came further understood more of it.
                    Err(error) => parsed.refuse(match json_error.take() {
                        Some(json) if json.span().start > error.span().start => json,
                        _ => error,
                    }),
                };
                json_error = None;
                if let Some(at) = ignored {
                    parsed
                        .warnings
                        .push(Warning::new(Oddity::AfterDocumentEnd, source.span(offset(at), offset(at))));
                }
                parsed.chunks.push(Chunk { span, outcome });
            }
            Frame::BadSeparator(range) => {
                let line = source.text.get(range.clone()).unwrap_or("");
                let text = line.get(3..).unwrap_or("").trim().to_owned();
                let span = source.span(offset(range.start), offset(range.end));
                parsed.errors.push(Error::new(Kind::Separator { text }, span));
            }
        }
    }
    parsed
}

/// How a text that starts with `{` went on.
enum JsonStream {
    /// As JSON, to its end or to an error.
    Ended,
    /// Not as JSON; with at most one value before, kubectl tries YAML from there.
    Continues { at: usize, error: Error },
}

fn json_values(source: &Source, parsed: &mut Parsed) -> JsonStream {
    let mut at = 0;
    let mut count = 0;
    while let Some(value) = json::next(source, at, source.text.len()) {
        if parsed.is_full(source) {
            break;
        }
        match value {
            Ok(value) => {
                at = value.end;
                count += 1;
                let span = value.document.span;
                parsed.warnings.extend(value.warnings);
                let is_null = value.document.root().is_null();
                let outcome = if is_null { Outcome::Empty } else { parsed.keep(value.document) };
                parsed.chunks.push(Chunk { span, outcome });
            }
            Err(error) if count < 2 => return JsonStream::Continues { at, error },
            Err(error) => {
                let span = source.span(offset(at), offset(source.text.len()));
                let outcome = parsed.refuse(error);
                parsed.chunks.push(Chunk { span, outcome });
                break;
            }
        }
    }
    JsonStream::Ended
}

impl Parsed {
    fn keep(&mut self, document: Document) -> Outcome {
        self.documents.push(document);
        Outcome::Document(self.documents.len() - 1)
    }

    fn refuse(&mut self, error: Error) -> Outcome {
        self.errors.push(error);
        Outcome::Broken(self.errors.len() - 1)
    }

    fn is_full(&mut self, source: &Source) -> bool {
        let full = self.chunks.len() >= MAX_CHUNKS;
        if full {
            let end = offset(source.text.len());
            self.errors.push(Error::new(Kind::TooManyDocuments, source.span(end, end)));
        }
        full
    }
}

/// Texts are limited to 16 MiB, so every offset fits.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
