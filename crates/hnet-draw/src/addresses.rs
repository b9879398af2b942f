//! The addresses: a ruler for each prefix with what is taken by whom, what is set aside, and what is free.
//!
//! Small prefixes are drawn to scale; on large ones each stretch has a width by the logarithm of its size, or all
//! that is used would vanish. Start at [`plans`], which says what is drawn; Mermaid is written from it, too.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hnet_model::{AddressRange, IpNet, Span};

use crate::palette::{Look, Style, Tone};
use crate::scene::{About, Anchor, Cover, Frame, Picture, Shape, run, text, tinted};
use crate::survey::{Survey, counted, joined, short_range};

const MARGIN: i32 = 40;
const PADDING: i32 = 20;
/// A whole number of pixels for each address of a /24.
const RULER: i32 = 1280;
const RULER_HEIGHT: i32 = 36;
const COLUMNS: i32 = 5;
const CELL: i32 = RULER / COLUMNS;
const ROW: i32 = 24;
/// Prefixes of up to this many addresses are drawn to scale.
const TO_SCALE: u128 = 1024;
/// How many free blocks are told.
const FREE_BLOCKS: usize = 3;

/// A prefix and all that is in it.
pub(crate) struct AddressPlan {
    pub(crate) about: About,
    pub(crate) title: String,
    pub(crate) prefix: IpNet,
    tone: Tone,
    gateway: String,
    /// Who gives out what is not taken, where it is not for people to take.
    given: Option<&'static str>,
    /// Who has which address, by its number.
    pub(crate) taken: BTreeMap<u128, Vec<(String, Span)>>,
    /// What is set aside, in the order of first addresses.
    pub(crate) ranges: Vec<(AddressRange, String, Span)>,
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    }
}

/// The address of a number, in the family of a prefix.
pub(crate) fn address(number: u128, prefix: IpNet) -> IpAddr {
    match prefix {
        IpNet::V4(_) => IpAddr::V4(Ipv4Addr::from(u32::try_from(number).unwrap_or(u32::MAX))),
        IpNet::V6(_) => IpAddr::V6(Ipv6Addr::from(number)),
    }
}

/// The plans of all prefixes: subnets first, then what each cluster has inside.
pub(crate) fn plans(survey: &Survey<'_>) -> Vec<AddressPlan> {
    let network = survey.network;
    let mut plans = Vec::new();
    for (subnet, segment) in network.subnets.iter().zip(&survey.segments) {
        for (position, prefix) in subnet.prefixes.iter().enumerate() {
            let mut about = segment.about.clone();
            if position > 0 {
                about.id.push_str(&format!(".{position}"));
            }
            let gateway = subnet
                .gateways
                .iter()
                .find(|gateway| gateway.value.known().is_some_and(|address| prefix.value.contains(&address)));
            let mut plan = AddressPlan {
                about,
                title: segment.title.clone(),
                prefix: prefix.value,
                tone: segment.tone,
                gateway: gateway.map(|gateway| format!("gateway {}", gateway.value)).unwrap_or_default(),
                given: None,
                taken: BTreeMap::new(),
                ranges: Vec::new(),
            };
            let dhcp = subnet.dhcp.iter().map(|range| (range, "DHCP"));
            let reserved = subnet
                .reservations
                .iter()
                .map(|reservation| (&reservation.range, reservation.reason.as_deref().unwrap_or("reserved")));
            for (range, what) in dhcp.chain(reserved) {
                if prefix.value.contains(&range.value.first) {
                    plan.ranges.push((range.value, what.to_owned(), range.span()));
                }
            }
            plans.push(plan);
        }
    }
    let subnets = plans.len();
    for cluster in &network.clusters {
        let of = cluster.name.value.as_str();
        let pods = cluster.pods.iter().map(|prefix| ("pods", prefix));
        let services = cluster.services_prefixes.iter().map(|prefix| ("services", prefix));
        for (position, (what, prefix)) in pods.chain(services).enumerate() {
            let about =
                About::new("prefix", &[of, &position.to_string()], format!("{what} of {of}"), Some(prefix.span()))
                    .saying(prefix.value.to_string());
            let mut plan = AddressPlan {
                title: about.name.clone(),
                about,
                prefix: prefix.value,
                tone: Tone::NEUTRAL,
                gateway: String::new(),
                given: Some(if what == "pods" {
                    "given to pods by the data plane"
                } else {
                    "given to services by Kubernetes"
                }),
                taken: BTreeMap::new(),
                ranges: Vec::new(),
            };
            let dns = &cluster.dns_address;
            if what == "services" && prefix.value.contains(&dns.value) {
                plan.taken.entry(number(dns.value)).or_default().push(("CoreDNS".to_owned(), dns.span()));
            }
            plans.push(plan);
        }
    }
    let index: BTreeMap<IpAddr, (IpAddr, usize)> = plans[..subnets]
        .iter()
        .enumerate()
        .map(|(at, plan)| (plan.prefix.network(), (plan.prefix.broadcast(), at)))
        .collect();
    let find = |address: IpAddr| {
        let (first, (last, at)) = index.range(..=address).next_back()?;
        (first.is_ipv4() == address.is_ipv4() && address <= *last).then_some(*at)
    };
    for (address, who, span) in holders(survey) {
        if let Some(at) = find(address) {
            plans[at].taken.entry(number(address)).or_default().push((who, span));
        }
    }
    for pool in network.clusters.iter().flat_map(|cluster| &cluster.pools) {
        for range in &pool.ranges {
            if let Some(at) = find(range.value.first) {
                plans[at].ranges.push((range.value, format!("pool {}", pool.name.value), range.span()));
            }
        }
    }
    for plan in &mut plans {
        hnet_collections::sort_by_key(&mut plan.ranges, |(range, ..)| (number(range.first), number(range.last)));
    }
    plans
}

