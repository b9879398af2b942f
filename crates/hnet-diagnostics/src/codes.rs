//! The table of diagnostics: one row each, with its page.
//!
//! The numbers say the layer: `0xx` syntax, `1xx` names, `2xx` values, `3xx` addresses, `4xx` nodes
//! and cluster, `5xx` ways in (gateways, routes, DNS, tunnel), `6xx` versions and targets, `7xx`
//! expectations, `9xx` advice. A number is never used again.

/// How serious a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is written.
    Error,
    /// Files are written; somebody should look.
    Warning,
    /// Only said.
    Note,
}

impl Severity {
    /// The word in messages.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

/// A row of the table.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// `HN301`.
    pub number: &'static str,
    /// The rule in a few words, as a name for it: `address-outside-subnet`.
    pub name: &'static str,
    /// How serious a finding is unless a flag or the source says otherwise.
    pub severity: Severity,
    /// The page that `hnet explain` prints: Markdown, whose wrong example raises this code and
    /// whose right example is clean.
    pub page: &'static str,
}

macro_rules! codes {
    ($($constant:ident = $number:literal $name:literal $severity:ident;)+) => {
        $(
            #[doc = concat!("`", $number, "`: ", $name, ".")]
            pub static $constant: Code = Code {
                number: $number,
                name: $name,
                severity: Severity::$severity,
                page: include_str!(concat!("../explain/", $number, ".md")),
            };
        )+

        /// All rows in the order of their numbers.
        pub static ALL: &[&Code] = &[$(&$constant),+];
    };
}

/// The row of a number such as `HN301`, in any case.
#[must_use]
pub fn find(number: &str) -> Option<&'static Code> {
    ALL.iter().copied().find(|code| code.number.eq_ignore_ascii_case(number))
}

codes! {
    MISSING_SEMICOLON = "HN001" "missing-semicolon" Error;
    MISSING_CLOSING_BRACKET = "HN002" "missing-closing-bracket" Error;
    STRAY_CLOSING_BRACKET = "HN003" "stray-closing-bracket" Error;
    CURLY_BRACKETS = "HN004" "curly-brackets" Error;
    STRAY_COMMA = "HN005" "stray-comma" Error;
    MISSING_VALUE = "HN006" "missing-value" Error;
    EMPTY_STATEMENT = "HN007" "empty-statement" Warning;
    BODY_WITHOUT_KEYWORD = "HN008" "body-without-keyword" Error;
    UNTERMINATED_STRING = "HN009" "unterminated-string" Error;
    UNTERMINATED_BLOCK_STRING = "HN010" "unterminated-block-string" Error;
    UNKNOWN_ESCAPE = "HN011" "unknown-escape" Error;
    EQUALS_SIGN = "HN012" "equals-sign" Error;
    QUOTED_KEYWORD = "HN013" "quoted-keyword" Error;
    ADJACENT_VALUES = "HN014" "adjacent-values" Error;
    UNREADABLE_CHARACTER = "HN015" "unreadable-character" Error;
    TOO_DEEP = "HN016" "too-deep" Error;
    TOO_LARGE = "HN017" "too-large" Error;
    NOT_UTF8 = "HN018" "not-utf-8" Error;
    NOT_AN_ADDRESS = "HN201" "not-an-address" Error;
    NOT_A_PREFIX = "HN202" "not-a-prefix" Error;
    HOST_BITS = "HN203" "host-bits-set" Error;
    NOT_AN_INTERFACE_ADDRESS = "HN204" "not-an-interface-address" Error;
    NOT_A_RANGE = "HN205" "not-a-range" Error;
    NOT_A_MAC = "HN206" "not-a-mac" Error;
    NOT_A_HOST_NAME = "HN207" "not-a-host-name" Error;
    NOT_A_NAME = "HN208" "not-a-name" Error;
    NOT_A_VLAN_ID = "HN209" "not-a-vlan-id" Error;
    NOT_A_PORT = "HN210" "not-a-port" Error;
    NUMBER_OUT_OF_RANGE = "HN211" "number-out-of-range" Error;
    NOT_A_VERSION = "HN212" "not-a-version" Error;
    NOT_A_DURATION = "HN213" "not-a-duration" Error;
    NOT_A_URL = "HN214" "not-a-url" Error;
    NOT_A_UUID = "HN215" "not-a-uuid" Error;
    NOT_A_PATH = "HN216" "not-a-path" Error;
    NOT_A_LABEL = "HN217" "not-a-label" Error;
    NOT_A_TAINT = "HN218" "not-a-taint" Error;
    NOT_AN_INDEX = "HN219" "not-an-index" Error;
    INDEX_OUTSIDE_PREFIX = "HN220" "index-outside-prefix" Error;
    WRONG_FAMILY = "HN221" "wrong-family" Error;
    CREDENTIAL = "HN222" "credential-in-source" Error;
    VALUE_UNKNOWN = "HN223" "value-unknown" Error;
}
