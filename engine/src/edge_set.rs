//! A set of edges by their places in the table, as bits.

/// No client has more edges.
pub const EDGES_MAX: usize = 64;

/// A set of edges by their places in the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EdgeSet(u64);

impl EdgeSet {
    /// None.
    pub const EMPTY: EdgeSet = EdgeSet(0);

    /// This edge alone.
    pub const fn of(edge: usize) -> EdgeSet {
        EdgeSet(1 << (edge % EDGES_MAX))
    }

    /// Whether `edge` is in it.
    pub const fn contains(self, edge: usize) -> bool {
        self.0 & EdgeSet::of(edge).0 != 0
    }

    /// Whether nothing is in it.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many edges are in it.
    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// The edge with the first place.
    pub fn first(self) -> Option<usize> {
        (!self.is_empty()).then_some(self.0.trailing_zeros() as usize)
    }

    /// Adds an edge.
    pub fn insert(&mut self, edge: usize) {
        self.0 |= EdgeSet::of(edge).0;
    }

    /// Those that are also in `other`.
    #[must_use]
    pub const fn and(self, other: EdgeSet) -> EdgeSet {
        EdgeSet(self.0 & other.0)
    }

    /// These and those in `other`.
    #[must_use]
    pub const fn union(self, other: EdgeSet) -> EdgeSet {
        EdgeSet(self.0 | other.0)
    }

    /// Those that are not in `other`.
    #[must_use]
    pub const fn without(self, other: EdgeSet) -> EdgeSet {
        EdgeSet(self.0 & !other.0)
    }

    /// These; where there are none, `others`.
    #[must_use]
    pub const fn or(self, others: EdgeSet) -> EdgeSet {
        if self.is_empty() { others } else { self }
    }
}

impl Iterator for EdgeSet {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let edge = self.first()?;
        *self = self.without(EdgeSet::of(edge));
        Some(edge)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_come_in_the_order_of_their_places() {
        let mut set = EdgeSet::of(63);
        set.insert(5);
        set.insert(0);
        assert_eq!(set.len(), 3);
        assert_eq!(set.collect::<Vec<_>>(), [0, 5, 63]);
        assert_eq!(set.without(EdgeSet::of(5)).collect::<Vec<_>>(), [0, 63]);
        assert_eq!(set.and(EdgeSet::of(5)), EdgeSet::of(5));
        assert_eq!(EdgeSet::EMPTY.or(set), set);
        assert_eq!(set.first(), Some(0));
    }
}
