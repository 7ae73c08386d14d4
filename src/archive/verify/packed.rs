//! Packs records anew and compares, to name the one whose packed bytes are not as they were written.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use super::Fault;
use crate::archive::record::{StoredRecord, bare};
use crate::archive::walk::{Step, Walk};

/// The records of a file that pack to other bytes.
pub(super) struct Differing {
    /// Offset and id.
    pub records: Vec<(u64, Option<String>)>,
    all: usize,
}

impl Differing {
    /// Then they were packed by another program, and nothing can be said of any of them.
    pub fn is_all(&self) -> bool {
        self.records.len() == self.all
    }

    pub fn faults(&mut self, file: &str) -> Vec<Fault> {
        let records = std::mem::take(&mut self.records).into_iter();
        let fault = |(offset, record)| Fault {
            file: file.to_owned(),
            offset,
            record,
            what: "its packed bytes are not as they were written, though what they hold is"
                .to_owned(),
        };
        records.map(fault).collect()
    }
}

pub(super) fn differing(path: &Path) -> io::Result<Differing> {
    let file = File::open(path)?;
    let mut walk = Walk::new(File::open(path)?);
    let mut differing = Differing {
        records: Vec::new(),
        all: 0,
    };
    let mut block = Vec::new();
    while let Some(step) = walk.next(&mut |piece| block.extend_from_slice(piece))? {
        let block = std::mem::take(&mut block);
        let Step::Record { offset, fields } = step else {
            continue;
        };
        differing.all += 1;
        let length = usize::try_from(walk.position() - offset).unwrap_or_default();
        let mut found = vec![0; length];
        file.read_exact_at(&mut found, offset)?;
        let record = StoredRecord {
            headers: fields,
            block,
        };
        if record.pack()? != found {
            let id = record
                .header("WARC-Record-ID")
                .map(|id| bare(id).to_owned());
            differing.records.push((offset, id));
        }
    }
    Ok(differing)
}
