//! `order` against the standard library.

use celgate::order;

#[test]
fn sorts_as_the_standard_library_does() {
    let mut state = 1_u32;
    let mut next = |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % below
    };
    for length in (0..70).chain([1000]) {
        let pairs: Vec<(u32, usize)> =
            (0..length).map(|index| (next(1 + length as u32 / 2), index)).collect();
        let (mut ours, mut theirs) = (pairs.clone(), pairs);
        order::sort_by_key(&mut ours, |pair| pair.0);
        theirs.sort_by_key(|pair| pair.0);
        assert_eq!(ours, theirs);
    }
}
