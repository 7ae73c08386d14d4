//! What the demo says goes to standard output; a reader that has gone away (`vermerk demo | head`) is no error.

use std::fmt::Display;
use std::io::Write as _;

/// One line, without colour where standard output is no terminal.
pub fn tell(line: impl Display) {
    let _ = writeln!(anstream::stdout(), "{line}");
}