/// Who has which address.
fn holders(survey: &Survey<'_>) -> Vec<(IpAddr, String, Span)> {
    let network = survey.network;
    let mut holders = Vec::new();
    let mut add = |address: Option<IpAddr>, who: &str, span: Span| {
        if let Some(address) = address {
            holders.push((address, who.to_owned(), span));
        }
    };
    for router in &network.routers {
        for address in &router.addresses {
            add(address.value.known(), router.name.value.as_str(), address.span());
        }
    }
    for switch in &network.switches {
        if let Some(address) = &switch.address {
            add(address.value.known(), switch.name.value.as_str(), address.span());
        }
    }
    for host in &network.hosts {
        for address in &host.addresses {
            add(address.value.known(), host.name.value.as_str(), address.span());
        }
    }
    for cluster in &network.clusters {
        for node in &cluster.nodes {
            for address in node.addresses() {
                add(address.value.known().map(|known| known.addr()), node.name.value.as_str(), address.span());
            }
        }
        if let Some(address) = &cluster.virtual_ip {
            add(Some(address.value), &format!("API of {}", cluster.name.value), address.span());
        }
        for gateway in &cluster.gateways {
            for address in &gateway.addresses {
                let who = format!("gateway {}", gateway.name.value);
                add(address.value.known(), &who, address.span());
            }
        }
    }
    holders
}

impl AddressPlan {
    fn first(&self) -> u128 {
        number(self.prefix.network())
    }

    fn last(&self) -> u128 {
        number(self.prefix.broadcast())
    }

    /// The stretches that nobody has, by their first and last numbers, in order.
    fn free(&self) -> Vec<(u128, u128)> {
        let mut used: Vec<(u128, u128)> = self.taken.keys().map(|at| (*at, *at)).collect();
        used.extend(self.ranges.iter().map(|(range, ..)| (number(range.first), number(range.last))));
        if self.prefix.addr().is_ipv4() && self.prefix.prefix_len() < 31 {
            used.extend([(self.first(), self.first()), (self.last(), self.last())]);
        }
        hnet_collections::sort(&mut used);
        let (mut free, mut next) = (Vec::new(), self.first());
        for (first, last) in used {
            if first > next {
                free.push((next, first - 1));
            }
            next = next.max(last.saturating_add(1));
        }
        if next <= self.last() && next != 0 {
            free.push((next, self.last()));
        }
        free
    }

    /// The largest free blocks, told in the order of addresses: `free 10.0.10.60-10.0.10.127 (68)`.
    fn free_told(&self) -> String {
        if let Some(given) = self.given {
            return given.to_owned();
        }
        let mut free = self.free();
        hnet_collections::sort_by_key(&mut free, |(first, last)| (std::cmp::Reverse(last - first), *first));
        let more = free.len().saturating_sub(FREE_BLOCKS);
        free.truncate(FREE_BLOCKS);
        hnet_collections::sort(&mut free);
        let told = joined(free.into_iter().map(|(first, last)| {
            let range = AddressRange { first: address(first, self.prefix), last: address(last, self.prefix) };
            if last - first < 1 << 32 { format!("{range} ({})", last - first + 1) } else { range.to_string() }
        }));
        match (told.is_empty(), more) {
            (true, _) => "nothing free".to_owned(),
            (false, 0) => format!("free {told}"),
            (false, more) => format!("free {told} and {more} more"),
        }
    }

