//! The installer of a machine, where a talconfig says what is in it. Start at [`lift`].

use hnet_compare::files::{Factory as Places, OF_SCHEMATIC};
use hnet_diagnostics::Span;
use hnet_syntax::tree::Comment;
use hnet_yaml::{Reader, Value};

use crate::make::nested;
use crate::report::Report;
use crate::say::{self, Piece};
use crate::take::{leaves, take, take_text};

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

/// The installer of a machine that says a schematic or how it boots, and no image of its own. What is said is taken out.
pub(crate) fn lift(machine: &mut Value, factory: &Factory, has_documents: bool, report: &mut Report) -> Vec<Piece> {
    leave_out_unknown(machine, report);
    let schematic = machine.get("schematic").cloned();
    // Talos up to 1.11 passes kernel arguments on from its own configuration, where talhelper writes them as well.
    let boots_uki = machine.at(&["machineSpec", "useUKI"]).and_then(|on| on.as_bool(Reader::Talos)) == Some(true);
    let arguments = schematic.as_ref().and_then(|own| own.at(&["customization", "extraKernelArgs"]));
    let arguments = arguments.filter(|list| !has_documents && !boots_uki && !list.items().is_empty());
    let arguments = arguments.map(|list| nested(&["machine", "install", "extraKernelArgs"], list.clone()));
    let Some(found) = installer(machine, factory, report) else { return Vec::new() };
    let patch = arguments.map(|raw| Piece { fields: 0, ..super::settings::raw_only(raw) });
    found.into_iter().chain(patch).collect()
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

/// The installer as a field, where it is not the one that talhelper takes by itself; none where it is not known.
fn installer(machine: &mut Value, factory: &Factory, report: &mut Report) -> Option<Option<Piece>> {
    let schematic = machine.get("schematic").cloned();
    let place = schematic.as_ref().or_else(|| machine.get("machineSpec")).map_or(machine.span, |own| own.span);
    let mode = machine.str_at(&["machineSpec", "mode"]);
    let is_secure = machine.at(&["machineSpec", "secureboot"]).and_then(|on| on.as_bool(Reader::Talos)) == Some(true);
    let said = schematic.as_ref().map(|schematic| hnet_compare::Value::of(schematic, Reader::Talos));
    let image = factory.0.installer(said.as_ref(), mode, is_secure)?;
    let mut fields = 0;
    for path in [["schematic", ""].as_slice(), &["machineSpec", "mode"], &["machineSpec", "secureboot"]] {
        let path: Vec<&str> = path.iter().copied().filter(|key| !key.is_empty()).collect();
        fields += take(machine, &path).map_or(0, |field| leaves(&field.value).max(1));
    }
    if Places::default().installer(None, None, false).as_ref() == Some(&image) {
        // It is what talhelper takes where nothing is said.
        report.of("talconfig").typed += fields;
        return Some(None);
    }
    let comments = schematic.as_ref().map(|schematic| notes(schematic, place)).unwrap_or_default();
    Some(Some(Piece::new(say::field("image", &image, place).under(comments), fields)))
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
