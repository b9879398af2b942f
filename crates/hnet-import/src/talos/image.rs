//! The image of a machine, where a talconfig says what is in it. Start at [`lift`].

use hnet_compare::files::{Factory as Places, OF_SCHEMATIC, schematic_of};
use hnet_diagnostics::Span;
use hnet_manifests::talos::schematic::{METAL, PUBLIC_FACTORY, Schematic};
use hnet_manifests::versions::talos::{Minor, UKI_ARGUMENTS};
use hnet_model::{ARCHITECTURES, BOOT_METHODS, PLATFORMS};
use hnet_syntax::tree::{Comment, Statement};
use hnet_yaml::{Reader, Value};

use crate::make::nested;
use crate::report::Report;
use crate::say::{self, Piece};
use crate::take::{leaves, take, take_bool, take_if, take_text};

/// Where images come from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Factory(Places);

impl Factory {
    /// The factory that a talconfig names; what decides an installer's place is taken out.
    pub(crate) fn take(talconfig: &mut Value, report: &mut Report) -> Factory {
        let [registry, template] = ["registryURL", "installerURLTmpl"].map(|key| {
            let text = take_text(talconfig, &["imageFactory", key]).filter(|text| !text.text.is_empty());
            report.of("talconfig").typed += usize::from(text.is_some());
            text.map(|text| text.text)
        });
        Factory(Places::named(registry.as_deref(), template.as_deref()))
    }
}

/// The image of a machine; what says it is taken out.
pub(crate) fn lift(machine: &mut Value, factory: &Factory, talos: Minor, report: &mut Report) -> Vec<Piece> {
    leave_out_unknown(machine, report);
    let written = take_text(machine, &["talosImageURL"]).filter(|image| !image.text.is_empty());
    if written.is_some()
        && let Some(field) = take(machine, &["schematic"])
    {
        report.of("talconfig").unread += leaves(&field.value).max(1);
        report.unread(field.key.span(), "`schematic`, which talhelper does not read beside `talosImageURL`");
    }
    let place = machine.get("schematic").or_else(|| machine.get("machineSpec")).map_or(machine.span, |own| own.span);
    let mut piece = Piece::new(Statement::new("image", place), 0);
    let mut patch = None;
    if let Some(written) = &written {
        piece = Piece::new(say::said("image", written), 1);
    } else if let Some((statements, fields)) = made(machine, factory) {
        piece.fields = fields;
        piece.said = piece.said.holding(statements);
    } else if let Some(found) = installer(machine, factory) {
        patch = found.arguments.filter(|_| talos < UKI_ARGUMENTS);
        match found.image {
            Some(image) => {
                piece = Piece::new(say::field("image", &image, place).under(found.comments), found.fields);
            }
            // It is what talhelper takes where nothing is said.
            None => piece.fields = found.fields,
        }
    }
    let (body, fields) = of_machine(machine);
    piece.fields += fields;
    let statements = [piece.said.statements().to_vec(), body].concat();
    let says_something = !piece.said.arguments.is_empty() || !statements.is_empty();
    if !statements.is_empty() {
        let comments = std::mem::take(&mut piece.said.leading);
        let arguments = std::mem::take(&mut piece.said.arguments);
        piece.said = Statement { arguments, leading: comments, ..Statement::new("image", place).holding(statements) };
    }
    if !says_something {
        report.of("talconfig").typed += piece.fields;
        return patch.into_iter().collect();
    }
    std::iter::once(piece).chain(patch).collect()
}

/// Lists what stands in a schematic and talhelper does not read.
fn leave_out_unknown(machine: &mut Value, report: &mut Report) {
    let Some(schematic) = machine.get_mut("schematic").and_then(Value::as_map_mut) else { return };
    let is_unknown = |key: &str| !OF_SCHEMATIC.contains(&key);
    let unknown: Vec<String> = schematic.keys().filter(|key| is_unknown(key)).map(ToString::to_string).collect();
    for key in unknown {
        if let Some(field) = schematic.shift_remove(key.as_str()) {
            report.of("talconfig").unread += leaves(&field.value).max(1);
            report.unread(field.key.span(), format!("`{key}` is no key of a schematic"));
        }
    }
}

