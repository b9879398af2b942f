//! Whether the address of an endpoint is one that control planes share. Start at [`is_shared`].

use std::net::IpAddr;

use hnet_yaml::Value;

use super::Talconfig;

/// Whether machines of a talconfig carry an address as a virtual IP; none where patches that may say so cannot be read.
pub(super) fn is_shared(file: &Talconfig<'_>, address: IpAddr) -> Option<bool> {
    let is_it = |text: Option<&str>| text.and_then(|text| text.parse().ok()) == Some(address);
    let shares = |link: &Value| is_it(link.str_at(&["vip", "ip"]));
    let is_on = |device: &Value| shares(device) || device.items_of("vlans").iter().any(shares);
    let is_in = |document: &Value| match document.str_at(&["kind"]) {
        Some("Layer2VIPConfig") => is_it(document.str_at(&["name"])),
        Some(_) => false,
        None => document.at(&["machine", "network"]).is_some_and(|own| own.items_of("interfaces").iter().any(is_on)),
    };
    let groups = ["controlPlane", "worker"].into_iter().filter_map(|key| file.value.get(key));
    let places: Vec<&Value> = file.value.items_of("nodes").iter().chain(groups).chain([&file.value]).collect();
    if places.iter().any(|place| place.items_of("networkInterfaces").iter().any(is_on)) {
        return Some(true);
    }
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
