//! The root of a Merkle tree over the lines of the ledger (RFC 6962, section 2.1), for every length on the way.

use sha2::{Digest as _, Sha256};

pub(super) type Hash = [u8; 32];

/// A tree that grows at its right end. Only the roots of its full subtrees are kept.
#[derive(Debug, Default)]
pub(super) struct Tree {
    /// Leaves and root of each, largest first.
    full: Vec<(u64, Hash)>,
}

impl Tree {
    pub fn push(&mut self, entry: &[u8]) {
        let mut node = (1, hash(0, entry, &[]));
        while let Some((size, left)) = self.full.pop_if(|left| left.0 == node.0) {
            node = (2 * size, hash(1, &left, &node.1));
        }
        self.full.push(node);
    }

    pub fn root(&self) -> Hash {
        let mut nodes = self.full.iter().rev().map(|(_, root)| *root);
        let Some(right) = nodes.next() else {
            return Sha256::digest([]).into();
        };
        nodes.fold(right, |right, left| hash(1, &left, &right))
    }
}

fn hash(kind: u8, one: &[u8], other: &[u8]) -> Hash {
    Sha256::new()
        .chain_update([kind])
        .chain_update(one)
        .chain_update(other)
        .finalize()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition of the RFC, word for word: split at the largest power of two below the length.
    fn root(entries: &[Vec<u8>]) -> Hash {
        match entries {
            [] => Sha256::digest([]).into(),
            [one] => hash(0, one, &[]),
            many => {
                let half = many.len().next_power_of_two() / 2;
                hash(1, &root(&many[..half]), &root(&many[half..]))
            }
        }
    }

    #[test]
    fn every_length_has_the_root_of_the_definition() {
        let entries: Vec<Vec<u8>> = (0..70_u8).map(|n| vec![n; usize::from(n)]).collect();
        let mut tree = Tree::default();
        assert_eq!(tree.root(), root(&[]));
        for length in 1..=entries.len() {
            tree.push(&entries[length - 1]);
            assert_eq!(tree.root(), root(&entries[..length]), "{length}");
        }
    }
}
