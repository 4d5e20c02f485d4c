//! Replays every recorded exchange against the core and compares what clients can see.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing))]

mod compare;
mod names;
mod stage;
mod wire;

use std::collections::BTreeSet;

use stage::Stage;

/// What cannot match, and why. At most ten.
const EXCEPTIONS: &[(&str, &str)] = &[(
    "err_invalid_utf8",
    "today's serde_json names the column of the bad byte, the recorded server's the end of the string",
)];

#[test]
fn every_recorded_exchange_is_answered_as_recorded() {
    let exchanges = wire::read();
    let mut missing: BTreeSet<&String> = exchanges.keys().collect();
    let mut failures = Vec::new();
    let mut stage = Stage::new("open");
    for (number, line) in include_str!("script.txt").lines().enumerate() {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "" | "#" => {}
            "cluster" => stage = Stage::new(rest),
            "@" => stage.now = rest.parse().expect("a time"),
            "post" | "bind" | "freeze" | "lose" | "reach" | "credits" => stage.prepare(word, rest),
            name => {
                let exchange = exchanges.get(name).unwrap_or_else(|| panic!("line {}: {name}?", number + 1));
                missing.remove(&exchange.name);
                let found = stage.replay(exchange);
                let excepted = EXCEPTIONS.iter().any(|(known, _)| *known == name);
                match (found.is_empty(), excepted) {
                    (true, true) => {
                        failures.push(format!("{name}: matches, and is still listed as an exception"))
                    }
                    (false, false) => failures.push(format!("{name}:\n    {}", found.join("\n    "))),
                    _ => {}
                }
            }
        }
    }
    println!("{} exchanges replayed, {} listed as exceptions", exchanges.len(), EXCEPTIONS.len());
    assert!(missing.is_empty(), "never replayed: {missing:?}");
    assert!(EXCEPTIONS.len() <= 10);
    assert!(failures.is_empty(), "{} differ:\n{}", failures.len(), failures.join("\n"));
}
