//! Profiles for what machines share: what those of a role say, what all say, and what some of a role say, where the
//! source is shorter for it. Start at [`shared`].

use hnet_diagnostics::Span;
use hnet_model::Name;
use hnet_syntax::tree::{Body, End, Statement, Tree, Value};
use indexmap::{IndexMap, IndexSet};

use super::common::{Common, Said, lines, said};
use crate::say;

/// The profile that all machines of a cluster are like.
const ALL: &str = "machine";

const ROLES: [&str; 2] = ["control-plane", "worker"];

/// So many lines a profile must save: one that saves fewer is more to read than what repeats.
const WORTH: usize = 2;

/// So many groups of machines are looked at for a profile of their own.
const MOST_GROUPS: usize = 32;

/// The tree with profiles for what its machines share; none where nothing is worth one.
pub(super) fn shared(tree: &Tree) -> Option<Tree> {
    with_profiles(tree, Common { in_order: false })
}

/// The same, but for patches that would come before others of which the later one wins.
pub(super) fn shared_in_order(tree: &Tree) -> Option<Tree> {
    with_profiles(tree, Common { in_order: true })
}

fn with_profiles(tree: &Tree, common: Common) -> Option<Tree> {
    let mut tree = tree.clone();
    let network = body(tree.statements.first_mut()?)?;
    let mut is_any = false;
    for cluster in network.statements.iter_mut().filter(|statement| statement.keyword.text == "cluster") {
        let prefix = format!("{}-", cluster.arguments.first().map_or("", |name| name.value.text.as_str()));
        is_any |= body(cluster).is_some_and(|body| share(&mut body.statements, &prefix, common));
    }
    is_any |= share(&mut network.statements, "", common);
    is_any.then_some(tree)
}

fn body(statement: &mut Statement) -> Option<&mut Body> {
    match &mut statement.end {
        End::Body(body) => Some(body),
        _ => None,
    }
}

/// Puts profiles before the machines among some statements. Whether there is one that was not there.
fn share(statements: &mut Vec<Statement>, prefix: &str, common: Common) -> bool {
    let Some(first) = statements.iter().position(|one| matches!(one.keyword.text.as_str(), "node" | "profile")) else {
        return false;
    };
    let is_its = |statement: &Statement| matches!(statement.keyword.text.as_str(), "node" | "profile");
    let mut plan = Plan { prefix: prefix.to_owned(), common, ..Plan::default() };
    for statement in statements.iter().filter(|statement| is_its(statement)) {
        let own = Holder::of(statement);
        if statement.keyword.text == "node" { plan.machines.push(own) } else { plan.profiles.push(own) }
    }
    plan.of_roles();
    plan.of_all();
    plan.of_some();
    if plan.is_changed {
        statements.retain(|statement| !is_its(statement));
        statements.splice(first..first, plan.made());
    }
    plan.is_changed
}

/// A machine or a profile: its statement without what it holds, and that.
#[derive(Clone)]
struct Holder {
    head: Statement,
    like: Option<String>,
    holds: Vec<Said>,
}

impl Holder {
    fn of(statement: &Statement) -> Holder {
        let like = statement.arguments.get(2).map(|like| like.value.text.to_string());
        let mut head = Statement { end: End::Semicolon(statement.span), ..statement.clone() };
        head.arguments.truncate(1);
        Holder { head, like, holds: said(statement.statements()) }
    }

    fn name(&self) -> &str {
        self.head.arguments.first().map_or("", |name| name.value.text.as_str())
    }

    fn made(&self) -> Statement {
        let head = self.head.clone();
        let span = head.keyword.span;
        let head = match &self.like {
            Some(like) => head.with(Value::said("like", span)).with(Value::said(like, span)),
            None => head,
        };
        if self.holds.is_empty() {
            return head;
        }
        head.holding(self.holds.iter().map(|own| own.statement.clone()))
    }

    fn lines(&self) -> usize {
        lines(&self.made())
    }

    fn role(&self) -> usize {
        let is_worker = |own: &Said| {
            own.statement.keyword.text == "role"
                && own.statement.arguments.first().is_some_and(|role| role.value.text == ROLES[1])
        };
        usize::from(self.holds.iter().any(is_worker))
    }
}

