//! Where Talos is installed.

/// Where Talos is installed.
#[derive(Clone, Debug, PartialEq)]
pub enum Disk {
    /// A device path such as `/dev/nvme0n1`.
    Path(String),
    /// A selector by size, an expression such as `>= 100GB`.
    Size(String),
    /// A selector by serial number.
    Serial(String),
    /// A selector by model.
    Model(String),
    /// A selector by what kind of disk it is: one of [`Disk::TYPES`].
    Type(String),
    /// A selector by World Wide Name.
    Wwid(String),
    /// A selector by UUID.
    Uuid(String),
    /// A selector by bus path.
    BusPath(String),
    /// A selector by modalias.
    Modalias(String),
    /// Several selectors, all of which must fit.
    All(Vec<Disk>),
}

impl Disk {
    /// The kinds of disks. (siderolabs/talos v1.13.9, `types/v1alpha1`, `InstallDiskType`.)
    pub const TYPES: [&str; 4] = ["nvme", "ssd", "hdd", "sd"];
    /// The words of selectors, each with Talos's own key for it.
    pub const SELECTORS: [(&str, &str); 8] = [
        ("size", "size"),
        ("model", "model"),
        ("serial", "serial"),
        ("type", "type"),
        ("wwid", "wwid"),
        ("uuid", "uuid"),
        ("bus-path", "busPath"),
        ("modalias", "modalias"),
    ];

    /// A selector by its word.
    #[must_use]
    pub fn by(word: &str, text: String) -> Option<Disk> {
        Some(match word {
            // Talos's parser of sizes knows no single `=`.
            "size" => Disk::Size(match text.strip_prefix('=') {
                Some(rest) if !rest.starts_with('=') => format!("=={rest}"),
                _ => text,
            }),
            "serial" => Disk::Serial(text),
            "model" => Disk::Model(text),
            "type" => Disk::Type(text),
            "wwid" => Disk::Wwid(text),
            "uuid" => Disk::Uuid(text),
            "bus-path" => Disk::BusPath(text),
            "modalias" => Disk::Modalias(text),
            _ => return None,
        })
    }

    /// Its selectors, each with its word and what it wants; none of a path.
    #[must_use]
    pub fn selectors(&self) -> Vec<(&'static str, &str)> {
        let one = |word, text| vec![(word, text)];
        match self {
            Disk::Path(_) => Vec::new(),
            Disk::Size(text) => one("size", text.as_str()),
            Disk::Serial(text) => one("serial", text),
            Disk::Model(text) => one("model", text),
            Disk::Type(text) => one("type", text),
            Disk::Wwid(text) => one("wwid", text),
            Disk::Uuid(text) => one("uuid", text),
            Disk::BusPath(text) => one("bus-path", text),
            Disk::Modalias(text) => one("modalias", text),
            Disk::All(parts) => parts.iter().flat_map(Disk::selectors).collect(),
        }
    }
}
