//! The order in which Go's `sort.Slice` leaves elements. It is not stable: which of two equal elements comes first is
//! decided by the steps of its pattern-defeating quicksort, so these are the same steps.

use alloc::vec::Vec;

/// The places `0..length` in the order that `less` gives them.
pub(super) fn order(length: usize, less: impl Fn(usize, usize) -> bool) -> Vec<usize> {
    let mut sorter = Sorter { places: (0..length).collect(), less };
    let limit = usize::BITS - length.leading_zeros();
    sorter.sort(0, length, limit);
    sorter.places
}

struct Sorter<F> {
    places: Vec<usize>,
    less: F,
}

#[derive(PartialEq, Eq)]
enum Hint {
    Unknown,
    Increasing,
    Decreasing,
}

impl<F: Fn(usize, usize) -> bool> Sorter<F> {
    fn less(&self, i: usize, j: usize) -> bool {
        match (self.places.get(i), self.places.get(j)) {
            (Some(a), Some(b)) => (self.less)(*a, *b),
            _ => false,
        }
    }

    fn swap(&mut self, i: usize, j: usize) {
        if i < self.places.len() && j < self.places.len() {
            self.places.swap(i, j);
        }
    }

    fn sort(&mut self, mut a: usize, mut b: usize, mut limit: u32) {
        const INSERTION: usize = 12;
        let (mut balanced, mut partitioned) = (true, true);
        loop {
            let length = b - a;
            if length <= INSERTION {
                self.insertion(a, b);
                return;
            }
            if limit == 0 {
                self.heap(a, b);
                return;
            }
            if !balanced {
                self.break_patterns(a, b);
                limit -= 1;
            }
            let (mut pivot, mut hint) = self.choose_pivot(a, b);
            if hint == Hint::Decreasing {
                self.reverse(a, b);
                pivot = (b - 1) - (pivot - a);
                hint = Hint::Increasing;
            }
            if balanced && partitioned && hint == Hint::Increasing && self.partial_insertion(a, b) {
                return;
            }
            // Many equal elements: those equal to the pivot are set apart.
            if a > 0 && !self.less(a - 1, pivot) {
                a = self.partition_equal(a, b, pivot);
                continue;
            }
            let (middle, already) = self.partition(a, b, pivot);
            partitioned = already;
            let (left, right) = (middle - a, b - middle);
            let threshold = length / 8;
            if left < right {
                balanced = left >= threshold;
                self.sort(a, middle, limit);
                a = middle + 1;
            } else {
                balanced = right >= threshold;
                self.sort(middle + 1, b, limit);
                b = middle;
            }
        }
    }

    fn insertion(&mut self, a: usize, b: usize) {
        for i in a + 1..b {
            let mut j = i;
            while j > a && self.less(j, j - 1) {
                self.swap(j, j - 1);
                j -= 1;
            }
        }
    }

    fn sift_down(&mut self, mut root: usize, end: usize, first: usize) {
        loop {
            let mut child = 2 * root + 1;
            if child >= end {
                return;
            }
            if child + 1 < end && self.less(first + child, first + child + 1) {
                child += 1;
            }
            if !self.less(first + root, first + child) {
                return;
            }
            self.swap(first + root, first + child);
            root = child;
        }
    }

    fn heap(&mut self, a: usize, b: usize) {
        let length = b - a;
        for i in (0..=(length - 1) / 2).rev() {
            self.sift_down(i, length, a);
        }
        for i in (0..length).rev() {
            self.swap(a, a + i);
            self.sift_down(0, i, a);
        }
    }

    /// Moves `i` and `j` towards each other past what is on its side already; whether they have met.
    fn partition_step(&self, a: usize, i: &mut usize, j: &mut usize) -> bool {
        while *i <= *j && self.less(*i, a) {
            *i += 1;
        }
        while *i <= *j && !self.less(*j, a) {
            *j -= 1;
        }
        *i > *j
    }

    fn partition(&mut self, a: usize, b: usize, pivot: usize) -> (usize, bool) {
        self.swap(a, pivot);
        let (mut i, mut j) = (a + 1, b - 1);
        let mut already = true;
        while !self.partition_step(a, &mut i, &mut j) {
            already = false;
            self.swap(i, j);
            i += 1;
            j -= 1;
        }
        self.swap(j, a);
        (j, already)
    }

    fn partition_equal(&mut self, a: usize, b: usize, pivot: usize) -> usize {
        self.swap(a, pivot);
        let (mut i, mut j) = (a + 1, b - 1);
        loop {
            while i <= j && !self.less(a, i) {
                i += 1;
            }
            while i <= j && self.less(a, j) {
                j -= 1;
            }
            if i > j {
                return i;
            }
            self.swap(i, j);
            i += 1;
            j -= 1;
        }
    }

    /// Sorts what is nearly sorted; whether it was.
    fn partial_insertion(&mut self, a: usize, b: usize) -> bool {
        const STEPS: usize = 5;
        const SHORTEST: usize = 50;
        let mut i = a + 1;
        for _ in 0..STEPS {
            while i < b && !self.less(i, i - 1) {
                i += 1;
            }
            if i == b {
                return true;
            }
            if b - a < SHORTEST {
                return false;
            }
            self.swap(i, i - 1);
            if i - a >= 2 {
                for j in (1..i).rev() {
                    if !self.less(j, j - 1) {
                        break;
                    }
                    self.swap(j, j - 1);
                }
            }
            if b - i >= 2 {
                for j in i + 1..b {
                    if !self.less(j, j - 1) {
                        break;
                    }
                    self.swap(j, j - 1);
                }
            }
        }
        false
    }

    /// Scatters a few elements; the numbers are random to Go, but the same each time.
    fn break_patterns(&mut self, a: usize, b: usize) {
        let length = b - a;
        if length < 8 {
            return;
        }
        let mut random = length as u64;
        let mask = (1_u64 << (u64::BITS - (length as u64).leading_zeros())) - 1;
        let middle = a + (length / 4) * 2;
        for place in middle - 1..=middle + 1 {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let mut other = (random & mask) as usize;
            if other >= length {
                other -= length;
            }
            self.swap(place, a + other);
        }
    }

    fn choose_pivot(&self, a: usize, b: usize) -> (usize, Hint) {
        const NINTHER: usize = 50;
        const MAX_SWAPS: u32 = 12;
        let length = b - a;
        let mut swaps = 0;
        let (mut i, mut j, mut k) = (a + length / 4, a + length / 4 * 2, a + length / 4 * 3);
        if length >= 8 {
            if length >= NINTHER {
                i = self.median(i - 1, i, i + 1, &mut swaps);
                j = self.median(j - 1, j, j + 1, &mut swaps);
                k = self.median(k - 1, k, k + 1, &mut swaps);
            }
            j = self.median(i, j, k, &mut swaps);
        }
        let hint = match swaps {
            0 => Hint::Increasing,
            MAX_SWAPS => Hint::Decreasing,
            _ => Hint::Unknown,
        };
        (j, hint)
    }

    fn median(&self, a: usize, b: usize, c: usize, swaps: &mut u32) -> usize {
        let mut ordered = |a, b| {
            if self.less(b, a) {
                *swaps += 1;
                (b, a)
            } else {
                (a, b)
            }
        };
        let (a, b) = ordered(a, b);
        let (b, _) = ordered(b, c);
        ordered(a, b).1
    }

    fn reverse(&mut self, a: usize, b: usize) {
        if let Some(places) = self.places.get_mut(a..b) {
            places.reverse();
        }
    }
}
