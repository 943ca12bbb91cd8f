//! Icons, drawn on 16 and stroked 1.5. Verdict marks differ in outline first: circle, octagon, triangle, diamond, dashed
//! ring.

use yew::prelude::*;

enum Stroke {
    Body,
    Dashed,
    Glyph,
    Line,
    Dots,
    Bar,
    Faint,
}
use crate::markup::html;
use Stroke::{Bar, Body, Dashed, Dots, Faint, Glyph, Line};

/// An icon by name; an unknown name draws nothing.
pub(crate) fn icon(name: &str, class: &str) -> Html {
    let paths = shape(name).iter().map(|(stroke, d)| {
        let (class, dash, width, opacity) = match stroke {
            Body => (Some("body"), None, None, None),
            Dashed => (Some("body"), Some("2.45 2.45"), None, None),
            Glyph => (Some("glyph"), None, None, None),
            Line => (None, None, None, None),
            Dots => (None, None, Some("2.2"), None),
            Bar => (None, None, Some("3"), None),
            Faint => (None, None, Some("3"), Some(".25")),
        };
        html! { <path {class} stroke-dasharray={dash} stroke-width={width} {opacity} d={*d} /> }
    });
    html! { <svg class={classes!("ico", class.to_owned())} viewBox="0 0 16 16" aria-hidden="true">{ for paths }</svg> }
}

/// A verdict mark: `admit`, `deny`, `warn`, `error`, `skip`, `no`. A denial is solid, except where it is small.
pub(crate) fn mark(name: &str, class: &str) -> Html {
    let solid = name == "deny" && class != "ico-14";
    icon(name, &format!("v-{name} {class}{}", if solid { " solid" } else { "" }))
}

/// The large mark of the decision: solid unless nothing was judged.
pub(crate) fn mark_solid(name: &str, class: &str) -> Html {
    icon(name, &format!("v-{name} {class}{}", if name == "skip" { "" } else { " solid" }))
}