/// The machines of a cluster, and the profiles that they are like.
#[derive(Default)]
struct Plan {
    common: Common,
    prefix: String,
    profiles: Vec<Holder>,
    machines: Vec<Holder>,
    is_changed: bool,
}

impl Plan {
    /// What all machines of a role share. What the author said of them as a group is there already.
    fn of_roles(&mut self) {
        let roles: Vec<usize> = self.machines.iter().map(Holder::role).collect();
        for (role, word) in ROLES.into_iter().enumerate() {
            let members: Vec<usize> = (0..roles.len()).filter(|at| roles[*at] == role).collect();
            let Some(first) = members.first().copied() else { continue };
            let known = self.machines[first].like.clone();
            let known = known.and_then(|like| self.profiles.iter().position(|profile| profile.name() == like));
            if members.len() < 2 {
                continue;
            }
            match known {
                Some(at) => {
                    let (shared, rests) = self.common.of(&self.holds_of(&members));
                    self.is_changed |= !shared.is_empty();
                    self.leave(&members, rests);
                    // Lists append, so what is there stays before what is added to it.
                    let (patches, words): (Vec<Said>, Vec<Said>) = shared.into_iter().partition(Said::is_patch);
                    let holds = &mut self.profiles[at].holds;
                    holds.splice(0..0, words);
                    holds.extend(patches);
                }
                None => {
                    let name = format!("{}{word}", self.prefix);
                    self.add(&members, name, None);
                }
            }
        }
    }

    /// What all profiles of roles share, and the machines that are like none.
    fn of_all(&mut self) {
        let alone: Vec<usize> = (0..self.machines.len()).filter(|at| self.machines[*at].like.is_none()).collect();
        let holds: Vec<&[Said]> = self.profiles.iter().map(|own| own.holds.as_slice()).collect();
        let all: Vec<&[Said]> = holds.into_iter().chain(self.holds_of(&alone)).collect();
        // Of machines that are all of one role there was nothing to share.
        if self.profiles.is_empty() || all.len() < 2 {
            return;
        }
        let (shared, rests) = self.common.of(&all);
        let name = format!("{}{ALL}", self.prefix);
        let profile = profile(&name, None, shared, self.machines[0].head.span);
        let mut profiles = self.profiles.clone();
        let mut machines: Vec<Holder> = alone.iter().map(|at| self.machines[*at].clone()).collect();
        let before: usize = profiles.iter().chain(&machines).map(Holder::lines).sum();
        for (own, rest) in profiles.iter_mut().chain(&mut machines).zip(rests) {
            own.like = Some(name.clone());
            own.holds = rest;
        }
        let after: usize = profiles.iter().chain(&machines).chain([&profile]).map(Holder::lines).sum();
        if !is_worth(&profile, before, after) {
            return;
        }
        self.profiles = profiles;
        self.profiles.insert(0, profile);
        for (at, machine) in alone.into_iter().zip(machines) {
            self.machines[at] = machine;
        }
        self.is_changed = true;
    }

    /// What some machines share that are like one profile, or like none and of one role: each is in one group.
    fn of_some(&mut self) {
        let parents: IndexSet<(Option<String>, usize)> =
            self.machines.iter().map(|own| (own.like.clone(), own.role())).collect();
        for (like, role) in parents {
            let is_its = |own: &Holder| own.like == like && own.role() == role;
            let mut free: Vec<usize> = (0..self.machines.len()).filter(|at| is_its(&self.machines[*at])).collect();
            loop {
                let mut groups: IndexSet<Vec<usize>> = IndexSet::new();
                let mut saying: IndexMap<&str, Vec<usize>> = IndexMap::new();
                for (at, said) in free.iter().flat_map(|at| self.machines[*at].holds.iter().map(move |said| (at, said)))
                {
                    let members = saying.entry(&said.text).or_default();
                    if members.last() != Some(at) {
                        members.push(*at);
                    }
                }
                for members in saying.into_values().filter(|members| members.len() > 1) {
                    if groups.len() < MOST_GROUPS {
                        groups.insert(members);
                    }
                }
                let saved = |members: &Vec<usize>| self.saved(members, like.as_deref()).unwrap_or_default();
                // Of those that save as much the first.
                let best = groups.iter().rev().max_by_key(|members| saved(members)).filter(|best| saved(best) > 0);
                let Some(members) = best.cloned() else { break };
                let name = self.name_of(&members, like.as_deref().unwrap_or(ROLES[role]));
                self.add(&members, name, like.clone());
                free.retain(|at| !members.contains(at));
            }
        }
    }

