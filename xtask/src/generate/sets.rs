//! Sets of options: those of a part with what the whole says of them.
use shardd_wasm::protocol::{
    CALL_OPTIONS, OPTION_SETS, OTHER_OPTIONS, OptionSet, PARTIAL_SETS, RequestOption,
};

/// Every set, in the order of the tables.
pub fn all() -> impl Iterator<Item = &'static OptionSet> {
    std::iter::once(&CALL_OPTIONS).chain(OPTION_SETS).chain(PARTIAL_SETS).chain(OTHER_OPTIONS)
}

pub fn named(name: &str) -> Option<&'static OptionSet> {
    all().find(|set| set.name == name)
}

/// The options of a set, without those of every call.
pub fn options(set: &OptionSet) -> Vec<&'static RequestOption> {
    match set.less {
        None => set.options.iter().collect(),
        Some((whole, left_out)) => {
            let whole = named(whole).map(options).unwrap_or_default();
            whole.into_iter().filter(|option| !left_out.contains(&option.name)).collect()
        }
    }
}

/// Whether it takes what every call takes beside.
pub fn is_of_a_call(set: &OptionSet) -> bool {
    !set.type_name.is_empty() && set.name != CALL_OPTIONS.name
}
