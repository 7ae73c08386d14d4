//! What a foreign file may unpack to, all its parts together, and the stream that ends beyond it.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use super::flawed;

/// What any file may unpack to.
const HARMLESS: u64 = 64 * 1024 * 1024;
/// Text packs to a tenth, in the extreme to a hundredth. Only a bomb packs to less than this.
const MAX_RATIO: u64 = 300;

/// What a file may unpack to, all its parts together.
#[derive(Clone)]
pub(super) struct Budget(Rc<Cell<u64>>);

impl Budget {
    pub(super) fn of(file_length: u64) -> Self {
        let reason = file_length.saturating_mul(MAX_RATIO).max(HARMLESS);
        Self(Rc::new(Cell::new(reason)))
    }
}

/// Ends a stream that has grown out of all proportion to its file.
pub(super) struct Guarded<R> {
    pub inner: R,
    pub budget: Budget,
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = self.inner.read(buffer)?;
        let left = self.budget.0.get().checked_sub(size as u64);
        self.budget.0.set(left.unwrap_or(0));
        match left {
            Some(_) => Ok(size),
            None => Err(flawed(
                "refused: it unpacks to more than 300 times its size",
            )),
        }
    }
}
