//! How wide a text is, without a font at hand.
//!
//! Each advance is the widest among Inter, Liberation Sans (Arial) and DejaVu Sans, so that a text fits where
//! it was laid out whichever of them the reader has. Start at [`width`]; [`fit_into`] shortens what is too long.

/// A family of letters with the weight that decides how wide they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Face {
    /// Sans serif at weights up to 500.
    Sans,
    /// Sans serif at weights from 600.
    Strong,
    /// Fixed width.
    Mono,
}

/// Advances of the characters from space to tilde, in thousandths of the size.
const SANS: [u16; 95] = [
    318, 401, 460, 838, 644, 951, 780, 275, 391, 391, 522, 838, 318, 464, 318, 368, 646, 637, 637, 645, 655, 637, 637,
    637, 637, 637, 337, 337, 838, 838, 838, 557, 1016, 700, 687, 736, 771, 667, 611, 778, 752, 295, 552, 667, 565, 898,
    753, 788, 667, 788, 723, 667, 651, 742, 700, 989, 686, 685, 686, 391, 368, 391, 838, 557, 500, 613, 635, 568, 635,
    616, 369, 635, 634, 278, 278, 580, 278, 975, 634, 612, 635, 635, 412, 536, 393, 634, 592, 825, 592, 592, 552, 637,
    343, 637, 838,
];
const STRONG: [u16; 95] = [
    349, 457, 521, 838, 696, 1002, 873, 307, 458, 458, 565, 838, 380, 469, 380, 390, 696, 696, 696, 696, 696, 696, 696,
    696, 696, 696, 400, 400, 838, 838, 838, 611, 1031, 774, 763, 753, 831, 684, 684, 821, 837, 373, 570, 775, 638, 996,
    837, 851, 733, 851, 771, 721, 683, 813, 774, 1104, 771, 725, 726, 458, 390, 458, 838, 557, 500, 675, 716, 593, 716,
    679, 436, 716, 712, 343, 343, 666, 343, 1042, 712, 688, 716, 716, 494, 596, 479, 712, 652, 924, 646, 652, 583, 712,
    374, 712, 838,
];
const MONO: u16 = 603;

/// What is put in place of the end of a text that was cut off.
pub(crate) const ELLIPSIS: char = '…';

fn advance(character: char, face: Face) -> i32 {
    let table = match face {
        Face::Sans => &SANS,
        Face::Strong => &STRONG,
        Face::Mono if character.is_ascii() => return i32::from(MONO),
        Face::Mono => &SANS,
    };
    let code = character as usize;
    match table.get(code.wrapping_sub(32)) {
        Some(advance) => i32::from(*advance),
        // Latin, Greek and Cyrillic letters stay under an em, the ellipsis and dashes are one; ideographs and
        // pictures come from fallback fonts that are wider than their em.
        None if code < 0x2e80 => 1040,
        None => 1300,
    }
}

/// The width of a text in pixels at a size in pixels, rounded up.
pub(crate) fn width(text: &str, face: Face, size: i32) -> i32 {
    let mut thousandths = 0i64;
    for character in text.chars() {
        thousandths += i64::from(advance(character, face));
    }
    i32::try_from((thousandths * i64::from(size) + 999) / 1000).unwrap_or(i32::MAX / 4)
}

/// Writes the text, or as much of its beginning as fits into `limit` pixels together with an ellipsis; says how
/// wide that is.
pub(crate) fn fit_into(out: &mut String, text: &str, face: Face, size: i32, limit: i32) -> i32 {
    let whole = width(text, face, size);
    if whole <= limit {
        out.push_str(text);
        return whole;
    }
    let room = i64::from(limit) * 1000 / i64::from(size) - i64::from(advance(ELLIPSIS, face));
    let mut used = 0;
    let mut end = 0;
    for (at, character) in text.char_indices() {
        used += i64::from(advance(character, face));
        if used > room {
            break;
        }
        end = at + character.len_utf8();
    }
    let from = out.len();
    out.push_str(text[..end].trim_end());
    out.push(ELLIPSIS);
    width(&out[from..], face, size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_text_fits_and_says_that_it_was_cut() {
        let mut cut = String::new();
        let wide = fit_into(&mut cut, "a-name-that-is-much-too-long", Face::Sans, 13, 80);
        assert!(cut.ends_with('…') && width(&cut, Face::Sans, 13) == wide && wide <= 80, "{cut}");
        fit_into(&mut cut, "short", Face::Sans, 13, 80);
        assert!(cut.ends_with("…short"), "{cut}");
    }

    #[test]
    fn wide_letters_are_wider() {
        assert!(width("WWW", Face::Sans, 14) > width("iii", Face::Sans, 14));
        assert_eq!(width("WWW", Face::Mono, 10), width("iii", Face::Mono, 10));
    }
}
