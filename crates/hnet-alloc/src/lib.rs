//! An allocator that serves the first memory of a process from one small place.
//!
//! A small network needs some 120 KiB at a time. An allocator for long lives gives each size of piece pages of
//! its own, or pages of two megabytes, which the kernel clears; that was a fifth of the time of such a
//! build. Here the pieces lie side by side in one static mebibyte, of which only the pages that are used
//! cost anything. Once it is full, and for all other threads, the allocator behind it serves. Which piece
//! lies where is talc's work. Start at [`FirstMemory`]; the reasons are in `docs/decisions/0012-the-first-memory.md`.
#![expect(unsafe_code, reason = "an allocator hands out memory that the compiler cannot follow")]

#[cfg(test)]
mod tests;

use std::alloc::{GlobalAlloc, Layout};
use std::cell::{Cell, UnsafeCell};
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};

use talc::TalcCell;
use talc::source::Manual;

/// The bytes of the place. A build that needs more is long enough for the allocator behind to pay.
const SIZE: usize = 1 << 20;

/// No thread has asked yet.
const NOBODY_YET: usize = 0;

/// The place is full, and what is given back to it stays there. No thread-local variable has this address.
const NOBODY: usize = usize::MAX;

/// An allocator that serves the thread that asks first, as long as the place lasts, and leaves all else to
/// the one behind it. For a static: its bytes are zero, so they cost nothing until they are used.
pub struct FirstMemory<Rest> {
    place: Place,
    /// Which pieces of the place are taken. The owner's alone.
    pieces: TalcCell<Manual>,
    /// Whether `pieces` has got the place. The owner's alone.
    is_laid_out: Cell<bool>,
    /// The owner: the address of a variable that each thread has of its own.
    owner: AtomicUsize,
    rest: Rest,
}

/// Aligned as pages are.
#[repr(align(4096))]
struct Place(UnsafeCell<[u8; SIZE]>);

// SAFETY: Only the owner's thread touches `pieces` and `is_laid_out`, which `is_owner` tells, and the
// bytes of the place are touched by them and by whom a piece was given to. A thread that gets an ended owner's
// variable, and so takes its part, has it from the C library, which handed it over.
unsafe impl<Rest: Sync> Sync for FirstMemory<Rest> {}

impl<Rest> FirstMemory<Rest> {
    /// The place, and the allocator behind it. Once it was asked it must stay where it is, as a static does: its
    /// free pieces are chained within it.
    #[must_use]
    pub const fn before(rest: Rest) -> Self {
        FirstMemory {
            place: Place(UnsafeCell::new([0; SIZE])),
            pieces: TalcCell::new(Manual),
            is_laid_out: Cell::new(false),
            owner: AtomicUsize::new(NOBODY_YET),
            rest,
        }
    }

    /// Whether this thread is the owner; the first to ask becomes it.
    fn is_owner(&self) -> bool {
        thread_local! {
            // Neither allocates nor is ever dropped, so an allocator may use it at any time; what may change cannot
            // be merged with another thread's.
            static HERE: Cell<u8> = const { Cell::new(0) };
        }
        let here = HERE.with(|here| ptr::from_ref(here).addr());
        // What the owner wrote only the owner reads, so nothing else is to be ordered.
        match self.owner.load(Ordering::Relaxed) {
            NOBODY_YET => self.owner.compare_exchange(NOBODY_YET, here, Ordering::Relaxed, Ordering::Relaxed).is_ok(),
            owner => owner == here,
        }
    }

    /// Whether a piece lies in the place.
    fn holds(&self, piece: *const u8) -> bool {
        piece.addr().wrapping_sub(self.place.0.get().addr()) < SIZE
    }

    /// A piece of the place; null where it has no room for it any more, which ends its part.
    ///
    /// # Safety
    /// By the owner only, and for a layout that is not empty.
    unsafe fn piece(&self, layout: Layout) -> *mut u8 {
        if !self.is_laid_out.replace(true) {
            // SAFETY: The bytes of the place are nobody's yet, and as long-lived as the allocator, which stays.
            unsafe { self.pieces.claim(self.place.0.get().cast(), SIZE) };
        }
        // SAFETY: As the caller promises.
        let piece = unsafe { self.pieces.alloc(layout) };
        if piece.is_null() {
            self.owner.store(NOBODY, Ordering::Relaxed);
        }
        piece
    }
}

// SAFETY: A piece is served by talc or by the allocator behind, and goes back to whom it came from, which its
// address tells; none of this unwinds. A program calls these from thousands of places, and is a fifth larger
// where they are put into each of them.
unsafe impl<Rest: GlobalAlloc> GlobalAlloc for FirstMemory<Rest> {
    #[inline(never)]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if self.is_owner() {
            // SAFETY: This is the owner, and the caller promises the rest.
            let piece = unsafe { self.piece(layout) };
            if !piece.is_null() {
                return piece;
            }
        }
        // SAFETY: As the caller promises.
        unsafe { self.rest.alloc(layout) }
    }

    #[inline(never)]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if self.is_owner() {
            // SAFETY: This is the owner, and the caller promises the rest.
            let piece = unsafe { self.piece(layout) };
            if !piece.is_null() {
                // SAFETY: The piece is as long as its layout, and new.
                unsafe { piece.write_bytes(0, layout.size()) };
                return piece;
            }
        }
        // SAFETY: As the caller promises.
        unsafe { self.rest.alloc_zeroed(layout) }
    }

    #[inline(never)]
    unsafe fn dealloc(&self, piece: *mut u8, layout: Layout) {
        if !self.holds(piece) {
            // SAFETY: What is not in the place came from behind, and the caller promises the rest.
            unsafe { self.rest.dealloc(piece, layout) }
        } else if self.is_owner() {
            // SAFETY: This is the owner, and the caller promises the rest.
            unsafe { self.pieces.dealloc(piece, layout) }
        }
        // What another thread gives back stays taken, until the process ends.
    }

    #[inline(never)]
    unsafe fn realloc(&self, piece: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if !self.holds(piece) {
            // SAFETY: What is not in the place came from behind, and the caller promises the rest.
            return unsafe { self.rest.realloc(piece, layout, size) };
        }
        if self.is_owner() {
            // SAFETY: This is the owner, and the caller promises the rest.
            let moved = unsafe { self.pieces.realloc(piece, layout, size) };
            if !moved.is_null() {
                return moved;
            }
        }
        // SAFETY: The caller promises that the size is that of a layout with this alignment.
        let new = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        // SAFETY: The caller promises that the size is not zero.
        let moved = unsafe { self.alloc(new) };
        if !moved.is_null() {
            // SAFETY: Both are as long as their layouts, and one is new.
            unsafe { piece.copy_to_nonoverlapping(moved, layout.size().min(size)) };
        }
        // The old one stays taken: the place is full, or this is another thread.
        moved
    }
}
