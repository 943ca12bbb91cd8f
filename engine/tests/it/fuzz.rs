//! The fuzz targets on a few thousand inputs, the same every time: what `cargo xtask fuzz` runs by the million.
#![allow(unreachable_pub, reason = "the targets are a library of their own as well")]

#[path = "../../../conformance/src/differ/mutation.rs"]
#[expect(dead_code, reason = "`conformance differ` makes more of it")]
mod mutation;
#[path = "../../../conformance/src/differ/random.rs"]
mod random;
#[path = "../../fuzz/src/request.rs"]
mod request;
#[path = "../../fuzz/src/seeds.rs"]
#[expect(dead_code, reason = "libFuzzer reads seeds from files")]
mod seeds;
#[path = "../../fuzz/src/target.rs"]
mod target;

use self::random::Random;

const INPUTS: usize = 2000;

/// Runs a target on the seeds, then on mutations of them.
fn smoke(target: fn(&str), seeds: &[String]) {
    assert!(seeds.len() > 100, "the seeds are there");
    seeds.iter().for_each(|seed| target(seed));
    let mut random = Random::new(7);
    for _ in 0..INPUTS {
        let seed = random.one_of(seeds);
        target(&mutation::mutated(&mut random, seed, seeds));
    }
}

/// What a fuzz run found, mended since.
const FOUND: [&str; 3] = [
    "1%{{12.[. ./{{., as..wrong.'my.name').value()k/{2{   ./{1{1{.",
    "-H - ---0 .hasan",
    "-(1.5[0]) + -(-1).a",
];

#[test]
fn what_was_found_stays_mended() {
    for text in FOUND {
        target::parse(text);
        target::unparse(text);
        target::evaluate(text);
    }
}

#[test]
fn texts_have_tokens() {
    seeds::CEL.with(|seeds| smoke(target::tokens, seeds));
}

#[test]
fn texts_parse() {
    seeds::CEL.with(|seeds| smoke(target::parse, seeds));
}

#[test]
fn trees_unparse() {
    seeds::CEL.with(|seeds| smoke(target::unparse, seeds));
}

#[test]
fn expressions_check() {
    seeds::CEL.with(|seeds| smoke(target::check, seeds));
}

#[test]
fn expressions_evaluate() {
    seeds::CEL.with(|seeds| smoke(target::evaluate, seeds));
}

#[test]
fn documents_parse() {
    smoke(target::yaml_parse, &seeds::documents());
}
