//! Sorting and maps without a copy of the algorithm for every type: a stable sort of the standard library is 4 kB of the
//! page, and `collect` into a map contains one. What is sorted here is short.

use alloc::{collections::BTreeMap, vec, vec::Vec};
use core::cmp::Ordering;

/// Sorts; what is equal stays in order.
pub fn sort_by<T>(items: &mut [T], mut compare: impl FnMut(&T, &T) -> Ordering) {
    let mut places = {
        let items = &*items;
        places(items.len(), &mut |a, b| match (items.get(a), items.get(b)) {
            (Some(a), Some(b)) => compare(a, b).is_gt(),
            _ => false,
        })
    };
    for at in 0..items.len() {
        while let Some(&to) = places.get(at).filter(|&&to| to != at && to < items.len()) {
            items.swap(at, to);
            places.swap(at, to);
        }
    }
}

/// Sorts by a key.
pub fn sort_by_key<T, K: Ord>(items: &mut [T], mut key: impl FnMut(&T) -> K) {
    sort_by(items, |a, b| key(a).cmp(&key(b)));
}

/// A map of pairs; of those with equal keys the last counts.
pub fn map<K: Ord, V>(pairs: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    for (key, value) in pairs {
        map.insert(key, value);
    }
    map
}

/// Where each of so many items belongs, by a merge sort of their numbers.
fn places(length: usize, greater: &mut dyn FnMut(usize, usize) -> bool) -> Vec<usize> {
    let mut order: Vec<usize> = (0..length).collect();
    let mut width = 1;
    while width < length {
        let mut merged = Vec::with_capacity(length);
        for run in order.chunks(2 * width) {
            let (mut left, mut right) = run.split_at(width.min(run.len()));
            while let (Some((&a, others)), Some((&b, rest))) = (left.split_first(), right.split_first()) {
                if greater(a, b) {
                    merged.push(b);
                    right = rest;
                } else {
                    merged.push(a);
                    left = others;
                }
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        order = merged;
        width *= 2;
    }
    let mut places = vec![0; length];
    for (place, item) in order.into_iter().enumerate() {
        if let Some(slot) = places.get_mut(item) {
            *slot = place;
        }
    }
    places
}
