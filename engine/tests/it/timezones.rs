//! Offsets of time zones, as Go gives them.

use celgate::cel::timezone::offset_at;

/// 2024-01-15T12:00:00Z and 2024-07-15T12:00:00Z.
const WINTER: i64 = 1_705_320_000;
const SUMMER: i64 = 1_721_044_800;

#[test]
fn offsets_are_those_of_go() {
    let cases = [
        ("UTC", WINTER, 0),
        ("", SUMMER, 0),
        ("Local", SUMMER, 0),
        ("Europe/Berlin", WINTER, 3_600),
        ("Europe/Berlin", SUMMER, 7_200),
        ("America/New_York", WINTER, -18_000),
        ("America/New_York", SUMMER, -14_400),
        ("Australia/Sydney", WINTER, 39_600),
        ("Australia/Sydney", SUMMER, 36_000),
        ("Asia/Kathmandu", SUMMER, 20_700),
        ("Africa/Casablanca", SUMMER, 3_600),
        ("Europe//Berlin", SUMMER, 7_200),
        ("./UTC", SUMMER, 0),
        // Before zones there was the sun; far ahead the rules go on.
        ("Europe/Berlin", -3_000_000_000, 3_208),
        ("Europe/Berlin", 4_118_083_200, 7_200),
        // The second of a change, and the one before.
        ("Europe/Berlin", 1_711_846_799, 3_600),
        ("Europe/Berlin", 1_711_846_800, 7_200),
        // 1900, before Panama's time was that of EST.
        ("EST", -2_208_988_800, -18_000),
        ("+01:30", SUMMER, 5_400),
        ("-01:30", SUMMER, -5_400),
        ("10:-5", SUMMER, 35_700),
        ("+10:99", SUMMER, 41_940),
    ];
    for (zone, seconds, offset) in cases {
        assert_eq!(
            offset_at(zone, seconds).map_err(|error| error.to_string()),
            Ok(offset),
            "{zone} at {seconds}"
        );
    }
}

#[test]
fn names_that_are_none_fail_as_in_go() {
    let cases = [
        ("europe/berlin", "unknown time zone europe/berlin"),
        ("../UTC", "time: invalid location name"),
        ("/UTC", "time: invalid location name"),
        ("America", "is a directory"),
        ("UTC/x", "not a directory"),
        ("zone.tab", "malformed time zone information"),
        ("UTC\0", "invalid argument"),
        ("a:b", "strconv.Atoi: parsing \"a\": invalid syntax"),
        ("1:2:3", "strconv.Atoi: parsing \"2:3\": invalid syntax"),
        ("+99999999999999999999:00", "strconv.Atoi: parsing \"+99999999999999999999\": value out of range"),
    ];
    for (zone, wanted) in cases {
        assert_eq!(
            offset_at(zone, SUMMER).map_err(|error| error.to_string()),
            Err(wanted.to_owned()),
            "{zone}"
        );
    }
}
