//! Whether the address of an endpoint is one that machines have, or share. Start at [`is_carried`].

use std::net::IpAddr;

use hnet_repository::with_groups;
use hnet_yaml::Value;

use super::Talconfig;

/// Whether machines of a talconfig carry an address, as their own or as a virtual IP; none where patches that may say so
/// cannot be read.
pub(super) fn is_carried(file: &Talconfig<'_>, address: IpAddr) -> Option<bool> {
    let is_it = |text: &str| text.trim().split('/').next().and_then(|text| text.parse().ok()) == Some(address);
    let says = |value: Option<&Value>| value.and_then(Value::as_str).is_some_and(is_it);
    let has =
        |link: &Value| says(link.at(&["vip", "ip"])) || link.items_of("addresses").iter().any(|own| says(Some(own)));
    let is_on = |device: &Value| has(device) || device.items_of("vlans").iter().any(has);
    let is_in = |document: &Value| match document.str_at(&["kind"]) {
        Some("Layer2VIPConfig") => says(document.get("name")),
        Some(_) => document.items_of("addresses").iter().any(|own| says(own.get("address"))),
        None => document.at(&["machine", "network"]).is_some_and(|own| own.items_of("interfaces").iter().any(is_on)),
    };
    let machines = with_groups(&file.value);
    let reached = |machine: &Value| machine.str_at(&["ipAddress"]).is_some_and(|all| all.split(',').any(is_it));
    if machines.iter().any(|machine| reached(machine) || machine.items_of("networkInterfaces").iter().any(is_on)) {
        return Some(true);
    }
    let groups = ["controlPlane", "worker"].into_iter().filter_map(|key| file.value.get(key));
    let places: Vec<&Value> = file.value.items_of("nodes").iter().chain(groups).chain([&file.value]).collect();
    let mut is_known = places.iter().all(|place| place.items_of("extraManifests").is_empty());
    for list in places.iter().filter_map(|place| place.get("patches")) {
        match file.documents(list) {
            Some(documents) if documents.iter().any(is_in) => return Some(true),
            Some(_) => {}
            None => is_known = false,
        }
    }
    is_known.then_some(false)
}