    /// Where a number starts on the ruler.
    fn scale(&self) -> Scale {
        let size = self.last() - self.first();
        if size < TO_SCALE {
            return Scale { stops: vec![(self.first(), 0), (self.last() + 1, RULER)] };
        }
        let mut cuts: Vec<u128> = vec![self.first()];
        for at in self.taken.keys() {
            cuts.extend([*at, at.saturating_add(1)]);
        }
        for (range, ..) in &self.ranges {
            cuts.extend([number(range.first), number(range.last).saturating_add(1)]);
        }
        cuts.push(self.last().saturating_add(1));
        hnet_collections::sort(&mut cuts);
        cuts.dedup();
        let weight = |pair: &[u128]| i64::from((pair[1] - pair[0]).ilog2()) + 1;
        let total: i64 = cuts.windows(2).map(weight).sum();
        let mut stops = vec![(self.first(), 0)];
        let mut sum = 0;
        for pair in cuts.windows(2) {
            sum += weight(pair);
            stops.push((pair[1], i32::try_from(i64::from(RULER) * sum / total.max(1)).unwrap_or(RULER)));
        }
        Scale { stops }
    }

    fn rows(&self) -> i32 {
        let cells = i32::try_from(self.taken.len() + self.ranges.len()).unwrap_or(i32::MAX / 1024);
        (cells + COLUMNS - 1) / COLUMNS
    }

    fn height(&self) -> i32 {
        48 + RULER_HEIGHT + 22 + self.rows() * ROW + if self.rows() > 0 { 8 } else { 0 } + 30
    }

    fn paint(&self, picture: &mut Picture, x: i32, y: i32) {
        let frame = Frame::new(x, y, RULER + 2 * PADDING, self.height());
        let card = picture.add(self.about.clone(), frame, Cover::Card, None);
        let left = x + PADDING;
        let shapes = picture.shapes(card);
        shapes.push(Shape::Area {
            frame: Frame::new(x, y + 2, frame.width, frame.height),
            radius: 12,
            look: Look::Shade,
        });
        shapes.push(Shape::Area { frame, radius: 12, look: Look::Card });
        shapes.push(Shape::Port { x: left + 6, y: y + 26, tone: self.tone, filled: true });
        let gateway_width = Style::MonoFine.width(&self.gateway);
        let runs = [tinted(Style::Bar, self.tone, self.title.as_str()), run(Style::Mono, self.prefix.to_string())];
        let runs = crate::card::fit_runs(&runs, RULER - 20 - gateway_width - 20);
        shapes.push(Shape::Text { x: left + 20, y: y + 30, anchor: Anchor::Start, runs });
        shapes.push(text(left + RULER, y + 30, Anchor::End, Style::MonoFine, self.gateway.as_str()));
        let ruler = y + 46;
        self.paint_ruler(picture, card, left, ruler);
        let cells = ruler + RULER_HEIGHT + 22;
        self.paint_cells(picture, card, left, cells);
        let free = Style::Note.fit(&self.free_told(), RULER);
        let base = frame.bottom() - 15;
        picture.shapes(card).push(text(left, base, Anchor::Start, Style::Note, free));
    }

    fn paint_ruler(&self, picture: &mut Picture, card: usize, left: i32, y: i32) {
        let scale = self.scale();
        let colour = self.tone.colour;
        let shapes = picture.shapes(card);
        shapes.push(Shape::Area { frame: Frame::new(left, y, RULER, RULER_HEIGHT), radius: 5, look: Look::Free });
        for (range, ..) in &self.ranges {
            let (from, to) = (scale.at(number(range.first)), scale.at(number(range.last).saturating_add(1)));
            let place = Frame::new(left + from, y, (to - from).max(2), RULER_HEIGHT);
            shapes.push(Shape::Area { frame: place, radius: 2, look: Look::Range(colour) });
        }
        for at in self.taken.keys() {
            let (from, to) = (scale.at(*at), scale.at(at.saturating_add(1)));
            let place = Frame::new(left + from, y + 5, (to - from - 1).clamp(2, 12), RULER_HEIGHT - 10);
            shapes.push(Shape::Area { frame: place, radius: 1, look: Look::Taken(colour) });
        }
        let mut label = |first: u128, last: u128, words: String| {
            let (from, to) = (scale.at(first), scale.at(last.saturating_add(1)));
            let alone = self.taken.range(first..=last).next().is_none();
            if alone && Style::Fine.width(&words) + 12 <= to - from {
                let middle = left + from + (to - from) / 2;
                shapes.push(text(middle, y + RULER_HEIGHT / 2 + 4, Anchor::Middle, Style::Fine, words));
            }
        };
        // Ranges may lie in each other, and only the first of those that share a stretch can say its name there.
        let mut next = 0;
        for (range, what, _) in &self.ranges {
            let (first, last) = (number(range.first), number(range.last));
            if first >= next {
                label(first, last, what.clone());
            }
            next = next.max(last.saturating_add(1));
        }
        for (first, last) in self.free().into_iter().filter(|_| self.given.is_none()) {
            label(
                first,
                last,
                if last - first < 1 << 32 { format!("{} free", last - first + 1) } else { "free".to_owned() },
            );
        }
        let end = |number: u128| address(number, self.prefix).to_string();
        let base = y + RULER_HEIGHT + 14;
        shapes.push(text(left, base, Anchor::Start, Style::MonoFine, end(self.first())));
        shapes.push(text(left + RULER, base, Anchor::End, Style::MonoFine, end(self.last())));
        if scale.stops.len() > 2 {
            let words = "not to scale: wide stretches are drawn short";
            shapes.push(text(left + RULER / 2, base, Anchor::Middle, Style::Fine, words));
        }
    }

