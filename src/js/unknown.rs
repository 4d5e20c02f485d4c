//! What is said of an option that nobody knows.

use super::given::Known;
use crate::error::ShardError;
use crate::protocol::{NOT_OF_CLASS, OPTION_SETS, OTHER_CALL, UNKNOWN_OPTION, filled};

/// An option that the npm package has, and this class has not.
const LACKING: &str = "The option {name} is one of the npm package alone: leave it out.";
/// The longest name that is looked at, in letters.
const NAME_MAX: usize = 40;

/// The unknown name stays out of the message, unless it is one of ours: it may be a key given in the wrong place.
pub(super) fn unknown(name: &str, known: &[Known]) -> ShardError {
    if NOT_OF_CLASS.contains(&name) {
        return ShardError::invalid(&filled(LACKING, &[name]));
    }
    let nearest = known.iter().map(|option| option.name).min_by_key(|known| distance(known, name));
    let nearest = nearest.unwrap_or_default();
    let mut others = OPTION_SETS.iter().flat_map(|set| set.options);
    if others.any(|other| other.name == name) && distance(nearest, name) > 2 {
        return ShardError::invalid(&filled(OTHER_CALL, &[name]));
    }
    ShardError::invalid(&filled(UNKNOWN_OPTION, &[nearest]))
}

/// Levenshtein's distance, in any case of letters.
fn distance(one: &str, other: &str) -> usize {
    let letters = |name: &str| name.to_lowercase().chars().take(NAME_MAX).collect::<Vec<_>>();
    let other = letters(other);
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in letters(one).into_iter().enumerate() {
        let mut next = vec![at + 1];
        for ((above, diagonal), right) in row.iter().skip(1).zip(&row).zip(&other) {
            let left = next.last().copied().unwrap_or_default();
            next.push((above + 1).min(left + 1).min(diagonal + usize::from(letter != *right)));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