    /// What a profile of some machines shares and leaves, and how many lines it saves; none where it is not worth it.
    fn made_of(&self, members: &[usize], name: &str, like: Option<&str>) -> Option<(Holder, Vec<Vec<Said>>, usize)> {
        let (shared, rests) = self.common.of(&self.holds_of(members));
        let span = members.first().map(|first| self.machines[*first].head.span)?;
        let profile = profile(name, like, shared, span);
        let before: usize = members.iter().map(|at| self.machines[*at].lines()).sum();
        let machine = |(at, holds): (&usize, &Vec<Said>)| {
            let like = Some(name.to_owned());
            Holder { like, holds: holds.clone(), ..self.machines[*at].clone() }.lines()
        };
        let after = profile.lines() + members.iter().zip(&rests).map(machine).sum::<usize>();
        is_worth(&profile, before, after).then(|| (profile, rests, before - after))
    }

    fn saved(&self, members: &[usize], like: Option<&str>) -> Option<usize> {
        self.made_of(members, ALL, like).map(|(.., saved)| saved)
    }

    /// A profile of some machines, where it is worth it.
    fn add(&mut self, members: &[usize], name: String, like: Option<String>) {
        let Some((profile, rests, _)) = self.made_of(members, &name, like.as_deref()) else { return };
        self.leave(members, rests);
        members.iter().for_each(|at| self.machines[*at].like = Some(name.clone()));
        self.profiles.push(profile);
        self.is_changed = true;
    }

    /// What some machines are called by: how all their names start and no other's, else by what they are like, with a
    /// number.
    fn name_of(&self, members: &[usize], like: &str) -> String {
        let is_free = |name: &String| self.profiles.iter().all(|own| own.name() != name);
        let name = |at: &usize| self.machines[*at].name();
        let first = members.first().map(name).unwrap_or_default();
        let starts = |length: &usize| members.iter().all(|at| name(at).get(..*length) == first.get(..*length));
        let length = (0..=first.len()).take_while(starts).last().unwrap_or_default();
        let start = first[..length].trim_end_matches(|c: char| c.is_ascii_digit() || c == '-');
        let others = (0..self.machines.len()).filter(|at| !members.contains(at));
        let is_its_own = start.len() > 1 && others.into_iter().all(|at| !name(&at).starts_with(start));
        let own = Some(format!("{}{start}", self.prefix)).filter(|own| is_its_own && Name::new(own).is_ok());
        let numbered = (2..).map(|number| format!("{like}-{number}"));
        own.into_iter().chain(numbered).find(is_free).unwrap_or_default()
    }

    fn holds_of(&self, members: &[usize]) -> Vec<&[Said]> {
        members.iter().map(|at| self.machines[*at].holds.as_slice()).collect()
    }

    fn leave(&mut self, members: &[usize], rests: Vec<Vec<Said>>) {
        for (at, rest) in members.iter().zip(rests) {
            self.machines[*at].holds = rest;
        }
    }

    /// The profiles, each behind the one that it is like, and the machines.
    fn made(&self) -> Vec<Statement> {
        let profiles = self.profiles.iter().map(|own| own.made().apart());
        let machines = self.machines.iter().enumerate().map(|(at, own)| match at {
            0 => own.made().apart(),
            _ => own.made(),
        });
        profiles.chain(machines).collect()
    }
}

/// A profile, and the empty line before it.
fn profile(name: &str, like: Option<&str>, holds: Vec<Said>, span: Span) -> Holder {
    let head = say::field("profile", name, span);
    Holder { head, like: like.map(str::to_owned), holds }
}

/// Whether a profile is worth it: it says more than one field or one of several lines, and saves lines.
fn is_worth(profile: &Holder, before: usize, after: usize) -> bool {
    let is_block = |own: &Said| lines(&own.statement) > 2;
    let says_enough = profile.holds.len() > 1 || profile.holds.iter().any(is_block);
    // An empty line stands before it.
    says_enough && before >= after + 1 + WORTH
}