    /// Who has what, cell by cell in the order of addresses.
    fn paint_cells(&self, picture: &mut Picture, card: usize, left: i32, top: i32) {
        let mut cells: Vec<(u128, u128, String, String, Span)> = Vec::new();
        for (at, holders) in &self.taken {
            let span = holders.first().map(|(_, span)| *span).unwrap_or_default();
            let names = joined(holders.iter().map(|(name, _)| name));
            cells.push((*at, *at, address(*at, self.prefix).to_string(), names, span));
        }
        for (range, what, span) in &self.ranges {
            let (first, last) = (number(range.first), number(range.last));
            cells.push((first, last, short_range(range), format!("{what} ({})", range.count()), *span));
        }
        hnet_collections::sort_by_key(&mut cells, |(first, last, ..)| (*first, *last));
        for (position, (at, (first, last, address, name, span))) in (0i32..).zip(cells).enumerate() {
            let frame = Frame::new(left + at % COLUMNS * CELL, top + at / COLUMNS * ROW, CELL, ROW);
            let kind = if first == last { "address" } else { "range" };
            let mut about = About::new(kind, &[], address.clone(), Some(span)).saying(name.clone());
            about.id = format!("{}.{position}", self.about.id);
            let part = picture.add(about, frame, Cover::Part, Some(card));
            let shapes = picture.shapes(part);
            if first == last {
                let place = Frame::new(left + at % COLUMNS * CELL + 2, frame.y + 7, 5, 11);
                shapes.push(Shape::Area { frame: place, radius: 1, look: Look::Taken(self.tone.colour) });
            } else {
                let place = Frame::new(left + at % COLUMNS * CELL + 1, frame.y + 7, 9, 11);
                shapes.push(Shape::Area { frame: place, radius: 2, look: Look::Range(self.tone.colour) });
            }
            let runs = [run(Style::MonoFine, address), run(Style::Note, name)];
            let runs = crate::card::fit_runs(&runs, CELL - 26);
            shapes.push(Shape::Text { x: frame.x + 16, y: frame.y + 16, anchor: Anchor::Start, runs });
        }
    }
}

/// Where numbers stand on a ruler: straight lines between stops.
struct Scale {
    stops: Vec<(u128, i32)>,
}

impl Scale {
    fn at(&self, number: u128) -> i32 {
        let after = self.stops.partition_point(|(stop, _)| *stop <= number);
        let (Some((from, x)), next) = (after.checked_sub(1).map(|at| self.stops[at]), self.stops.get(after)) else {
            return 0;
        };
        let Some((to, to_x)) = next else { return x };
        let pixels = u128::try_from(to_x - x).unwrap_or(0);
        // Both are below 2^11 here, or the number is a stop itself, so nothing overflows.
        x + i32::try_from((number - from).saturating_mul(pixels) / (to - from)).unwrap_or(0)
    }
}

/// Draws the addresses of a network.
pub(crate) fn draw(survey: &Survey<'_>) -> Picture {
    let name = survey.network.name.value.as_str();
    let mut picture = Picture::new(format!("{name}, addresses"), "who has which address".to_owned());
    let plans = plans(survey);
    let taken: usize = plans.iter().map(|plan| plan.taken.len()).sum();
    let lead = format!("{} taken in {} prefixes", counted(taken, "address"), plans.len());
    let mut y = crate::heading(&mut picture, name, &lead);
    for plan in &plans {
        plan.paint(&mut picture, MARGIN, y);
        y += plan.height() + 24;
    }
    picture.width = RULER + 2 * PADDING + 2 * MARGIN;
    picture.height = y + 16;
    picture
}
