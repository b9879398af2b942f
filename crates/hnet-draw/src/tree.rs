//! Trees that grow to the right: the first branch goes straight on, each further one takes a row below.
//!
//! Knows sizes only. Start at [`lay`]; the edge tier and the traffic view stand on it.

use crate::scene::Frame;

/// A thing with the one that it hangs on, which stands before it in the list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Branch {
    pub(crate) parent: Option<usize>,
    pub(crate) width: i32,
    pub(crate) height: i32,
}

/// Where everything goes, from an upper left corner at zero.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) frames: Vec<Frame>,
    /// The row of each.
    pub(crate) rows: Vec<usize>,
    /// The column of each.
    pub(crate) columns: Vec<usize>,
    pub(crate) width: i32,
    pub(crate) height: i32,
}

/// Places branches in columns by depth. Things in one column are equally wide; a row is as high as its highest.
pub(crate) fn lay(branches: &[Branch], gap: i32, row_gap: i32) -> Layout {
    let mut children = vec![Vec::new(); branches.len()];
    let mut roots = Vec::new();
    for (at, branch) in branches.iter().enumerate() {
        match branch.parent {
            Some(parent) => children[parent].push(at),
            None => roots.push(at),
        }
    }
    let (mut depth, mut row) = (vec![0; branches.len()], vec![0; branches.len()]);
    let mut next_row = 0;
    let mut open: Vec<usize> = roots.into_iter().rev().collect();
    let mut first = true;
    let mut straight = vec![false; branches.len()];
    while let Some(at) = open.pop() {
        match branches[at].parent {
            Some(parent) if straight[at] => row[at] = row[parent],
            _ if first => first = false,
            _ => {
                next_row += 1;
                row[at] = next_row;
            }
        }
        depth[at] = branches[at].parent.map_or(0, |parent| depth[parent] + 1);
        if let Some(child) = children[at].first() {
            straight[*child] = true;
        }
        open.extend(children[at].iter().rev());
    }
    let (mut widths, mut heights) = (Vec::new(), Vec::new());
    for (at, branch) in branches.iter().enumerate() {
        grow(&mut widths, depth[at], branch.width);
        grow(&mut heights, row[at], branch.height);
    }
    let lefts = starts(&widths, gap);
    let tops = starts(&heights, row_gap);
    let frames = (branches.iter().enumerate())
        .map(|(at, branch)| Frame::new(lefts[depth[at]], tops[row[at]], widths[depth[at]], branch.height))
        .collect();
    Layout {
        frames,
        rows: row,
        columns: depth,
        width: lefts.last().copied().unwrap_or(0) + widths.last().copied().unwrap_or(0),
        height: tops.last().copied().unwrap_or(0) + heights.last().copied().unwrap_or(0),
    }
}

fn grow(sizes: &mut Vec<i32>, at: usize, size: i32) {
    if sizes.len() <= at {
        sizes.resize(at + 1, 0);
    }
    sizes[at] = sizes[at].max(size);
}

fn starts(sizes: &[i32], gap: i32) -> Vec<i32> {
    let mut next = 0;
    let start = |size: &i32| {
        next += size + gap;
        next - size - gap
    };
    sizes.iter().map(start).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_branch_goes_straight_and_the_second_below() {
        let branch = |parent| Branch { parent, width: 10, height: 5 };
        let layout = lay(&[branch(None), branch(Some(0)), branch(Some(0)), branch(Some(1))], 4, 2);
        assert_eq!(layout.rows, [0, 0, 1, 0]);
        assert_eq!(layout.frames[3], Frame::new(28, 0, 10, 5));
        assert_eq!(layout.frames[2], Frame::new(14, 7, 10, 5));
        assert_eq!((layout.width, layout.height), (38, 12));
    }
}
