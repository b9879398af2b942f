//! Every colour, letter style and line of the pictures, for light and dark, in tables.
//!
//! Knows nothing of networks. Colours are literal in the output, since librsvg paints `var()` black.
//! Start at [`Ink`]; [`Style`] are the letters, [`Look`] the areas, [`Stroke`] the lines.

use crate::measure::Face;

/// The look of a segment: a colour and a shape of port, never the colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Tone {
    pub(crate) colour: u8,
    pub(crate) shape: u8,
}

impl Tone {
    /// How many colours the segments share before they repeat with another shape.
    const COLOURS: usize = 8;
    /// The colour and shape of what belongs to no declared segment.
    pub(crate) const NEUTRAL: Tone = Tone { colour: 8, shape: 0 };

    /// The look of a segment by its position.
    #[expect(clippy::cast_possible_truncation, reason = "both are remainders of small numbers")]
    pub(crate) fn of(position: usize) -> Tone {
        Tone { colour: (position % Self::COLOURS) as u8, shape: ((position + position / Self::COLOURS) % 4) as u8 }
    }
}

/// A colour by what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Ink {
    /// The page.
    Page,
    /// A card.
    Card,
    /// A cluster's ground.
    Cluster,
    /// The ground of a group of machines.
    Group,
    /// The data plane.
    Plane,
    /// The ground of an icon, and of what is free.
    Quiet,
    /// The ground of an icon on the way from outside.
    TunnelQuiet,
    /// Letters.
    Text,
    /// Letters that say more.
    Muted,
    /// Borders, which carry no meaning by themselves.
    Edge,
    /// Lines without a segment.
    Line,
    /// The tunnel, and what it leads to.
    Tunnel,
    /// A segment's colour.
    Tone(u8),
    /// The ground of what bears a segment's colour.
    ToneQuiet(u8),
}

impl Ink {
    /// The colour on a light and on a dark page.
    pub(crate) fn colours(self) -> (&'static str, &'static str) {
        match self {
            Ink::Page => ("#f7f8fb", "#0b1020"),
            Ink::Card => ("#ffffff", "#141c30"),
            Ink::Cluster => ("#eef2f9", "#0f1729"),
            Ink::Group => ("#e4eaf5", "#182338"),
            Ink::Plane => ("#e6edfd", "#1a2540"),
            Ink::Quiet => ("#eef1f6", "#222d45"),
            Ink::TunnelQuiet => ("#fff0e6", "#3a2014"),
            Ink::Text => ("#0f172a", "#e8ecf5"),
            Ink::Muted => ("#566174", "#a2aec3"),
            Ink::Edge => ("#d9e0ec", "#2a3652"),
            Ink::Line => ("#74819a", "#6d7da0"),
            Ink::Tunnel => ("#c2410c", "#ff8a4c"),
            Ink::Tone(0) => ("#2457d6", "#7aa7ff"),
            Ink::Tone(1) => ("#0a6b60", "#35cdb5"),
            Ink::Tone(2) => ("#7a3fd1", "#b996ff"),
            Ink::Tone(3) => ("#855500", "#e9b949"),
            Ink::Tone(4) => ("#b8246f", "#ff8cc0"),
            Ink::Tone(5) => ("#2b6e1b", "#86d66b"),
            Ink::Tone(6) => ("#0a6488", "#5cc8ee"),
            Ink::Tone(7) => ("#a8241c", "#ff9087"),
            Ink::Tone(_) => ("#55627a", "#a2aec3"),
            Ink::ToneQuiet(0) => ("#e6edfd", "#1a2b52"),
            Ink::ToneQuiet(1) => ("#dcf3ef", "#0f3a37"),
            Ink::ToneQuiet(2) => ("#f0e8fc", "#2d2150"),
            Ink::ToneQuiet(3) => ("#fbf0d9", "#3a2c0c"),
            Ink::ToneQuiet(4) => ("#fce6f1", "#45182f"),
            Ink::ToneQuiet(5) => ("#e5f4df", "#1b3a14"),
            Ink::ToneQuiet(6) => ("#dff1f8", "#0e3446"),
            Ink::ToneQuiet(7) => ("#fce8e6", "#471a17"),
            Ink::ToneQuiet(_) => ("#e9edf4", "#222d45"),
        }
    }
}

/// A style of letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Style {
    /// The picture's title.
    Title,
    /// The line under the title.
    Lead,
    /// What a card is called.
    Name,
    /// What a group is called.
    Group,
    /// A remark.
    Note,
    /// A small remark beside a line.
    Fine,
    /// A tier in the rail.
    Tier,
    /// A host name of a route.
    Host,
    /// An address.
    Mono,
    /// A service or another small technical word.
    MonoFine,
    /// A segment's title, in its colour.
    Bar,
    /// An address in a pill, in its segment's colour.
    Pill,
}

