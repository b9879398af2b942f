//! The picture lint: what must hold of every picture, of whatever network.
//!
//! No text over text, no wire through text or through a card, everything inside what holds it, nothing over
//! each other, wires along the axes and never one on another, contrast in both themes. Start at [`findings`].

use std::collections::{BTreeMap, BTreeSet};

use crate::palette::contrast::lowest;
use crate::palette::{Ink, Look, Stroke};
use crate::scene::{Anchor, Cover, Frame, Picture, Place, RUN_GAP, Shape, pixels};

/// What is wrong with a picture; nothing where it is well drawn.
pub(crate) fn findings(picture: &Picture) -> Vec<String> {
    let mut found = Vec::new();
    identity(picture, &mut found);
    containment(picture, &mut found);
    overlaps(picture, &mut found);
    texts(picture, &mut found);
    wires(picture, &mut found);
    ends(picture, &mut found);
    contrast(picture, &mut found);
    found
}

fn identity(picture: &Picture, found: &mut Vec<String>) {
    let mut ids = BTreeSet::new();
    for object in &picture.objects {
        if !ids.insert(&object.id) {
            found.push(format!("two objects are called {}", object.id));
        }
    }
}

fn within(inner: Frame, outer: Frame) -> bool {
    inner.x >= outer.x && inner.y >= outer.y && inner.right() <= outer.right() && inner.bottom() <= outer.bottom()
}

fn meet(one: Frame, other: Frame) -> bool {
    one.x < other.right() && other.x < one.right() && one.y < other.bottom() && other.y < one.bottom()
}

/// The words of a text, with what it is.
fn said(picture: &Picture, shape: &Shape) -> String {
    let words: Vec<&str> = picture.runs_of(shape).map(|run| run.text).collect();
    format!("`{}` {shape:?}", words.join(" "))
}

fn text_frame(picture: &Picture, shape: &Shape) -> Option<Frame> {
    let Shape::Text { place: Place { x, y, anchor }, .. } = shape else { return None };
    let runs = picture.runs_of(shape);
    let gaps = RUN_GAP * pixels(runs.len().saturating_sub(1));
    let width = picture.runs_of(shape).map(|run| run.style.width(run.text)).sum::<i32>() + gaps;
    let size = runs.map(|run| run.style.spec().2).max().unwrap_or(0);
    let left = match anchor {
        Anchor::Start => *x,
        Anchor::Middle => x - width / 2,
        Anchor::End => x - width,
    };
    // Capitals and ascenders reach three quarters above the base line, descenders a fifth below.
    Some(Frame::new(left, y - size * 3 / 4, width, size * 3 / 4 + size / 5))
}

fn containment(picture: &Picture, found: &mut Vec<String>) {
    let page = Frame::new(0, 0, picture.width, picture.height);
    for object in &picture.objects {
        let outer = object.parent.map_or(page, |parent| picture.objects[parent].frame);
        if !within(object.frame, outer) {
            found.push(format!("{} leaves what holds it: {:?} in {outer:?}", object.id, object.frame));
        }
        for shape in &object.shapes {
            match shape {
                Shape::Text { .. } => {
                    let text = text_frame(picture, shape).unwrap_or_default();
                    if !within(text, object.frame) {
                        found.push(format!("a text leaves {}: {}", object.id, said(picture, shape)));
                    }
                }
                Shape::Area { frame, look, .. } if *look != Look::Shade && !within(*frame, object.frame) => {
                    found.push(format!("an area leaves {}: {frame:?}", object.id));
                }
                _ => {}
            }
        }
    }
    for shape in picture.furniture.iter().chain(&picture.wires) {
        let inside = match shape {
            Shape::Line { .. } => picture
                .points_of(shape)
                .iter()
                .all(|(x, y)| (0..=picture.width).contains(x) && (0..=picture.height).contains(y)),
            _ => text_frame(picture, shape).is_none_or(|frame| within(frame, page)),
        };
        if !inside {
            found.push(format!("something leaves the page: {shape:?}"));
        }
    }
}

