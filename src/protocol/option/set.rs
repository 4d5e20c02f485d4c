//! Sets of options: those of a part with what the whole says of them.

use super::{CALL_OPTIONS, OTHER_OPTIONS};
use crate::protocol::{OPTION_SETS, OptionSet, PARTIAL_SETS, RequestOption};

/// Every set, in the order of the tables.
pub fn option_sets() -> impl Iterator<Item = &'static OptionSet> {
    std::iter::once(&CALL_OPTIONS).chain(OPTION_SETS).chain(PARTIAL_SETS).chain(OTHER_OPTIONS)
}

/// The set of this name.
pub fn option_set(name: &str) -> Option<&'static OptionSet> {
    option_sets().find(|set| set.name == name)
}

/// The options of a set, without those of every call.
pub fn options_of(set: &OptionSet) -> Vec<&'static RequestOption> {
    match set.less {
        None => set.options.iter().collect(),
        Some((whole, left_out)) => {
            let whole = option_set(whole).map(options_of).unwrap_or_default();
            whole.into_iter().filter(|option| !left_out.contains(&option.name)).collect()
        }
    }
}

impl OptionSet {
    /// Whether it takes what every call takes beside.
    pub fn is_of_a_call(&self) -> bool {
        !self.type_name.is_empty() && self.name != CALL_OPTIONS.name
    }
}