impl Style {
    pub(crate) const ALL: [Style; 12] = [
        Style::Title,
        Style::Lead,
        Style::Name,
        Style::Group,
        Style::Note,
        Style::Fine,
        Style::Tier,
        Style::Host,
        Style::Mono,
        Style::MonoFine,
        Style::Bar,
        Style::Pill,
    ];

    /// The class in the SVG, the face, the size in pixels, the weight and the colour; a segment's colour where none.
    pub(crate) fn spec(self) -> (&'static str, Face, i32, i32, Option<Ink>) {
        match self {
            Style::Title => ("t0", Face::Strong, 28, 700, Some(Ink::Text)),
            Style::Lead => ("t1", Face::Sans, 14, 400, Some(Ink::Muted)),
            Style::Name => ("t2", Face::Strong, 14, 650, Some(Ink::Text)),
            Style::Group => ("t3", Face::Strong, 13, 650, Some(Ink::Text)),
            Style::Note => ("t4", Face::Sans, 12, 400, Some(Ink::Muted)),
            Style::Fine => ("t5", Face::Sans, 11, 400, Some(Ink::Muted)),
            Style::Tier => ("t6", Face::Strong, 11, 650, Some(Ink::Muted)),
            Style::Host => ("t7", Face::Sans, 13, 500, Some(Ink::Text)),
            Style::Mono => ("m0", Face::Mono, 12, 400, Some(Ink::Text)),
            Style::MonoFine => ("m1", Face::Mono, 11, 400, Some(Ink::Muted)),
            Style::Bar => ("b0", Face::Strong, 13, 650, None),
            Style::Pill => ("b1", Face::Mono, 12, 600, None),
        }
    }

    /// The width of a text in pixels.
    pub(crate) fn width(self, text: &str) -> i32 {
        let (_, face, size, ..) = self.spec();
        crate::measure::width(text, face, size)
    }

    /// The text, shortened where it is wider than `limit` pixels.
    pub(crate) fn fit(self, text: &str, limit: i32) -> String {
        let mut cut = String::new();
        self.fit_into(&mut cut, text, limit);
        cut
    }

    /// Writes the text, shortened where it is wider than `limit` pixels; says how wide it is then.
    pub(crate) fn fit_into(self, out: &mut String, text: &str, limit: i32) -> i32 {
        let (_, face, size, ..) = self.spec();
        crate::measure::fit_into(out, text, face, size, limit)
    }
}

/// How an area looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Look {
    /// A card.
    Card,
    /// The shadow under a card: a second area, since librsvg drops what has a filter.
    Shade,
    /// A cluster.
    Cluster,
    /// A group of machines.
    Group,
    /// The data plane.
    Plane,
    /// The ground of an icon.
    Icon,
    /// The ground of an icon on the way from outside.
    TunnelIcon,
    /// The rail of a tier.
    Rail,
    /// A free port of a switch, or a free block of addresses.
    Free,
    /// A segment's bar or pill.
    Bar(u8),
    /// What is taken in a segment, or a used port of a switch.
    Taken(u8),
    /// A range of a segment that is set aside.
    Range(u8),
    /// A remark on the page, over lines.
    Tag,
    /// A remark on the tunnel.
    TunnelTag,
}

impl Look {
    /// All looks without a segment.
    pub(crate) const PLAIN: [Look; 11] = [
        Look::Card,
        Look::Shade,
        Look::Cluster,
        Look::Group,
        Look::Plane,
        Look::Icon,
        Look::TunnelIcon,
        Look::Rail,
        Look::Free,
        Look::Tag,
        Look::TunnelTag,
    ];

    /// The class in the SVG, with the colour that it ends with.
    pub(crate) fn class(self) -> (&'static str, Option<u8>) {
        match self {
            Look::Card => ("a0", None),
            Look::Shade => ("a1", None),
            Look::Cluster => ("a2", None),
            Look::Group => ("a3", None),
            Look::Plane => ("a4", None),
            Look::Icon => ("a5", None),
            Look::TunnelIcon => ("a6", None),
            Look::Rail => ("a7", None),
            Look::Free => ("a8", None),
            Look::Tag => ("a9", None),
            Look::TunnelTag => ("aa", None),
            Look::Bar(colour) => ("bar", Some(colour)),
            Look::Taken(colour) => ("use", Some(colour)),
            Look::Range(colour) => ("range", Some(colour)),
        }
    }

    /// What it is filled with.
    pub(crate) fn fill(self) -> Ink {
        match self {
            Look::Card | Look::Tag | Look::TunnelTag => Ink::Card,
            Look::Shade | Look::Group => Ink::Group,
            Look::Cluster => Ink::Cluster,
            Look::Plane => Ink::Plane,
            Look::Icon | Look::Free => Ink::Quiet,
            Look::TunnelIcon => Ink::TunnelQuiet,
            Look::Rail => Ink::Line,
            Look::Bar(colour) | Look::Range(colour) => Ink::ToneQuiet(colour),
            Look::Taken(colour) => Ink::Tone(colour),
        }
    }

