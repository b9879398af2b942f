//! The addresses: a ruler for each prefix with what is taken by whom, what is set aside, and what is free.
//!
//! Small prefixes are drawn to scale; on large ones each stretch has a width by the logarithm of its size, or all
//! that is used would vanish. Start at [`plans`], which says what is drawn; Mermaid is written from it, too.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hnet_model::{Address, AddressRange, IpNet, Name, Span, Traced};

use crate::palette::{Look, Style, Tone};
use crate::scene::{About, Cover, Frame, On, Picture, end, middle, pixels, run, start, tinted};
use crate::survey::{Survey, short_range};
use crate::words::{counted, joined, listed};

const MARGIN: i32 = 40;
const PADDING: i32 = 20;
/// A whole number of pixels for each address of a /24.
const RULER: i32 = 1280;
const RULER_HEIGHT: i32 = 36;
const COLUMNS: i32 = 4;
const CELL: i32 = RULER / COLUMNS;
const ROW: i32 = 24;
/// Prefixes of up to this many addresses are drawn to scale.
const TO_SCALE: u128 = 1024;
/// How many free blocks are told.
const FREE_BLOCKS: usize = 3;
/// From this many taken addresses on, those of a row of machines are told as one.
const MANY: usize = 200;
/// How many cells a prefix has at most.
const CELLS: usize = 240;

/// Addresses from the first to the last, as numbers, with who has them or what they are set aside for.
#[derive(Clone, Debug)]
pub(crate) struct Stretch {
    first: u128,
    last: u128,
    pub(crate) what: String,
    span: Span,
    /// Whether somebody has them.
    taken: bool,
}

/// A prefix and all that is in it.
pub(crate) struct AddressPlan {
    pub(crate) about: About,
    pub(crate) title: String,
    pub(crate) prefix: IpNet,
    tone: Tone,
    gateway: String,
    /// Who gives out what is not taken, where it is not for people to take.
    given: &'static str,
    /// Who has which address; in order.
    taken: Vec<Stretch>,
    /// What is set aside; in order.
    ranges: Vec<Stretch>,
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    }
}

fn taken(address: IpAddr, who: String, span: Span) -> Stretch {
    Stretch { first: number(address), last: number(address), what: who, span, taken: true }
}

fn set_aside(range: &Traced<AddressRange>, what: String) -> Stretch {
    let AddressRange { first, last } = range.value;
    Stretch { first: number(first), last: number(last), what, span: range.span(), taken: false }
}

/// Orders stretches by their addresses.
fn arrange(stretches: &mut [Stretch]) {
    stretches.sort_by_key(|stretch| (stretch.first, stretch.last));
}

/// The plans of all prefixes: subnets first, then what each cluster has inside.
pub(crate) fn plans(survey: &Survey<'_>) -> Vec<AddressPlan> {
    let network = survey.network;
    let mut plans = Vec::new();
    for (subnet, segment) in network.subnets.iter().zip(&survey.segments) {
        for (position, prefix) in subnet.prefixes.iter().enumerate() {
            let mut about = segment.about.clone();
            if position > 0 {
                about.id = format!("{}.{position}", about.id);
            }
            let within = |gateway: &&Traced<Address>| {
                gateway.value.known().is_some_and(|address| prefix.value.contains(&address))
            };
            let gateway = subnet.gateways.iter().find(within);
            let mut plan = AddressPlan::new(about, segment.title.clone(), prefix.value, segment.tone);
            if let Some(gateway) = gateway {
                plan.gateway = format!("gateway {}", gateway.value);
            }
            let dhcp = subnet.dhcp.iter().map(|range| (range, "DHCP"));
            let reserved = (subnet.reservations.iter())
                .map(|reservation| (&reservation.range, reservation.reason.as_deref().unwrap_or("reserved")));
            for (range, what) in dhcp.chain(reserved) {
                if prefix.value.contains(&range.value.first) {
                    plan.ranges.push(set_aside(range, what.to_owned()));
                }
            }
            plans.push(plan);
        }
    }
    for cluster in &network.clusters {
        let of = cluster.name.value.as_str();
        let pods = cluster.pods.iter().map(|prefix| ("pods", "given to pods by the data plane", prefix));
        let services =
            (cluster.services_prefixes.iter()).map(|prefix| ("services", "given to services by Kubernetes", prefix));
        let told = pods.chain(services).filter(|(_, _, prefix)| cluster.tells(prefix.origin));
        for (position, (what, given, prefix)) in told.enumerate() {
            let title = format!("{what} of {of}");
            let about = About::new("prefix", &[of, &position.to_string()], &title, Some(prefix.span()))
                .saying(&prefix.value.to_string());
            let mut plan = AddressPlan::new(about, title, prefix.value, Tone::NEUTRAL);
            plan.given = given;
            let dns = &cluster.dns_address;
            if what == "services" && prefix.value.contains(&dns.value) {
                plan.taken.push(taken(dns.value, "CoreDNS".to_owned(), dns.span()));
            }
            plans.push(plan);
        }
    }
    each_holder(survey, &mut |address, what, name, span| {
        if let Some((at, _)) = survey.prefix_of(address) {
            plans[at].taken.push(taken(address, format!("{what}{name}"), span));
        }
    });
    for pool in network.clusters.iter().flat_map(|cluster| &cluster.pools) {
        for range in &pool.ranges {
            if let Some((at, _)) = survey.prefix_of(range.value.first) {
                let what = format!("pool {}", pool.name.value);
                plans[at].ranges.push(set_aside(range, what));
            }
        }
    }
    let many = plans.iter().map(|plan| plan.taken.len()).sum::<usize>() >= MANY;
    for plan in &mut plans {
        arrange(&mut plan.ranges);
        arrange(&mut plan.taken);
        plan.join_holders();
        if many {
            plan.join_rows();
        }
    }
    plans
}

