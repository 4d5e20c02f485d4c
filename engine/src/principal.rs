//! Whose a write is, as far as one process can know.

use std::rc::Rc;

/// Whose a write is. Keys stay in memory: a store gets a name or a digest.
#[derive(Clone)]
pub enum Principal {
    /// The caller named the owner of the write.
    Named {
        /// The name.
        owner: Rc<str>,
        /// The key of the call.
        key: Rc<str>,
    },
    /// The client has one key for all its calls, and that key is the owner.
    Key(Rc<str>),
    /// A function gave this key and nobody named an owner: the next key may be the same person's.
    Asked(Rc<str>),
}

/// Whether two writes belong to one owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// They do, for certain.
    Same,
    /// Nobody can tell: the writes wait for each other and share nothing.
    Perhaps,
    /// They do not, for certain.
    Different,
}

impl Principal {
    /// How this owner relates to another one.
    ///
    /// ```
    /// use shardd_engine::{Principal, Relation};
    /// let (one, other) = (Principal::Key("a".into()), Principal::Key("b".into()));
    /// assert_eq!(one.relation(&other), Relation::Different);
    /// assert_eq!(Principal::Asked("a".into()).relation(&other), Relation::Perhaps);
    /// assert_eq!(Principal::Asked("b".into()).relation(&other), Relation::Same);
    /// ```
    pub fn relation(&self, other: &Principal) -> Relation {
        let is_same_key = self.key() == other.key();
        match (self, other) {
            // Two names decide, whatever their keys: an app that has one key for all its users names them by `owner`.
            (Principal::Named { owner, .. }, Principal::Named { owner: other, .. }) => {
                if owner == other {
                    Relation::Same
                } else {
                    Relation::Different
                }
            }
            // Under one key the ledger merges what it is sent, and one of the two may be the other without a name.
            (Principal::Named { .. }, _) | (_, Principal::Named { .. }) if is_same_key => Relation::Perhaps,
            _ if is_same_key => Relation::Same,
            (Principal::Asked(_), _) | (_, Principal::Asked(_)) => Relation::Perhaps,
            _ => Relation::Different,
        }
    }

    fn key(&self) -> &str {
        match self {
            Principal::Named { key, .. } | Principal::Key(key) | Principal::Asked(key) => key,
        }
    }
}

// The key must not get into a log by way of a derived Debug.
impl std::fmt::Debug for Principal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Principal::Named { .. } => "Named",
            Principal::Key(_) => "Key",
            Principal::Asked(_) => "Asked",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(owner: &str, key: &str) -> Principal {
        Principal::Named { owner: owner.into(), key: key.into() }
    }

    #[test]
    fn names_decide_where_both_are_given() {
        assert_eq!(named("a", "k").relation(&named("a", "l")), Relation::Same);
        assert_eq!(named("a", "k").relation(&named("b", "l")), Relation::Different);
        assert_eq!(named("a", "k").relation(&named("b", "k")), Relation::Different);
    }

    #[test]
    fn under_one_key_who_has_no_name_may_be_anybody() {
        assert_eq!(named("a", "k").relation(&Principal::Key("k".into())), Relation::Perhaps);
        assert_eq!(named("a", "k").relation(&Principal::Key("l".into())), Relation::Different);
    }

    #[test]
    fn a_key_that_a_function_gave_may_be_anybodys() {
        let asked = Principal::Asked("k".into());
        assert_eq!(asked.relation(&Principal::Asked("l".into())), Relation::Perhaps);
        assert_eq!(asked.relation(&named("a", "l")), Relation::Perhaps);
        assert_eq!(asked.relation(&Principal::Asked("k".into())), Relation::Same);
    }
}
