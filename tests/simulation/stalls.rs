//! Stalls of given lengths, without any excuse: what the documents promise in figures.

use crate::checkers::check;
use crate::plan::Plan;
use crate::world;

/// How many writes each length meets, each at another moment of the stall.
const WRITES: u64 = 60;

/// How many of them are doubled, and the first finding.
fn doubled(region: Option<usize>, for_ms: u64, gives_up_after_ms: Option<u64>) -> usize {
    let is_doubled = |begins_ms: &u64| {
        let plan = Plan::of_a_stall(region, *begins_ms, for_ms, gives_up_after_ms);
        let evidence = world::run(&plan, None);
        let lost = evidence.written.len() != 2;
        assert!(!lost, "{plan:?}: {:?}", check(&plan, &evidence));
        evidence.written.values().any(|ids| ids.len() > 1)
    };
    (0..WRITES).map(|write| 1 + 2 * write + write % 2).filter(is_doubled).count()
}

#[test]
fn a_stall_of_all_regions_doubles_no_write() {
    for for_ms in [300, 900, 1_000, 1_100, 2_000, 3_000] {
        assert_eq!(doubled(None, for_ms, None), 0, "of {WRITES}, after {for_ms} ms");
    }
}

#[test]
fn a_stall_of_all_regions_doubles_no_write_that_is_given_up_and_called_again() {
    for for_ms in [300, 900, 1_000, 1_100, 2_000, 3_000] {
        for after_ms in [600, 1_500] {
            assert_eq!(
                doubled(None, for_ms, Some(after_ms)),
                0,
                "of {WRITES}, given up at {after_ms} of {for_ms} ms"
            );
        }
    }
}

#[test]
fn a_short_stall_of_one_region_doubles_no_write() {
    for for_ms in (300..=850).step_by(50) {
        assert_eq!(doubled(Some(0), for_ms, None), 0, "of {WRITES}, after {for_ms} ms");
    }
}