/// Each wire starts and ends at something, or it would hang in the air.
fn ends(picture: &Picture, found: &mut Vec<String>) {
    let mut frames: Vec<Frame> = picture.objects.iter().map(|object| object.frame).collect();
    let objects = frames.len();
    let mut points = Vec::new();
    for shape in &picture.wires {
        if let Shape::Line { stroke, .. } = shape
            && *stroke != Stroke::Life
        {
            let line = picture.points_of(shape);
            points.extend([line.first(), line.last()].into_iter().flatten().copied());
        }
    }
    frames.extend(points.iter().map(|(x, y)| Frame::new(x - 1, y - 1, 3, 3)));
    let mut held = vec![false; points.len()];
    each_meeting(&frames, |one, other| {
        let (object, point) = (one.min(other), one.max(other));
        if object < objects && point >= objects {
            // What stands on a ground does not hold on to it, but a wire may end at its border.
            let (frame, (x, y)) = (frames[object], points[point - objects]);
            let at_border = (x - frame.x).abs().min((x - frame.right()).abs()) <= 1
                || (y - frame.y).abs().min((y - frame.bottom()).abs()) <= 1;
            held[point - objects] |= at_border || picture.objects[object].cover != Cover::Ground;
        }
    });
    // A wire may also branch off another one.
    for (point, held) in points.iter().zip(held) {
        let on_wire = || {
            let touches = |frame: &Frame| {
                (frame.x..=frame.right()).contains(&point.0) && (frame.y..=frame.bottom()).contains(&point.1)
            };
            picture.wires.iter().flat_map(|wire| segments(picture, wire)).filter(|(frame, _)| touches(frame)).count()
                > 1
        };
        if !held && !on_wire() {
            found.push(format!("a wire ends in the air at {point:?}"));
        }
    }
}

/// Calls `visit` with each pair of frames that meet, by sweeping down the picture.
fn each_meeting(frames: &[Frame], mut visit: impl FnMut(usize, usize)) {
    let mut order: Vec<usize> = (0..frames.len()).collect();
    order.sort_by_key(|at| frames[*at].y);
    let mut open: Vec<usize> = Vec::new();
    for at in order {
        open.retain(|other| frames[*other].bottom() > frames[at].y);
        for other in &open {
            if meet(frames[at], frames[*other]) {
                visit(at, *other);
            }
        }
        open.push(at);
    }
}

fn overlaps(picture: &Picture, found: &mut Vec<String>) {
    let holds = |outer: usize, mut inner: usize| {
        while let Some(parent) = picture.objects[inner].parent {
            if parent == outer {
                return true;
            }
            inner = parent;
        }
        false
    };
    let frames: Vec<Frame> = picture.objects.iter().map(|object| object.frame).collect();
    each_meeting(&frames, |one, other| {
        if !holds(one, other) && !holds(other, one) {
            found.push(format!("{} lies on {}", picture.objects[one].id, picture.objects[other].id));
        }
    });
}

fn texts(picture: &Picture, found: &mut Vec<String>) {
    let shapes: Vec<&Shape> =
        picture.objects.iter().flat_map(|object| &object.shapes).chain(&picture.furniture).collect();
    let (mut frames, mut names) = (Vec::new(), Vec::new());
    for shape in shapes {
        if let Some(frame) = text_frame(picture, shape) {
            frames.push(frame);
            names.push(shape);
        } else if let Shape::Port { at: (x, y), .. } = shape {
            frames.push(Frame::new(x - 4, y - 4, 8, 8));
            names.push(shape);
        }
    }
    each_meeting(&frames, |one, other| {
        if matches!((names[one], names[other]), (Shape::Text { .. }, _) | (_, Shape::Text { .. })) {
            found.push(format!("on each other: {} and {}", said(picture, names[one]), said(picture, names[other])));
        }
    });
}

fn segments<'a>(picture: &'a Picture, shape: &Shape) -> impl Iterator<Item = (Frame, Stroke)> + use<'a> {
    let stroke = match shape {
        Shape::Line { stroke, .. } => *stroke,
        _ => Stroke::Plain,
    };
    picture.points_of(shape).windows(2).map(move |pair| {
        let ((x, y), (to_x, to_y)) = (pair[0], pair[1]);
        (Frame::new(x.min(to_x), y.min(to_y), (x - to_x).abs(), (y - to_y).abs()), stroke)
    })
}

