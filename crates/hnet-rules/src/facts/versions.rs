//! A version that is in no table: said once for every program, with the one that was probably meant.

use hnet_diagnostics::{Diagnostic, codes};
use hnet_model::{Traced, Version};

/// That hnet does not know a version of a program. Of one that looks like a slip the right one is offered, but
/// nothing is claimed of what the written one accepts.
pub(crate) fn unknown_version(program: &str, version: &Traced<Version>, known: &[(u32, u32)]) -> Diagnostic {
    let finding = Diagnostic::new(&codes::VERSION_UNKNOWN, format!("hnet does not know {program} {}", version.value))
        .label(version.span(), "what this version accepts is not checked");
    let range = match known {
        [] => String::new(),
        [(major, minor)] => format!("hnet knows {program} {major}.{minor}"),
        [first, .., last] => format!("hnet knows {program} {}.{} to {}.{}", first.0, first.1, last.0, last.1),
    };
    match meant(&version.value, known) {
        Some((major, minor)) => finding.help(format!("did you mean `{major}.{minor}`? {range}")),
        None => finding.help(range),
    }
}

/// The known version that has the same digits, with a dot in another place or two digits in another order.
fn meant(version: &Version, known: &[(u32, u32)]) -> Option<(u32, u32)> {
    let written: String = version.to_string().chars().filter(char::is_ascii_digit).collect();
    let (major, minor) = version.minor();
    let sorted = |digits: &str| {
        let mut digits: Vec<char> = digits.chars().collect();
        digits.sort_unstable();
        digits
    };
    let digits_of = |(major, minor): &(u32, u32)| format!("{major}{minor}");
    let own = digits_of(&(major, minor));
    let moved_dot = known.iter().find(|known| digits_of(known) == written || digits_of(known) == own);
    let turned = || {
        let mut found = known.iter().filter(|known| known.0 == major && sorted(&digits_of(known)) == sorted(&own));
        found.next().filter(|_| found.next().is_none())
    };
    moved_dot.or_else(turned).copied()
}

#[cfg(test)]
mod tests {
    use hnet_model::Version;

    use super::meant;

    #[test]
    fn a_slip_is_the_same_digits() {
        let known = [(1, 10), (1, 11), (1, 12), (1, 13), (1, 20)];
        let of = |major, minor| meant(&Version { patch: Some(0), ..Version::of(major, minor) }, &known);
        assert_eq!(of(1, 2), Some((1, 20)), "1.2.0");
        assert_eq!(of(1, 31), Some((1, 13)));
        assert_eq!(meant(&Version::of(11, 3), &known), Some((1, 13)));
        assert_eq!(of(1, 15), None);
        assert_eq!(of(1, 99), None);
    }
}
