//! The glyphs on the cards: own drawings of strokes on a grid of 18 by 18.
//!
//! Knows nothing of networks; a view chooses by [`Icon`].

/// A glyph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Icon {
    Globe,
    Cloud,
    Router,
    Switch,
    Server,
    Disks,
    Gate,
    Tunnel,
    Names,
    Branches,
    Seal,
    Key,
    Pulse,
    Honeycomb,
    Person,
    Box,
}

impl Icon {
    /// The glyph as the path of an SVG, to be stroked.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Icon::Globe => "M16 9A7 7 0 1 1 2 9A7 7 0 1 1 16 9M2 9H16M9 2C12 5 12 13 9 16M9 2C6 5 6 13 9 16",
            Icon::Cloud => "M5 14H13A3 3 0 0 0 13 8A4 4 0 0 0 5 7A3 3 0 0 0 5 14Z",
            Icon::Router => {
                "M3 9H15A1 1 0 0 1 16 10V14A1 1 0 0 1 15 15H3A1 1 0 0 1 2 14V10A1 1 0 0 1 3 9ZM5 12H6M9 12H10M13 9V6M10 4C12 2 14 2 16 4"
            }
            Icon::Switch => {
                "M3 5H15A1 1 0 0 1 16 6V12A1 1 0 0 1 15 13H3A1 1 0 0 1 2 12V6A1 1 0 0 1 3 5ZM5 10V8M8 10V8M11 10V8M14 10V8"
            }
            Icon::Server => {
                "M3 3H15A1 1 0 0 1 16 4V7A1 1 0 0 1 15 8H3A1 1 0 0 1 2 7V4A1 1 0 0 1 3 3ZM3 10H15A1 1 0 0 1 16 11V14A1 1 0 0 1 15 15H3A1 1 0 0 1 2 14V11A1 1 0 0 1 3 10ZM5 5H6M5 13H6M9 5H13M9 13H13"
            }
            Icon::Disks => "M3 5C3 2 15 2 15 5C15 8 3 8 3 5V13C3 16 15 16 15 13V5M3 9C3 12 15 12 15 9",
            Icon::Gate => "M2 16H16M3 16V9A6 6 0 0 1 15 9V16M7 16V10A2 2 0 0 1 11 10V16",
            Icon::Tunnel => "M2 15V9A7 7 0 0 1 16 9V15M6 15V10A3 3 0 0 1 12 10V15",
            Icon::Names => "M3 4H15M3 9H10M3 14H12M14 9H15",
            Icon::Branches => {
                "M6 4A2 2 0 1 1 2 4A2 2 0 1 1 6 4M6 14A2 2 0 1 1 2 14A2 2 0 1 1 6 14M16 7A2 2 0 1 1 12 7A2 2 0 1 1 16 7M4 6V12M14 9C14 12 9 11 6 13"
            }
            Icon::Seal => "M9 2L15 4V9C15 13 12 15 9 16C6 15 3 13 3 9V4ZM6 9L8 11L12 7",
            Icon::Key => "M9 11A4 4 0 1 1 8 7L16 7M16 7V10M13 7V9",
            Icon::Pulse => "M2 9H5L7 4L11 14L13 9H16",
            Icon::Honeycomb => "M9 2L15 5V12L9 16L3 12V5ZM9 6L12 8V11L9 12L6 11V8Z",
            Icon::Person => "M12 6A3 3 0 1 1 6 6A3 3 0 1 1 12 6M3 16C3 10 15 10 15 16",
            Icon::Box => "M9 2L16 5V13L9 16L2 13V5ZM2 5L9 8L16 5M9 8V16",
        }
    }
}