/// Where a wire starts and ends on the line that it lies on.
type Stretch = (i32, i32, Stroke);

fn wires(picture: &Picture, found: &mut Vec<String>) {
    // Wires stand first, then the cards that they must not enter and the letters that they must not cross.
    let mut frames = Vec::new();
    let mut lanes: BTreeMap<(bool, i32), Vec<Stretch>> = BTreeMap::new();
    for (frame, stroke) in picture.wires.iter().flat_map(|wire| segments(picture, wire)) {
        if frame.width > 0 && frame.height > 0 {
            found.push(format!("a wire runs askew: {frame:?}"));
        }
        if frame.height > 0 {
            lanes.entry((true, frame.x)).or_default().push((frame.y, frame.bottom(), stroke));
        } else if frame.width > 0 {
            lanes.entry((false, frame.y)).or_default().push((frame.x, frame.right(), stroke));
        }
        frames.push(Frame::new(frame.x, frame.y, frame.width.max(1), frame.height.max(1)));
    }
    for (lane, mut runs) in lanes {
        runs.sort();
        for pair in runs.windows(2) {
            if pair[1].0 < pair[0].1
                && (pair[0].2 != pair[1].2 || matches!(pair[0].2, Stroke::Tone(_) | Stroke::Through(_)))
            {
                found.push(format!("wires run on each other at {lane:?}: {pair:?}"));
            }
        }
    }
    let wires = frames.len();
    let mut names = Vec::new();
    for object in &picture.objects {
        match object.cover {
            Cover::Card => {
                let Frame { x, y, width, height } = object.frame;
                frames.push(Frame::new(x + 1, y + 1, width - 2, height - 2));
                names.push(object.id.clone());
            }
            Cover::Ground => {
                for frame in object.shapes.iter().filter_map(|shape| text_frame(picture, shape)) {
                    frames.push(frame);
                    names.push(format!("the letters of {}", object.id));
                }
            }
            Cover::Strip | Cover::Part => {}
        }
    }
    for shape in &picture.furniture {
        if let Some(frame) = text_frame(picture, shape) {
            frames.push(frame);
            names.push(said(picture, shape));
        }
    }
    each_meeting(&frames, |one, other| {
        let (wire, other) = (one.min(other), one.max(other));
        if wire < wires && other >= wires {
            found.push(format!("a wire at {:?} runs through {}", frames[wire], names[other - wires]));
        }
    });
}

fn contrast(picture: &Picture, found: &mut Vec<String>) {
    let mut pairs: BTreeSet<(Ink, Ink)> = BTreeSet::new();
    let mut note = |shape: &Shape, ground: Ink| {
        for run in picture.runs_of(shape) {
            let tone = run.tone.map(|tone| Ink::Tone(tone.colour));
            pairs.insert((run.style.spec().4.or(tone).unwrap_or(Ink::Page), ground));
        }
    };
    let ground_of = |mut at: usize| loop {
        let fill = picture.objects[at].shapes.iter().rev().find_map(|shape| match shape {
            Shape::Area { frame, look, .. } if *frame == picture.objects[at].frame => Some(look.fill()),
            _ => None,
        });
        match (fill, picture.objects[at].parent) {
            (Some(fill), _) => return fill,
            (None, Some(parent)) => at = parent,
            (None, None) => return Ink::Page,
        }
    };
    for (at, object) in picture.objects.iter().enumerate() {
        let ground = ground_of(at);
        for shape in &object.shapes {
            note(shape, ground);
        }
    }
    for shape in &picture.furniture {
        note(shape, Ink::Page);
        note(shape, Ink::Cluster);
    }
    for (ink, ground) in pairs {
        if lowest(ink, ground) < 4.5 {
            found.push(format!("{ink:?} on {ground:?} has a contrast of {:.2}", lowest(ink, ground)));
        }
    }
}
