//! The state machine by its promises, over random commands: whatever comes, one holder, one response, greater tokens.

use shardd_wasm::idempotency::step::{Change, Command, Reply, step};
use shardd_wasm::idempotency::{
    CachedResponse, FencedOutcome, FencingToken, Fingerprint, Record, Rejection, Status,
};
use shardd_wasm::platform::sim::Random;

use crate::seeds::for_seeds;

/// Durations of all kinds: none, short ones that end among the commands, and ones that overflow the clock.
fn duration(random: &mut Random) -> u64 {
    match random.between(0, 9) {
        0 => 0,
        1 => u64::MAX - random.between(0, 3),
        _ => random.between(1, 60),
    }
}

fn command(random: &mut Random, tokens: &[FencingToken]) -> Command {
    let token = match tokens.len() {
        0 => FencingToken::new(random.draw(), 1),
        known => tokens[random.draw() as usize % known],
    };
    let fingerprint = Fingerprint::new(u128::from(random.between(1, 2)));
    match random.between(0, 9) {
        0..=3 => Command::Claim {
            fingerprint,
            lease_ms: duration(random),
            keep_ms: if random.chance(50) { 0 } else { duration(random) },
            nonce: random.draw(),
            refuses_lapsed: random.chance(30),
            ignores_lease: false,
            memo: vec![random.draw() as u8],
        },
        4 | 5 => Command::Complete {
            token,
            fingerprint,
            response: CachedResponse::from(random.draw().to_string()),
            replay_ms: duration(random),
        },
        6 => {
            let memo = if random.chance(50) { Some(vec![7]) } else { None };
            Command::Touch { token, lease_ms: duration(random), memo }
        }
        7 => Command::Release { token },
        8 if random.chance(20) => Command::Purge,
        _ => Command::Get,
    }
}

/// What a run of commands has shown so far.
#[derive(Default)]
struct Seen {
    record: Option<Record>,
    tokens: Vec<FencingToken>,
    /// The latest claim.
    claimed_ms: Option<u64>,
}

impl Seen {
    fn check(&mut self, command: &Command, now_ms: u64) {
        let before = self.record.clone().filter(|record| record.is_live(now_ms));
        let (reply, change) = step(self.record.clone(), command.clone(), now_ms);
        assert_eq!(
            step(before.clone(), command.clone(), now_ms),
            (reply.clone(), change.clone()),
            "an expired record is no record"
        );
        let applied = reply == Reply::Fenced(FencedOutcome::Applied);
        let claimed = matches!(reply, Reply::Claimed { .. });
        let purged = *command == Command::Purge;
        assert_eq!(change == Change::Keep, !(applied || claimed || purged), "{reply:?} changes {change:?}");
        match (command, &reply) {
            (Command::Claim { .. }, Reply::Claimed { .. }) => {
                self.claimed(command, &reply, before.as_ref(), now_ms)
            }
            (Command::Claim { fingerprint, refuses_lapsed, .. }, Reply::Exists(found)) => {
                assert_eq!(Some(found), before.as_ref());
                let lapsed = found.status(now_ms) == Status::Lapsed;
                assert!(
                    !lapsed || *refuses_lapsed || found.fingerprint != *fingerprint,
                    "a lapsed claim is for the taking"
                );
            }
            (Command::Get, Reply::Found(found)) => assert_eq!(*found, before),
            (Command::Purge, Reply::Purged) => assert_eq!(change, Change::Delete),
            (_, Reply::Fenced(outcome)) => self.fenced(command, *outcome, before.as_ref(), &change, now_ms),
            _ => panic!("{command:?} is answered {reply:?}"),
        }
        match change {
            Change::Keep => {}
            Change::Delete => self.record = None,
            Change::Put(record) => self.record = Some(record),
        }
    }

    fn claimed(&mut self, command: &Command, reply: &Reply, before: Option<&Record>, now_ms: u64) {
        let (Command::Claim { fingerprint, refuses_lapsed, .. }, Reply::Claimed { token, lapsed }) =
            (command, reply)
        else {
            unreachable!()
        };
        assert_eq!(lapsed.as_ref(), before);
        if let Some(before) = before {
            assert_eq!(before.status(now_ms), Status::Lapsed, "held or completed keys are not granted");
            assert!(!refuses_lapsed && before.fingerprint == *fingerprint);
            assert!(*token > before.token, "who takes over has a greater token");
        }
        if before.is_none() && self.claimed_ms.is_none_or(|claimed_ms| claimed_ms < now_ms) {
            let greatest = self.tokens.iter().max();
            assert!(greatest.is_none_or(|greatest| greatest < token), "tokens grow with time");
        }
        self.claimed_ms = self.claimed_ms.max(Some(now_ms));
        self.tokens.push(*token);
    }