    /// Its border.
    pub(crate) fn border(self) -> Option<Ink> {
        match self {
            Look::Card | Look::Cluster | Look::Free | Look::Tag => Some(Ink::Edge),
            Look::Plane => Some(Ink::Line),
            Look::TunnelTag => Some(Ink::Tunnel),
            Look::Bar(colour) | Look::Range(colour) => Some(Ink::Tone(colour)),
            Look::Shade | Look::Group | Look::Icon | Look::TunnelIcon | Look::Rail | Look::Taken(_) => None,
        }
    }
}

/// How a line looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stroke {
    /// In a segment's colour.
    Tone(u8),
    /// In a segment's colour, of one that is no wire and goes through others.
    Through(u8),
    /// Without a segment.
    Plain,
    /// Several segments on one wire.
    Trunk,
    /// The tunnel.
    Tunnel,
    /// Dots that lead the eye along a row.
    Leader,
    /// A line that parts a card.
    Hair,
    /// A lifeline.
    Life,
}

impl Stroke {
    /// All lines without a segment.
    pub(crate) const PLAIN: [Stroke; 6] =
        [Stroke::Plain, Stroke::Trunk, Stroke::Tunnel, Stroke::Leader, Stroke::Hair, Stroke::Life];

    /// The class in the SVG, with the colour that it ends with.
    pub(crate) fn class(self) -> (&'static str, Option<u8>) {
        match self {
            Stroke::Plain => ("l0", None),
            Stroke::Trunk => ("l1", None),
            Stroke::Tunnel => ("l2", None),
            Stroke::Leader => ("l3", None),
            Stroke::Hair => ("l4", None),
            Stroke::Life => ("l5", None),
            Stroke::Tone(colour) => ("wire", Some(colour)),
            Stroke::Through(colour) => ("through", Some(colour)),
        }
    }

    /// The class of its arrow head in the SVG; only lines without a segment have one.
    pub(crate) fn head(self) -> &'static str {
        match self {
            Stroke::Tunnel => "h2",
            Stroke::Life => "h5",
            _ => "h0",
        }
    }

    /// Its colour.
    pub(crate) fn ink(self) -> Ink {
        match self {
            Stroke::Tone(colour) | Stroke::Through(colour) => Ink::Tone(colour),
            Stroke::Plain | Stroke::Trunk | Stroke::Leader | Stroke::Life => Ink::Line,
            Stroke::Tunnel => Ink::Tunnel,
            Stroke::Hair => Ink::Edge,
        }
    }

    /// What CSS says of it besides its colour.
    pub(crate) fn manner(self) -> &'static str {
        match self {
            Stroke::Tone(_) | Stroke::Plain => "stroke-width:2",
            Stroke::Through(_) => "stroke-width:2;stroke-dasharray:7 4",
            Stroke::Trunk => "stroke-width:5",
            Stroke::Tunnel => "stroke-width:3;stroke-linejoin:round",
            Stroke::Leader => "stroke-width:1;stroke-dasharray:1 4;stroke-linecap:round",
            Stroke::Hair => "stroke-width:1",
            Stroke::Life => "stroke-width:1;stroke-dasharray:5 5",
        }
    }
}

#[cfg(test)]
pub(crate) mod contrast {
    use super::Ink;

    fn luminance(colour: &str) -> f64 {
        let part = |at: usize| {
            let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).expect("colours are six digits")) / 255.0;
            if value <= 0.039_28 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    }

    fn ratio(one: &str, other: &str) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// The lower contrast of two colours among both themes, after WCAG 2.2.
    pub(crate) fn lowest(ink: Ink, ground: Ink) -> f64 {
        let ((light, dark), (light_ground, dark_ground)) = (ink.colours(), ground.colours());
        ratio(light, light_ground).min(ratio(dark, dark_ground))
    }

    #[test]
    fn lines_and_ports_stand_out_from_every_ground_they_cross() {
        let lines = [Ink::Line, Ink::Tunnel].into_iter().chain((0..9).map(Ink::Tone));
        for line in lines {
            for ground in [Ink::Page, Ink::Card, Ink::Cluster, Ink::Group, Ink::Plane] {
                assert!(lowest(line, ground) >= 3.0, "{line:?} on {ground:?}: {}", lowest(line, ground));
            }
        }
    }

    #[test]
    fn labels_on_rulers_can_be_read() {
        for ground in [Ink::Quiet].into_iter().chain((0..9).map(Ink::ToneQuiet)) {
            assert!(lowest(Ink::Muted, ground) >= 4.5, "{ground:?}: {}", lowest(Ink::Muted, ground));
        }
    }

    #[test]
    fn black_on_white_is_twenty_one_to_one() {
        assert!((ratio("#000000", "#ffffff") - 21.0).abs() < 0.01);
    }
}
