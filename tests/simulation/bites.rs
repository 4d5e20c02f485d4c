//! A rule broken on purpose is caught by the checker that watches over it, where the whole client is not.

use shardd_wasm::engine::Rule;

use crate::judge;
use crate::plan::World;

const SEEDS: u64 = 2_000;

fn is_caught(rule: Rule, world: World, checker: char) {
    let found = |seed, broken| judge(seed, world, broken).findings.iter().any(|(by, _)| *by == checker);
    let caught = (0..SEEDS).find(|seed| found(*seed, Some(rule)) && !found(*seed, None));
    println!("{rule:?} broken: checker ({checker}) sees it in seed {caught:?} of {}", world.name());
    assert!(caught.is_some(), "no seed shows checker ({checker}) that {rule:?} is broken");
}

#[test]
fn copies_too_close_are_seen_as_doubles() {
    is_caught(Rule::Settle, World::Storm, 'a');
    is_caught(Rule::Settle, World::Storm, 'c');
}

#[test]
fn two_copies_in_flight_are_seen() {
    is_caught(Rule::OneCopy, World::Storm, 'c');
}

#[test]
fn a_false_outcome_is_seen() {
    is_caught(Rule::Outcome, World::Storm, 'b');
}

#[test]
fn a_missed_deadline_is_seen() {
    is_caught(Rule::Deadline, World::Storm, 'd');
}

#[test]
fn a_request_to_a_resting_edge_is_seen() {
    is_caught(Rule::Cooldown, World::Storm, 'e');
}

#[test]
fn a_slow_pin_is_seen() {
    is_caught(Rule::Pin, World::Storm, 'f');
}

#[test]
fn a_race_without_end_is_seen() {
    is_caught(Rule::Return, World::Storm, 'g');
}

// The engine has none of the rules below yet, so that none of these tests can pass.

#[test]
fn an_edge_left_without_fresh_evidence_is_seen() {
    is_caught(Rule::FreshEvidence, World::Held, 'h');
    is_caught(Rule::FreshEvidence, World::Held, 'a');
}

#[test]
fn an_edge_left_too_soon_is_seen() {
    is_caught(Rule::AsLongAgain, World::Lossy, 'h');
}

#[test]
fn an_answer_to_an_older_question_is_seen() {
    is_caught(Rule::HeardSince, World::Storm, 'c');
}

#[test]
fn a_copy_without_a_final_round_is_seen() {
    is_caught(Rule::FinalRound, World::Held, 'c');
}

#[test]
fn a_copy_that_left_its_own_edge_is_seen() {
    is_caught(Rule::OwnEdgeFirst, World::Slow, 'c');
}

#[test]
fn a_doubt_that_was_forgotten_is_seen() {
    is_caught(Rule::NonceDoubt, World::Taps, 'c');
    is_caught(Rule::NonceDoubt, World::Taps, 'a');
}

#[test]
fn two_clients_with_a_table_each_are_seen() {
    is_caught(Rule::ModuleTable, World::Module, 'i');
}

#[test]
fn another_owners_answer_is_seen() {
    is_caught(Rule::Owner, World::Owners, 'j');
}

#[test]
fn what_is_no_proof_is_seen() {
    is_caught(Rule::Proof, World::Storm, 'c');
}
