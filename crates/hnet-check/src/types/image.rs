//! What an image is made of.

use hnet_diagnostics::{Diagnostic, Diagnostics, Reported, codes};
use hnet_language::values::has_placeholder;
use hnet_language::{Scope, Type, ValueType, word_position};
use hnet_manifests::talos::schematic::scalar;
use hnet_model::{ARCHITECTURES, BOOT_METHODS, PLATFORMS};
use hnet_syntax::tree::Value;

/// Words of closed lists that the model has as they are.
macro_rules! listed {
    ($($(#[doc = $doc:literal])+ $name:ident = $words:expr;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub(crate) struct $name(pub(crate) &'static str);

        impl ValueType for $name {
            const TYPE: Type = Type::OneOf($words);

            fn read(value: &Value, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
                word_position(value, $words, scope.vocabulary(), out).map(|at| $name($words[at]))
            }
        }
    )+};
}

listed! {
    /// Where a machine runs.
    PlatformWord = PLATFORMS;
    /// The processor of a machine.
    ArchitectureWord = ARCHITECTURES;
    /// How a machine boots the image that Talos is installed from.
    BootWord = BOOT_METHODS;
}

/// Texts of which the hash of an image is made.
macro_rules! parts {
    ($($(#[doc = $doc:literal])+ $name:ident = $called:literal, $examples:literal, $wrong:expr, $help:literal;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq)]
        pub(crate) struct $name(pub(crate) String);

        impl ValueType for $name {
            const TYPE: Type = Type::Plain { called: $called, examples: $examples };

            fn read(value: &Value, _: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
                known(value, $called, $wrong, $help, |text| Some(text), out).map($name)
            }
        }
    )+};
}

parts! {
    /// An extension of the system.
    ExtensionName = "an extension", "`siderolabs/iscsi-tools`", not_an_extension,
        "write it as the image factory lists it, with whose it is: `siderolabs/iscsi-tools`";
    /// An argument of the kernel.
    KernelArgument = "an argument of the kernel", "`net.ifnames=0`, `\"-console\"`", not_an_argument,
        "write each argument by itself: `console=ttyS0, net.ifnames=0`";
    /// A text of an image.
    ImageText = "a text", "`siderolabs/sbc-raspberrypi`", not_a_text, "write it on one line, in ASCII";
}

/// The text, where it is one of its kind of which the factory's own form is known: the id of the image is made of that.
fn known(
    value: &Value,
    called: &str,
    wrong: fn(&str) -> Option<&'static str>,
    help: &str,
    part: for<'t> fn(&'t str) -> Option<&'t str>,
    out: &mut Diagnostics,
) -> Result<String, Reported> {
    let text = value.text.as_str();
    if has_placeholder(value) {
        return Err(out.report(
            Diagnostic::new(&codes::VALUE_UNKNOWN, format!("`{text}` must be known here"))
                .label(value.span, "the image factory knows an image by what is in it")
                .help("write the value: what fills placeholders in runs after hnet"),
        ));
    }
    let unknown =
        || part(text).and_then(scalar).is_none().then_some("the image factory's form of this text is not known");
    match wrong(text).or_else(unknown) {
        None => Ok(text.to_owned()),
        Some(label) => Err(out.report(
            Diagnostic::new(&codes::NOT_OF_AN_IMAGE, format!("`{}` is not {called}", text.escape_debug()))
                .label(value.span, label)
                .help(help),
        )),
    }
}

fn not_an_extension(text: &str) -> Option<&'static str> {
    let is_part = |part: &str| {
        let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        !part.is_empty() && part.bytes().all(is_of_name)
    };
    match text.split_once('/') {
        Some((owner, name)) if is_part(owner) && is_part(name) => None,
        Some(_) => Some("it is the name of who makes it, `/` and its own, without a registry or a version"),
        None => Some("whose it is stands before its name"),
    }
}

fn not_an_argument(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        return Some("it is empty");
    }
    // A space in quotes is a part of an argument.
    (text.contains(' ') && !text.contains('"')).then_some("these are several arguments")
}

fn not_a_text(text: &str) -> Option<&'static str> {
    text.is_empty().then_some("it is empty")
}

/// A value of the META partition by its key: `"10=…"`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct MetaValue(pub(crate) (u8, String));

impl ValueType for MetaValue {
    const TYPE: Type = Type::Plain { called: "a value of META by its key", examples: "`\"12=rack one\"`" };

    fn read(value: &Value, _: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        let help = "write the key, a number up to 255, `=` and the value on one line";
        let pair = |text: &str| Some((text.split_once('=')?.0.parse().ok()?, text.split_once('=')?.1.to_owned()));
        let wrong = |text: &str| match text.split_once('=').map(|(key, _)| key.parse::<u8>().is_ok()) {
            Some(true) => None,
            Some(false) => Some("the key is no number up to 255"),
            None => Some("the key and `=` are missing"),
        };
        let text = known(value, "a value of META", wrong, help, |text| Some(text.split_once('=')?.1), out)?;
        Ok(MetaValue(pair(&text).unwrap_or_default()))
    }
}