/// How a machine boots, which decides its installer.
struct Boots {
    mode: Option<String>,
    is_secure: bool,
}

impl Boots {
    fn of(machine: &Value) -> Boots {
        let is_secure = machine.at(&["machineSpec", "secureboot"]).and_then(|on| on.as_bool(Reader::Talos));
        let mode = machine.str_at(&["machineSpec", "mode"]).map(str::to_owned);
        Boots { mode, is_secure: is_secure == Some(true) }
    }
}

/// What an installer is made of, in words; none where no words say it. How many fields that was.
fn made(machine: &mut Value, factory: &Factory) -> Option<(Vec<Statement>, usize)> {
    let registry = factory.0.usual()?;
    let boots = Boots::of(machine);
    let mode = boots.mode.as_deref().unwrap_or(METAL);
    if !PLATFORMS.contains(&mode) || registry.contains("${") {
        return None;
    }
    let value = machine.get("schematic").cloned();
    let known = value.as_ref().map(|own| schematic_of(&hnet_compare::Value::of(own, Reader::Talos)));
    let schematic = known.map_or(Some(Schematic::default()), |known| known.filter(can_be_said))?;
    let fields = take(machine, &["schematic"]).map_or(0, |field| leaves(&field.value).max(1));
    let span = value.as_ref().map_or(machine.span, |value| value.span);
    let mut statements = Vec::new();
    if registry != PUBLIC_FACTORY {
        statements.push(say::field("factory", registry, span));
    }
    let list = |word: &str, path: &[&str]| {
        let items = value.as_ref().and_then(|value| value.at(path)).map(Value::items).unwrap_or_default();
        let first = items.first()?;
        let said = items.iter().filter_map(|item| Some((item.as_str()?.to_owned(), item.span)));
        let comments: Vec<Comment> = items.iter().flat_map(|item| say::comments(item.comments.as_deref())).collect();
        Some(say::list(word, first.span, said).under(comments))
    };
    statements.extend(list("extensions", &["customization", "systemExtensions", "officialExtensions"]));
    statements.extend(list("kernel-arguments", &["customization", "extraKernelArgs"]));
    if let Some((image, name)) = &schematic.overlay {
        statements.push(say::field("overlay", name, span).holding([say::field("image", image, span)]));
    }
    if !schematic.meta.is_empty() {
        let meta = schematic.meta.iter().map(|(key, value)| (format!("{key}={value}"), span));
        statements.push(say::list("meta", span, meta));
    }
    Some((statements, fields))
}

/// Whether words say a schematic: each text of it has its form, and none stands there twice.
fn can_be_said(schematic: &Schematic) -> bool {
    let Schematic { overlay, kernel_arguments, meta, extensions } = schematic;
    let once = |all: &[String]| all.iter().enumerate().all(|(at, one)| !all[..at].contains(one));
    let is_plain = |text: &String| !text.is_empty() && !text.contains("${");
    let is_argument = |text: &String| is_plain(text) && (!text.contains(' ') || text.contains('"'));
    let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(is_of_name);
    let is_extension =
        |name: &String| name.split_once('/').is_some_and(|(owner, name)| is_part(owner) && is_part(name));
    schematic.id().is_some()
        && once(kernel_arguments)
        && once(extensions)
        && kernel_arguments.iter().all(is_argument)
        && extensions.iter().all(is_extension)
        && overlay.as_ref().is_none_or(|(image, name)| is_plain(image) && is_plain(name))
        && meta.iter().all(|(_, value)| is_plain(value))
}