fn shape(name: &str) -> &'static [(Stroke, &'static str)] {
    match name {
        "admit" => &[
            (Body, "M1.75 8a6.25 6.25 0 1 0 12.5 0a6.25 6.25 0 1 0 -12.5 0"),
            (Glyph, "M5.4 8.2l1.8 1.8 3.5-3.8"),
        ],
        "deny" => &[
            (Body, "M5.4 1.75h5.2l3.65 3.65v5.2l-3.65 3.65H5.4L1.75 10.6V5.4z"),
            (Glyph, "M5.9 5.9l4.2 4.2M10.1 5.9l-4.2 4.2"),
        ],
        "warn" => &[(Body, "M8 1.9L14.5 13.5h-13z"), (Glyph, "M8 6.2v3.3M8 11.5v.1")],
        "error" => &[(Body, "M8 1.2L14.8 8 8 14.8 1.2 8z"), (Glyph, "M8 5v3.4M8 10.7v.1")],
        "skip" => &[(Dashed, "M1.75 8a6.25 6.25 0 1 0 12.5 0a6.25 6.25 0 1 0 -12.5 0")],
        "no" => &[
            (Body, "M1.75 8a6.25 6.25 0 1 0 12.5 0a6.25 6.25 0 1 0 -12.5 0"),
            (Glyph, "M5.9 5.9l4.2 4.2M10.1 5.9l-4.2 4.2"),
        ],
        "sev3" => &[(Bar, "M3.5 10v3M8 6.5V13M12.5 3v10")],
        "sev2" => &[(Bar, "M3.5 10v3M8 6.5V13"), (Faint, "M12.5 3v10")],
        "sev1" => &[(Bar, "M3.5 10v3"), (Faint, "M8 6.5V13M12.5 3v10")],
        "info" => {
            &[(Body, "M1.75 8a6.25 6.25 0 1 0 12.5 0a6.25 6.25 0 1 0 -12.5 0"), (Glyph, "M8 7.2v3.6M8 5v.1")]
        }
        "chev" => &[(Line, "M6 3.5L10.5 8 6 12.5")],
        "down" => &[(Line, "M3.5 6L8 10.5 12.5 6")],
        "x" => &[(Line, "M4 4l8 8M12 4l-8 8")],
        "copy" => &[
            (
                Line,
                "M7 5.5h5a1.5 1.5 0 0 1 1.5 1.5v5.5a1.5 1.5 0 0 1 -1.5 1.5h-5a1.5 1.5 0 0 1 -1.5 -1.5v-5.5a1.5 1.5 0 0 1 1.5 -1.5z",
            ),
            (Line, "M10.5 5.5V3.5A1.5 1.5 0 0 0 9 2H4a1.5 1.5 0 0 0-1.5 1.5V10A1.5 1.5 0 0 0 4 11.5h1.5"),
        ],
        "check" => &[(Line, "M3 8.5l3.2 3.2L13 4.7")],
        "search" => &[(Line, "M2.5 7a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0"), (Line, "M10.4 10.4L14 14")],
        "share" => &[
            (Line, "M8 10V1.8M4.8 4.8L8 1.6l3.2 3.2"),
            (Line, "M3 8v4.5A1.5 1.5 0 0 0 4.5 14h7a1.5 1.5 0 0 0 1.5-1.5V8"),
        ],
        "sun" => &[
            (Line, "M5.1 8a2.9 2.9 0 1 0 5.8 0a2.9 2.9 0 1 0 -5.8 0"),
            (
                Line,
                "M8 1.3v1.2M8 13.5v1.2M1.3 8h1.2M13.5 8h1.2M3.3 3.3l.8.8M11.9 11.9l.8.8M12.7 3.3l-.8.8M4.1 11.9l-.8.8",
            ),
        ],
        "help" => &[(Line, "M5.8 5.7a2.2 2.2 0 1 1 3.3 1.9C8.3 8.1 8 8.6 8 9.5M8 12v.1")],
        "sliders" => &[
            (Line, "M2 5h6.5M12 5h2M2 11h2M7.5 11H14"),
            (Line, "M8.5 5a1.7 1.7 0 1 0 3.4 0a1.7 1.7 0 1 0 -3.4 0"),
            (Line, "M4 11a1.7 1.7 0 1 0 3.4 0a1.7 1.7 0 1 0 -3.4 0"),
        ],
        "link" => &[
            (Line, "M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2.3-2.3a2.6 2.6 0 0 0-3.7-3.7l-.7.7"),
            (Line, "M9.2 6.8a2.6 2.6 0 0 0-3.7 0L3.2 9.1a2.6 2.6 0 0 0 3.7 3.7l.7-.7"),
        ],
        "out" => &[(
            Line,
            "M6.5 3H4a1.5 1.5 0 0 0-1.5 1.5V12A1.5 1.5 0 0 0 4 13.5h7.5A1.5 1.5 0 0 0 13 12V9.5M9.5 2.5h4v4M13.2 2.8L7.5 8.5",
        )],
        "save" => &[(Line, "M8 2v8.2M4.8 7L8 10.2 11.2 7M2.5 13.5h11")],
        "code" => &[(Line, "M5.5 4L1.8 8l3.7 4M10.5 4l3.7 4-3.7 4")],
        "wrench" => &[(Line, "M9.3 6.7L2.8 13.2M12.6 2.6L10.3 4.9l.8.8 2.3-2.2a3.3 3.3 0 1 1-.8-.9z")],
        "user" => &[
            (Line, "M5.2 5.3a2.8 2.8 0 1 0 5.6 0a2.8 2.8 0 1 0 -5.6 0"),
            (Line, "M2.8 14c.5-3 2.5-4.3 5.2-4.3s4.7 1.3 5.2 4.3"),
        ],
        "book" => &[(
            Line,
            "M2.5 3.2c2.2-.6 4-.3 5.5.8 1.5-1.1 3.3-1.4 5.5-.8v9.6c-2.2-.6-4-.3-5.5.8-1.5-1.1-3.3-1.4-5.5-.8zM8 4v9.6",
        )],
        "target" => &[
            (Line, "M2 8a6 6 0 1 0 12 0a6 6 0 1 0 -12 0"),
            (Line, "M5.7 8a2.3 2.3 0 1 0 4.6 0a2.3 2.3 0 1 0 -4.6 0"),
        ],
        "file" => &[(Line, "M4 1.8h5l3.5 3.5v9H4zM9 1.8v3.5h3.5")],
        "play" => &[(Line, "M4.5 2.8v10.4L13 8z")],
        "more" => &[(Dots, "M3.3 8h.01M8 8h.01M12.7 8h.01")],
        "lock" => &[
            (
                Line,
                "M4.5 7h7a1.5 1.5 0 0 1 1.5 1.5v4a1.5 1.5 0 0 1 -1.5 1.5h-7a1.5 1.5 0 0 1 -1.5 -1.5v-4a1.5 1.5 0 0 1 1.5 -1.5z",
            ),
            (Line, "M5.2 7V4.8a2.8 2.8 0 0 1 5.6 0V7"),
        ],
        "external" => &[(
            Line,
            "M6.5 3H4a1.5 1.5 0 0 0-1.5 1.5V12A1.5 1.5 0 0 0 4 13.5h7.5A1.5 1.5 0 0 0 13 12V9.5M9.5 2.5h4v4M13.2 2.8L7.5 8.5",
        )],
        "turn" => &[(Line, "M13.5 8a5.5 5.5 0 1 1-2-4.2")],
        "layers" => &[(Line, "M8 2L14 5.2 8 8.4 2 5.2zM2.3 8.3L8 11.3l5.7-3M2.3 11L8 14l5.7-3")],
        "upload" => &[(Line, "M8 10.5V2.5M4.8 5.7L8 2.5l3.2 3.2M2.5 13.5h11")],
        "back" => &[(Line, "M10 3.5L5.5 8l4.5 4.5")],
        "go" => &[(Line, "M2.5 8h10.5M9 4l4 4-4 4")],
        "enter" => &[(Line, "M13 3.5v4A1.5 1.5 0 0 1 11.5 9H3M6 6L3 9l3 3")],
        _ => &[],
    }
}