    fn fenced(
        &self,
        command: &Command,
        outcome: FencedOutcome,
        before: Option<&Record>,
        change: &Change,
        now_ms: u64,
    ) {
        let (token, asked) = match command {
            Command::Complete { token, fingerprint, .. } => (token, Some(fingerprint)),
            Command::Touch { token, .. } | Command::Release { token } => (token, None),
            _ => unreachable!(),
        };
        let ends = !matches!(command, Command::Release { .. });
        let expected = match before {
            None => Some(Rejection::KeyExpired),
            Some(record) if record.token != *token => Some(Rejection::FencingMismatch),
            Some(record) if ends && record.response.is_some() => Some(Rejection::KeyExpired),
            Some(record) if asked.is_some_and(|asked| *asked != record.fingerprint) => {
                Some(Rejection::FingerprintMismatch)
            }
            Some(_) => None,
        };
        assert_eq!(outcome, expected.map_or(FencedOutcome::Applied, FencedOutcome::Rejected));
        match (change, command) {
            (Change::Put(record), Command::Complete { response, replay_ms, .. }) => {
                assert_eq!(record.response.as_ref(), Some(response));
                assert_eq!(record.expires_at_ms, now_ms.saturating_add(*replay_ms));
                assert!(record.memo.is_empty(), "nobody takes over any more");
            }
            (Change::Put(record), Command::Touch { lease_ms, memo, .. }) => {
                assert_eq!(record.lease_until_ms, now_ms.saturating_add(*lease_ms));
                assert_eq!(record.expires_at_ms, record.lease_until_ms.saturating_add(record.keep_ms));
                let kept = before.map(|before| &before.memo);
                assert_eq!(Some(&record.memo), memo.as_ref().or(kept));
            }
            _ => {}
        }
    }
}

#[test]
fn keeps_its_promises() {
    let mut granted = 0;
    for_seeds(20_000, |_, random| {
        let mut seen = Seen::default();
        let mut now_ms = random.between(1, 1 << 40);
        for _ in 0..40 {
            let command = command(random, &seen.tokens);
            seen.check(&command, now_ms);
            now_ms += if random.chance(60) { random.between(0, 40) } else { 0 };
        }
        granted += seen.tokens.len();
    });
    println!("{granted} claims were granted");
}

#[test]
fn the_end_of_a_lease_is_its_end() {
    let claim = |lease_ms, keep_ms| Command::Claim {
        fingerprint: Fingerprint::new(1),
        lease_ms,
        keep_ms,
        nonce: 0,
        refuses_lapsed: false,
        ignores_lease: false,
        memo: Vec::new(),
    };
    let (_, Change::Put(record)) = step(None, claim(10, 5), 100) else { panic!() };
    assert_eq!((record.status(109), record.status(110)), (Status::Processing, Status::Lapsed));
    assert!(record.is_live(114) && !record.is_live(115));
    assert_eq!((record.remaining_ms(100), record.remaining_ms(110)), (10, 0));
}

#[test]
fn a_holder_known_to_be_dead_is_taken_over_at_once_and_its_note_kept() {
    let claim = |ignores_lease, memo: &[u8]| Command::Claim {
        fingerprint: Fingerprint::new(1),
        lease_ms: 1_000,
        keep_ms: 1_000,
        nonce: 0,
        refuses_lapsed: false,
        ignores_lease,
        memo: memo.to_vec(),
    };
    let (_, Change::Put(record)) = step(None, claim(false, b"sent"), 100) else { panic!() };
    assert!(matches!(step(Some(record.clone()), claim(false, b""), 200), (Reply::Exists(_), Change::Keep)));
    let (Reply::Claimed { token, .. }, Change::Put(taken)) =
        step(Some(record.clone()), claim(true, b""), 200)
    else {
        panic!()
    };
    assert!(token > record.token);
    assert_eq!(taken.memo, b"sent");
}
