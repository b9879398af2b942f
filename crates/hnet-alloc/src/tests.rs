//! What an allocator promises, over random lives of pieces; and who is served from where.

use std::alloc::{GlobalAlloc, Layout, System};
use std::thread;

use proptest::prelude::*;

use super::{FirstMemory, SIZE};

/// A piece with its layout, filled with a byte of its own.
struct Piece {
    start: *mut u8,
    layout: Layout,
    mark: u8,
}

impl Piece {
    fn new(memory: &FirstMemory<System>, layout: Layout, mark: u8, zeroed: bool) -> Self {
        let start = match zeroed {
            // SAFETY: The layouts of these tests are not empty.
            true => unsafe { memory.alloc_zeroed(layout) },
            // SAFETY: As above.
            false => unsafe { memory.alloc(layout) },
        };
        assert!(!start.is_null() && start.addr().is_multiple_of(layout.align()), "{layout:?} at {start:?}");
        let mut piece = Piece { start, layout, mark };
        assert!(!zeroed || piece.bytes().iter().all(|byte| *byte == 0), "{layout:?} is zeroed");
        piece.bytes().fill(mark);
        piece
    }

    /// Its bytes.
    fn bytes(&mut self) -> &mut [u8] {
        // SAFETY: The piece is as long as its layout, was written by `new`, and is this one's alone.
        unsafe { std::slice::from_raw_parts_mut(self.start, self.layout.size()) }
    }

    /// Whether nobody has written to it.
    fn is_whole(&mut self) -> bool {
        let mark = self.mark;
        self.bytes().iter().all(|byte| *byte == mark)
    }

    fn resize(&mut self, memory: &FirstMemory<System>, size: usize) {
        // SAFETY: The piece came from this memory with this layout, and the size is not zero.
        self.start = unsafe { memory.realloc(self.start, self.layout, size) };
        assert!(!self.start.is_null() && self.start.addr().is_multiple_of(self.layout.align()));
        let kept = self.layout.size().min(size);
        self.layout = Layout::from_size_align(size, self.layout.align()).expect("a small layout");
        let mark = self.mark;
        // SAFETY: The piece is this long, and what was kept was written.
        let kept = unsafe { std::slice::from_raw_parts(self.start, kept) };
        assert!(kept.iter().all(|byte| *byte == mark), "what was there is kept");
        // SAFETY: The piece is as long as its layout.
        unsafe { self.start.write_bytes(mark, size) };
    }

    fn free(self, memory: &FirstMemory<System>) {
        // SAFETY: The piece came from this memory with this layout.
        unsafe { memory.dealloc(self.start, self.layout) };
    }
}

/// A memory of its own for each case, as long-lived as one is. It passes over the stack on its way.
fn memory() -> &'static FirstMemory<System> {
    let thread = thread::Builder::new().stack_size(8 * SIZE);
    let made = thread.spawn(|| &*Box::leak(Box::new(FirstMemory::before(System)))).expect("a thread");
    made.join().expect("it does not panic")
}

/// Sizes as a compile asks for them: mostly small, some of them tables and texts that grow.
fn size() -> impl Strategy<Value = usize> {
    prop_oneof![8 => 1..200_usize, 3 => 200..5_000_usize, 1 => 5_000..120_000_usize]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pieces_do_not_touch_each_other(
        steps in prop::collection::vec((0..8_u8, size(), 0..8_u32, any::<prop::sample::Index>()), 1..600)
    ) {
        let memory = memory();
        let mut pieces: Vec<Piece> = Vec::new();
        for (mark, (what, size, align, which)) in (0..=255_u8).cycle().zip(steps) {
            match what {
                0..=3 => {
                    let layout = Layout::from_size_align(size, 1 << align).expect("a small layout");
                    pieces.push(Piece::new(memory, layout, mark, what == 0));
                }
                4 | 5 if !pieces.is_empty() => {
                    let at = which.index(pieces.len());
                    pieces[at].resize(memory, size);
                }
                _ if !pieces.is_empty() => {
                    let mut piece = pieces.swap_remove(which.index(pieces.len()));
                    prop_assert!(piece.is_whole());
                    piece.free(memory);
                }
                _ => {}
            }
        }
        for mut piece in pieces {
            prop_assert!(piece.is_whole());
            piece.free(memory);
        }
    }
}

fn bytes(size: usize) -> Layout {
    Layout::from_size_align(size, 8).expect("a small layout")
}

#[test]
fn what_is_given_back_is_given_again() {
    let memory = memory();
    let mut used = 0;
    for mark in 0..200 {
        let piece = Piece::new(memory, bytes(SIZE / 4), mark, false);
        assert!(memory.holds(piece.start), "fifty times the place, but never more than a quarter at a time");
        used = used.max(piece.start.addr() - std::ptr::from_ref(memory).addr());
        piece.free(memory);
    }
    assert!(used < SIZE / 4, "what was used is used again, {used} bytes from the start");
}

#[test]
fn only_the_first_thread_is_served_from_the_place() {
    let memory = memory();
    let mut mine = Piece::new(memory, bytes(100), 1, false);
    assert!(memory.holds(mine.start));
    let start = mine.start.expose_provenance();
    thread::scope(|scope| {
        for mark in 2..6 {
            scope.spawn(move || {
                let mut piece = Piece::new(memory, bytes(100), mark, false);
                assert!(!memory.holds(piece.start));
                piece.resize(memory, 10_000);
                assert!(piece.is_whole());
                piece.free(memory);
            });
        }
    });
    thread::scope(|scope| {
        // One that another thread gives back, or makes larger, stays where it is, and nobody gets it again.
        let layout = mine.layout;
        scope.spawn(move || {
            let start = std::ptr::with_exposed_provenance_mut::<u8>(start);
            let mut given = Piece { start, layout, mark: 1 };
            given.resize(memory, 5_000);
            assert!(!memory.holds(given.start) && given.is_whole());
            given.free(memory);
        });
    });
    assert!(mine.is_whole());
    let mut next = Piece::new(memory, bytes(100), 7, false);
    assert!(memory.holds(next.start) && next.start != mine.start);
    assert!(next.is_whole() && mine.is_whole());
}

#[test]
fn a_full_place_is_left_for_good() {
    let memory = memory();
    let mut first = Piece::new(memory, bytes(10), 1, false);
    let large = Piece::new(memory, bytes(SIZE), 2, true);
    assert!(memory.holds(first.start) && !memory.holds(large.start));
    let next = Piece::new(memory, bytes(10), 3, false);
    assert!(!memory.holds(next.start), "else each piece would look for room in vain first");
    first.resize(memory, 300);
    assert!(!memory.holds(first.start) && first.is_whole());
    for piece in [first, large, next] {
        piece.free(memory);
    }
}
