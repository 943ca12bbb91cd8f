//! References of images, taken apart.

/// The registry of images that name none.
const HUB: &str = "docker.io";

/// `registry.example:5000/shop/web:1.4.2@sha256:…`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Image<'t> {
    /// What stands before tag and digest, as written.
    pub(super) name: &'t str,
    /// The tag.
    pub(super) tag: Option<&'t str>,
    /// The digest, with its algorithm.
    pub(super) digest: Option<&'t str>,
}

impl<'t> Image<'t> {
    pub(super) fn parse(text: &'t str) -> Self {
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest)),
            None => (text, None),
        };
        // The colon of a registry's port stands before a slash.
        let (name, tag) = match rest.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
            _ => (rest, None),
        };
        Self { name, tag, digest }
    }

    /// Registry and path as the runtime completes them: Docker Hub, and its official images, need not be named.
    pub(super) fn registry_and_path(&self) -> (&'t str, alloc::string::String) {
        let (registry, path) = match self.name.split_once('/') {
            Some(("index.docker.io", path)) => (HUB, path),
            Some((first, path)) if first == "localhost" || first.contains(['.', ':']) => (first, path),
            _ => (HUB, self.name),
        };
        if registry == HUB && !path.contains('/') {
            return (HUB, alloc::format!("library/{path}"));
        }
        (registry, path.into())
    }

    /// Whether it always names the same content.
    pub(super) fn is_pinned(&self) -> bool {
        let Some((algorithm, hex)) = self.digest.and_then(|digest| digest.split_once(':')) else {
            return false;
        };
        let digits = match algorithm {
            "sha256" => 64,
            "sha512" => 128,
            _ => return false,
        };
        hex.len() == digits && hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    }

    /// Whether another image may be behind it tomorrow by design.
    pub(super) fn is_latest(&self) -> bool {
        self.digest.is_none() && matches!(self.tag, None | Some("latest" | ""))
    }
}
