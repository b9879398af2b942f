//! What several bodies have in common, and what is left of each. Start at [`Common::of`].

use hnet_model::LINK_WORDS;
use std::collections::BTreeSet;

use hnet_diagnostics::FileId;
use hnet_syntax::print;
use hnet_syntax::tree::{Statement, Tree};
use hnet_yaml::{Value, ValueKind};

/// A statement, and how it is written without what is said about it.
#[derive(Clone)]
pub(super) struct Said {
    pub(super) text: String,
    pub(super) statement: Statement,
}

impl Said {
    /// Whether it is a patch, whose order among others may mean something.
    pub(super) fn is_patch(&self) -> bool {
        self.statement.keyword.text == "patch"
    }

    /// What is said about it.
    fn notes(&self) -> Vec<&str> {
        self.statement.leading.iter().map(|comment| comment.text.as_str()).collect()
    }
}

/// Statements with their texts.
pub(super) fn said(statements: &[Statement]) -> Vec<Said> {
    let said = |statement: &Statement| {
        let bare = Statement { leading: Vec::new(), blank_before: false, ..statement.clone() };
        Said { text: written(&bare), statement: statement.clone() }
    };
    statements.iter().map(said).collect()
}

fn written(statement: &Statement) -> String {
    print(&Tree { file: FileId::default(), statements: vec![statement.clone()], trailing: Vec::new() })
}

/// How many lines a statement takes.
pub(super) fn lines(statement: &Statement) -> usize {
    written(&Statement { blank_before: false, ..statement.clone() }).lines().count()
}

/// So many lines it must save to say a part of a link apart from the rest of it.
const WORTH: usize = 2;

/// What counts as in common.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Common {
    /// Whether a patch stays behind those before it that say the same fields.
    pub(super) in_order: bool,
}

impl Common {
    /// What all of some bodies say, each in its first place, and what is left of each body. Of links with the same name a
    /// part may be shared.
    pub(super) fn of(self, bodies: &[&[Said]]) -> (Vec<Said>, Vec<Vec<Said>>) {
        let mut rests: Vec<Vec<Said>> = bodies.iter().map(|body| body.to_vec()).collect();
        let mut shared = Vec::new();
        for said in bodies.first().copied().unwrap_or_default() {
            shared.extend(self.taken(said, &mut rests).or_else(|| self.part_taken(said, &mut rests)));
        }
        (shared, rests)
    }

    /// Takes out what all bodies say once, with the same said about it or nothing.
    fn taken(self, said: &Said, rests: &mut [Vec<Said>]) -> Option<Said> {
        let places = places(rests, |own| own.text == said.text)?;
        let all = || rests.iter().zip(&places).map(|(rest, at)| &rest[*at]);
        let notes: BTreeSet<Vec<&str>> = all().map(Said::notes).filter(|notes| !notes.is_empty()).collect();
        let is_first = |(rest, at): (&Vec<Said>, &usize)| {
            let before = rest[..*at].iter().filter(|own| own.is_patch());
            !self.in_order || !said.is_patch() || before.into_iter().all(|own| commute(own, said))
        };
        if notes.len() > 1 || !rests.iter().zip(&places).all(is_first) {
            return None;
        }
        let shared = all().find(|own| !own.notes().is_empty()).unwrap_or(said).clone();
        for (rest, at) in rests.iter_mut().zip(places) {
            rest.remove(at);
        }
        Some(shared)
    }

    /// Takes out of the links of one name what all of them say, where that is shorter.
    fn part_taken(self, said: &Said, rests: &mut [Vec<Said>]) -> Option<Said> {
        let name = |own: &Said| match own.statement.arguments.as_slice() {
            [name] if LINK_WORDS.contains(&&*own.statement.keyword.text) && own.statement.body().is_some() => {
                Some((own.statement.keyword.text.clone(), name.value.text.clone()))
            }
            _ => None,
        };
        let own = name(said)?;
        let places = places(rests, |other| name(other).as_ref() == Some(&own))?;
        let inner: Vec<Vec<Said>> =
            rests.iter().zip(&places).map(|(rest, at)| self::said(rest[*at].statement.statements())).collect();
        let bodies: Vec<&[Said]> = inner.iter().map(Vec::as_slice).collect();
        let (shared, left) = self.of(&bodies);
        if shared.is_empty() {
            return None;
        }
        let holding = |link: &Statement, inner: &[Said]| {
            let bare = Statement::new(&link.keyword.text, link.span).with(link.arguments[0].value.clone());
            bare.holding(inner.iter().map(|own| own.statement.clone()))
        };
        let part = holding(&said.statement, &shared);
        let mut changed = Vec::new();
        let (mut before, mut after) = (0, lines(&part));
        for ((rest, at), left) in rests.iter().zip(&places).zip(&left) {
            let link = &rest[*at].statement;
            before += lines(link);
            if left.is_empty() {
                // What is said about a link of which nothing is left would have no place.
                if !link.leading.is_empty() {
                    return None;
                }
                changed.push(None);
                continue;
            }
            let link = Statement { blank_before: link.blank_before, ..holding(link, left).under(link.leading.clone()) };
            after += lines(&link);
            changed.push(Some(link));
        }
        if before < after + WORTH {
            return None;
        }
        for ((rest, at), link) in rests.iter_mut().zip(places).zip(changed) {
            match link {
                Some(link) => rest.splice(at..=at, self::said(&[link])).for_each(drop),
                None => drop(rest.remove(at)),
            }
        }
        self::said(&[part]).pop()
    }
}

/// Where what is looked for stands in each body, once.
fn places(rests: &[Vec<Said>], is_it: impl Fn(&Said) -> bool) -> Option<Vec<usize>> {
    let place = |rest: &Vec<Said>| {
        let mut found = rest.iter().enumerate().filter(|(_, own)| is_it(own)).map(|(at, _)| at);
        found.next().filter(|_| found.next().is_none())
    };
    rests.iter().map(place).collect()
}

/// Whether two patches mean the same in either order: they are about different documents, or say different fields.
fn commute(one: &Said, other: &Said) -> bool {
    let (Some(one), Some(other)) = (fields(one), fields(other)) else { return false };
    one.document != other.document
        || one.paths.iter().all(|path| !other.paths.iter().any(|own| own.starts_with(path) || path.starts_with(own)))
}

/// What a patch says: in which document, and which fields.
struct Fields {
    document: (String, String),
    paths: Vec<Vec<String>>,
}

fn fields(said: &Said) -> Option<Fields> {
    let [block] = said.statement.arguments.as_slice() else { return None };
    let yaml = hnet_yaml::parse(FileId::default(), &block.value.text);
    let value = yaml.root()?.value();
    let text = |key: &str| value.str_at(&[key]).unwrap_or_default().to_owned();
    let mut paths = Vec::new();
    paths_of(&value, &mut Vec::new(), &mut paths);
    Some(Fields { document: (text("kind"), text("name")), paths })
}

/// The ways to what a patch sets: lists as a whole, and maps whose merge is said otherwise.
fn paths_of(value: &Value, way: &mut Vec<String>, paths: &mut Vec<Vec<String>>) {
    match &value.kind {
        ValueKind::Map(map) if !map.is_empty() && !map.keys().any(|key| key.starts_with('$')) => {
            for field in map.values() {
                way.push(field.key.to_string());
                paths_of(&field.value, way, paths);
                way.pop();
            }
        }
        _ => paths.push(way.clone()),
    }
}
