//! `decimal` against the standard library.

use celgate::decimal;

#[test]
fn reads_as_the_standard_library_does() {
    let mut texts: Vec<String> = [
        "0",
        "-0",
        "+1",
        "1.5",
        ".5",
        "5.",
        ".",
        "",
        "1e",
        "1e+",
        "1e5",
        "1E-5",
        "e5",
        "1.2.3",
        "1x",
        "--1",
        "00.100e01",
        "2.2250738585072014e-308",
        "2.2250738585072011e-308",
        "4.9e-324",
        "2.4703282292062327e-324",
        "2.4703282292062328e-324",
        "1.7976931348623157e308",
        "1.7976931348623158e308",
        "1.7976931348623159e308",
        "9007199254740993",
        "9007199254740992.5",
        "9007199254740993.00000000000000000000000000000000001",
        "1e400",
        "1e-400",
        "0e999999999999999999999",
        "1e999999999999999999999",
        "1e-999999999999999999999",
        "123456789012345678901234567890",
        "6.631236846766476e-316",
        "3.2378839133029012895883524125015321748630e-34",
    ]
    .map(str::to_owned)
    .into();
    // A long text around a tie, and numbers of every size.
    texts.push(format!("9007199254740993.{}1", "0".repeat(2000)));
    texts.push(format!("{}e-2000", "7".repeat(2100)));
    texts.push(format!("0.{}7", "0".repeat(320)));
    let mut state = 1_u64;
    for _ in 0..20_000 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let value = f64::from_bits(state ^ (state >> 31));
        if value.is_finite() {
            texts.push(format!("{value:e}"));
            texts.push(format!("{value:.20e}"));
        }
        texts.push(format!("{}.{}e{}", state >> 40, state & 0xffff, (state >> 20) as i16 / 90));
    }
    for text in texts {
        let theirs = text.parse::<f64>().ok().map(f64::to_bits);
        assert_eq!(decimal::parse(&text).map(f64::to_bits), theirs, "{text}");
    }
}
