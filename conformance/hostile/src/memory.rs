//! An allocator that knows how much is in use, and how much was at most.
#![expect(
    unsafe_code,
    reason = "an allocator is unsafe by nature; this one hands everything on to the system's"
)]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

/// Counts what it takes from the system's allocator.
#[derive(Debug, Default)]
pub struct Counting {
    used: AtomicUsize,
    most: AtomicUsize,
}

impl Counting {
    /// Nothing counted yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { used: AtomicUsize::new(0), most: AtomicUsize::new(0) }
    }

    /// Octets in use.
    pub fn used(&self) -> usize {
        self.used.load(Relaxed)
    }

    /// The most octets in use at once since the last [`Counting::reset`].
    pub fn most(&self) -> usize {
        self.most.load(Relaxed)
    }

    /// Forgets what was in use before.
    pub fn reset(&self) {
        self.most.store(self.used(), Relaxed);
    }

    fn add(&self, octets: usize) {
        let used = self.used.fetch_add(octets, Relaxed).saturating_add(octets);
        self.most.fetch_max(used, Relaxed);
    }
}

// SAFETY: every call goes to the system's allocator as it came; counting touches no memory that is handed out.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.add(layout.size());
        // SAFETY: the caller's promises are the system allocator's conditions.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        self.used.fetch_sub(layout.size(), Relaxed);
        // SAFETY: as above.
        unsafe { System.dealloc(place, layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // Both may exist for a moment.
        self.add(size);
        self.used.fetch_sub(layout.size(), Relaxed);
        // SAFETY: as above.
        unsafe { System.realloc(place, layout, size) }
    }
}