/// What is told of an address that somebody has: what and who that is.
type Visit<'v> = &'v mut dyn FnMut(IpAddr, &str, &str, Span);

fn each_known(addresses: &[Traced<Address>], what: &str, name: &Name, visit: Visit<'_>) {
    for address in addresses {
        if let Some(known) = address.value.known() {
            visit(known, what, name.as_str(), address.span());
        }
    }
}

/// Calls `visit` with each address that somebody has.
fn each_holder(survey: &Survey<'_>, visit: Visit<'_>) {
    let network = survey.network;
    for router in &network.routers {
        each_known(&router.addresses, "", &router.name.value, visit);
    }
    for switch in &network.switches {
        each_known(switch.address.as_slice(), "", &switch.name.value, visit);
    }
    for host in &network.hosts {
        each_known(&host.addresses, "", &host.name.value, visit);
    }
    for cluster in &network.clusters {
        for node in &cluster.nodes {
            for address in node.addresses() {
                if let Some(known) = address.value.known() {
                    visit(known.addr(), "", node.name.value.as_str(), address.span());
                }
            }
        }
        if let Some(address) = &cluster.virtual_ip {
            visit(address.value, "API of ", cluster.name.value.as_str(), address.span());
        }
        for gateway in &cluster.gateways {
            each_known(&gateway.addresses, "gateway ", &gateway.name.value, visit);
        }
        for service in &cluster.services {
            each_known(&service.addresses, "service ", &service.name.value, visit);
        }
    }
}

impl AddressPlan {
    fn new(about: About, title: String, prefix: IpNet, tone: Tone) -> AddressPlan {
        let (gateway, given, taken, ranges) = (String::new(), "", Vec::new(), Vec::new());
        AddressPlan { about, title, prefix, tone, gateway, given, taken, ranges }
    }

    fn first(&self) -> u128 {
        number(self.prefix.network())
    }

    fn last(&self) -> u128 {
        number(self.prefix.broadcast())
    }

    /// The address of a number.
    fn address(&self, number: u128) -> IpAddr {
        match self.prefix {
            IpNet::V4(_) => IpAddr::V4(Ipv4Addr::from(u32::try_from(number).unwrap_or(u32::MAX))),
            IpNet::V6(_) => IpAddr::V6(Ipv6Addr::from(number)),
        }
    }

    /// The addresses of a stretch, as people write them.
    pub(crate) fn said(&self, stretch: &Stretch) -> String {
        short_range(self.address(stretch.first), self.address(stretch.last))
    }

    /// Tells the holders of one address together.
    fn join_holders(&mut self) {
        self.taken.dedup_by(|next, kept| {
            let same = next.first == kept.first;
            if same {
                kept.what = format!("{}, {}", kept.what, next.what);
            }
            same
        });
    }

    /// Tells neighbours whose names differ only in their numbers as one: `node-3 to node-50 (48)`.
    fn join_rows(&mut self) {
        let stem = |stretch: &Stretch| stretch.what.trim_end_matches(|sign: char| sign.is_ascii_digit()).len();
        let mut rows: Vec<Stretch> = Vec::new();
        for (at, next) in self.taken.iter().enumerate() {
            let before = at.checked_sub(1).map(|before| &self.taken[before]);
            let follows = before.is_some_and(|before| {
                next.first == before.last + 1 && next.what[..stem(next)] == before.what[..stem(before)]
            });
            match rows.last_mut().filter(|_| follows) {
                Some(row) => row.last = next.last,
                None => rows.push(next.clone()),
            }
        }
        for row in &mut rows {
            let last = self.taken.partition_point(|taken| taken.first < row.last);
            if row.first < row.last {
                row.what = format!("{} to {}{}", row.what, self.taken[last].what, size(row.first, row.last));
            }
        }
        self.taken = rows;
    }