/// An installer by its place.
struct Found {
    image: Option<String>,
    comments: Vec<Comment>,
    arguments: Option<Piece>,
    fields: usize,
}

/// The installer as its place, where it is not the one that talhelper takes by itself; none where it is not known.
fn installer(machine: &mut Value, factory: &Factory) -> Option<Found> {
    let schematic = machine.get("schematic").cloned();
    let place = schematic.as_ref().or_else(|| machine.get("machineSpec")).map_or(machine.span, |own| own.span);
    let boots = Boots::of(machine);
    let said = schematic.as_ref().map(|schematic| hnet_compare::Value::of(schematic, Reader::Talos));
    let image = factory.0.installer(said.as_ref(), boots.mode.as_deref(), boots.is_secure)?;
    // Talos up to 1.11 passes kernel arguments on from its own configuration, where talhelper writes them as well.
    let boots_uki = machine.at(&["machineSpec", "useUKI"]).and_then(|on| on.as_bool(Reader::Talos)) == Some(true);
    let arguments = schematic.as_ref().and_then(|own| own.at(&["customization", "extraKernelArgs"]));
    let arguments = arguments.filter(|list| !boots_uki && !list.items().is_empty());
    let arguments = arguments.map(|list| {
        let raw = nested(&["machine", "install", "extraKernelArgs"], list.clone());
        Piece { fields: 0, ..super::settings::raw_only(raw) }
    });
    let mut fields = 0;
    for path in [["schematic", ""].as_slice(), &["machineSpec", "mode"], &["machineSpec", "secureboot"]] {
        let path: Vec<&str> = path.iter().copied().filter(|key| !key.is_empty()).collect();
        fields += take(machine, &path).map_or(0, |field| leaves(&field.value).max(1));
    }
    let is_usual = Places::default().installer(None, None, false).as_ref() == Some(&image);
    let comments = schematic.as_ref().map(|schematic| notes(schematic, place)).unwrap_or_default();
    Some(Found { image: (!is_usual).then_some(image), comments, arguments, fields })
}

/// What decides an image whatever is in it, in words, but for what holds unsaid. How many fields those were.
fn of_machine(machine: &mut Value) -> (Vec<Statement>, usize) {
    let (mut statements, mut fields) = (Vec::new(), 0);
    for (key, word, words) in
        [("mode", "platform", PLATFORMS), ("arch", "arch", ARCHITECTURES), ("bootMethod", "boot", BOOT_METHODS)]
    {
        let known = |value: &Value| value.as_str().filter(|text| words.contains(text)).map(str::to_owned);
        let Some((text, field)) = take_if(machine, &["machineSpec", key], known) else { continue };
        fields += 1;
        if words.first() != Some(&text.as_str()) {
            statements.push(say::said(word, &crate::take::said(text, &field)));
        }
    }
    for (key, word) in [("secureboot", "secure-boot"), ("useUKI", "uki")] {
        let Some((on, said)) = take_bool(machine, &["machineSpec", key]) else { continue };
        fields += 1;
        if on {
            statements.push(say::flag(word, on, said.span).under(say::comments(said.comments.as_deref())));
        }
    }
    (statements, fields)
}

/// What is in an image, for those who read only its hash.
fn notes(schematic: &Value, place: Span) -> Vec<Comment> {
    let of = |path: &[&str], called: &str| {
        let items = schematic.at(path).map(Value::items).unwrap_or_default();
        let texts: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
        (!texts.is_empty()).then(|| say::note(&format!("{called}: {}", texts.join(", ")), place))
    };
    let overlay = schematic.str_at(&["overlay", "name"]);
    let overlay = overlay.map(|name| say::note(&format!("overlay: {name}"), place));
    let lists = [
        of(&["customization", "systemExtensions", "officialExtensions"], "extensions"),
        of(&["customization", "extraKernelArgs"], "kernel arguments"),
        overlay,
    ];
    lists.into_iter().flatten().collect()
}
