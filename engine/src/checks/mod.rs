//! Built-in checks of manifests; a check is one file.