    /// What the cells say, in the order of addresses: who has what, and what is set aside.
    pub(crate) fn cells(&self) -> Vec<Stretch> {
        let mut cells = self.ranges.clone();
        for cell in &mut cells {
            cell.what.push_str(&size(cell.first, cell.last));
        }
        cells.extend(self.taken.iter().cloned());
        arrange(&mut cells);
        if cells.len() > CELLS {
            let more = (cells.len() - CELLS + 1).to_string();
            cells.truncate(CELLS);
            cells[CELLS - 1].what = format!("and {more} more");
        }
        cells
    }

    /// The stretches that nobody has, by their first and last numbers, in order.
    fn free(&self) -> Vec<(u128, u128)> {
        let mut used: Vec<(u128, u128)> =
            self.taken.iter().chain(&self.ranges).map(|stretch| (stretch.first, stretch.last)).collect();
        if self.prefix.addr().is_ipv4() && self.prefix.prefix_len() < 31 {
            used.extend([(self.first(), self.first()), (self.last(), self.last())]);
        }
        used.sort();
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
    fn free_told(&self, mut free: Vec<(u128, u128)>) -> String {
        if !self.given.is_empty() {
            return self.given.to_owned();
        }
        free.sort_by(|one, other| (other.1 - other.0, one.0).cmp(&(one.1 - one.0, other.0)));
        let more = free.len().saturating_sub(FREE_BLOCKS);
        free.truncate(FREE_BLOCKS);
        free.sort();
        let told = joined(free.into_iter().map(|(first, last)| {
            let range = AddressRange { first: self.address(first), last: self.address(last) };
            format!("{range}{}", size(first, last))
        }));
        match (told.is_empty(), more) {
            (true, _) => "nothing free".to_owned(),
            (false, 0) => format!("free {told}"),
            (false, more) => format!("free {told} and {more} more"),
        }
    }

    /// Where a number starts on the ruler.
    fn scale(&self) -> Scale {
        if self.last() - self.first() < TO_SCALE {
            return Scale { stops: vec![(self.first(), 0), (self.last() + 1, RULER)] };
        }
        let mut cuts: Vec<u128> = vec![self.first(), self.last().saturating_add(1)];
        for stretch in self.taken.iter().chain(&self.ranges) {
            cuts.extend([stretch.first, stretch.last.saturating_add(1)]);
        }
        cuts.sort();
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

    /// Paints the plan; says where it ends.
    fn paint(self, picture: &mut Picture, x: i32, y: i32) -> i32 {
        let cells = self.cells();
        let rows = (pixels(cells.len()) + COLUMNS - 1) / COLUMNS * ROW;
        let height = 48 + RULER_HEIGHT + 22 + rows + if rows > 0 { 8 } else { 0 } + 30;
        let frame = Frame::new(x, y, RULER + 2 * PADDING, height);
        let card = picture.add(self.about.clone(), frame, Cover::Card, None);
        let on = On::Object(card);
        let left = x + PADDING;
        picture.area(on, Frame { y: y + 2, ..frame }, 12, Look::Shade);
        picture.area(on, frame, 12, Look::Card);
        picture.port(on, (left + 6, y + 26), self.tone, true);
        let room = RULER - 40 - Style::MonoFine.width(&self.gateway);
        let prefix = self.prefix.to_string();
        let runs = [tinted(Style::Bar, self.tone, &self.title), run(Style::Mono, &prefix)];
        picture.line_of(on, start(left + 20, y + 30), room, &runs);
        picture.text(on, end(left + RULER, y + 30), Style::MonoFine, &self.gateway);
        let ruler = y + 46;
        let free = self.free();
        self.paint_ruler(picture, on, left, ruler, &free);
        self.paint_cells(picture, card, left, ruler + RULER_HEIGHT + 22, cells);
        let free = self.free_told(free);
        picture.fitted(on, start(left, frame.bottom() - 15), Style::Note, &free, RULER);
        frame.bottom()
    }

    fn paint_ruler(&self, picture: &mut Picture, on: On, left: i32, y: i32, free: &[(u128, u128)]) {
        let scale = self.scale();
        let colour = self.tone.colour;
        picture.area(on, Frame::new(left, y, RULER, RULER_HEIGHT), 5, Look::Free);
        for range in &self.ranges {
            let (from, to) = scale.of(range.first, range.last);
            let place = Frame::new(left + from, y, (to - from).max(2), RULER_HEIGHT);
            picture.area(on, place, 2, Look::Range(colour));
        }
        // Where addresses are closer than pixels, one stands for all.
        let mut painted = -1;
        for taken in &self.taken {
            let (from, to) = scale.of(taken.first, taken.last);
            let most = if taken.first == taken.last { 12 } else { RULER };
            if from > painted {
                let place = Frame::new(left + from, y + 5, (to - from - 1).clamp(2, most), RULER_HEIGHT - 10);
                picture.area(on, place, 1, Look::Taken(colour));
                painted = from + 1;
            }
        }
        let mut label = |first: u128, last: u128, words: &str| {
            let (from, to) = scale.of(first, last);
            let next = self.taken.partition_point(|taken| taken.last < first);
            let alone = self.taken.get(next).is_none_or(|taken| taken.first > last);
            if alone && Style::Fine.width(words) + 12 <= to - from {
                let place = middle(left + from + (to - from) / 2, y + RULER_HEIGHT / 2 + 4);
                picture.text(on, place, Style::Fine, words);
            }
        };
        // Ranges may lie in each other, and only the first of those that share a stretch can say its name there.
        let mut next = 0;
        for range in &self.ranges {
            if range.first >= next {
                label(range.first, range.last, &range.what);
            }
            next = next.max(range.last.saturating_add(1));
        }
        for (first, last) in free.iter().filter(|_| self.given.is_empty()) {
            let size = (last - first).checked_add(1).filter(|size| *size <= 1 << 32);
            label(*first, *last, &listed(&[&size.map(|size| size.to_string()).unwrap_or_default(), "free"], " "));
        }
        let base = y + RULER_HEIGHT + 14;
        picture.text(on, start(left, base), Style::MonoFine, &self.address(self.first()).to_string());
        picture.text(on, end(left + RULER, base), Style::MonoFine, &self.address(self.last()).to_string());
        if scale.stops.len() > 2 {
            let words = "not to scale: wide stretches are drawn short";
            picture.text(on, middle(left + RULER / 2, base), Style::Fine, words);
        }
    }

    /// Who has what, cell by cell in the order of addresses.
    fn paint_cells(&self, picture: &mut Picture, card: usize, left: i32, top: i32, cells: Vec<Stretch>) {
        for (position, cell) in cells.into_iter().enumerate() {
            let at = pixels(position);
            let frame = Frame::new(left + at % COLUMNS * CELL, top + at / COLUMNS * ROW, CELL, ROW);
            let address = self.said(&cell);
            let kind = if cell.first == cell.last { "address" } else { "range" };
            let mut about = About::new(kind, &[], &address, Some(cell.span)).saying(&cell.what);
            about.id = format!("{}.{position}", self.about.id);
            let on = On::Object(picture.add(about, frame, Cover::Part, Some(card)));
            let colour = self.tone.colour;
            match cell.taken {
                true => picture.area(on, Frame::new(frame.x + 2, frame.y + 7, 5, 11), 1, Look::Taken(colour)),
                false => picture.area(on, Frame::new(frame.x + 1, frame.y + 7, 9, 11), 2, Look::Range(colour)),
            }
            let runs = [run(Style::MonoFine, &address), run(Style::Note, &cell.what)];
            picture.line_of(on, start(frame.x + 16, frame.y + 16), CELL - 26, &runs);
        }
    }
}

/// How many addresses there are, ` (12)`; nothing where nobody could count them.
fn size(first: u128, last: u128) -> String {
    if last - first < 1 << 32 { format!(" ({})", (last - first + 1)) } else { String::new() }
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

    /// Where a stretch starts and ends.
    fn of(&self, first: u128, last: u128) -> (i32, i32) {
        (self.at(first), self.at(last.saturating_add(1)))
    }
}

/// Draws the addresses of a network.
pub(crate) fn draw(survey: &Survey<'_>) -> Picture {
    let name = survey.network.name.value.as_str();
    let mut picture = Picture::new(format!("{name}, addresses"), "who has which address".to_owned());
    let plans = plans(survey);
    let taken: u128 = plans.iter().flat_map(|plan| &plan.taken).map(|taken| taken.last - taken.first + 1).sum();
    let taken = counted(usize::try_from(taken).unwrap_or(usize::MAX), "address");
    let lead = format!("{taken} taken in {} prefixes", plans.len());
    let mut y = crate::heading(&mut picture, name, &lead);
    for plan in plans {
        y = plan.paint(&mut picture, MARGIN, y) + 24;
    }
    picture.width = RULER + 2 * PADDING + 2 * MARGIN;
    picture.height = y + 16;
    picture
}
