//! How devices of the core document are found. Start at [`device`].

use hnet_manifests::talos::v1alpha1::DeviceSelector;
use hnet_model::LinkSelector;

/// What selects a device that is not found by its name.
pub(super) fn device(selector: &LinkSelector) -> DeviceSelector {
    let mut device = DeviceSelector::default();
    for part in selector.parts() {
        match part {
            LinkSelector::Mac(mac) => device.hardware_addr = Some(mac.to_string()),
            LinkSelector::PermanentMac(mac) => device.permanent_addr = Some(mac.to_string()),
            LinkSelector::Driver(driver) => device.driver = Some(driver.clone()),
            LinkSelector::BusPath(path) => device.bus_path = Some(path.clone()),
            LinkSelector::PciId(id) => device.pci_id = Some(id.clone()),
            LinkSelector::Physical(is_card) => device.physical = Some(*is_card),
            LinkSelector::KernelName(_) | LinkSelector::All(_) => {}
        }
    }
    device
}
