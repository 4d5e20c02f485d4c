//! A call as states beside the loop of `Execution`: over one store that answers whatever it likes, both ask the same and end the same.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use shardd_wasm::idempotency::claim::call::{Answer, Call, Done, End, Ending, Event};
use shardd_wasm::idempotency::claim::{Ended, Execution, Terms};
use shardd_wasm::idempotency::{
    BoxError, CachedResponse, Completed, DefaultRuntime, ExecutionError, ExecutionOutcome, ExistingEntry,
    FencedOutcome, FencingToken, Fingerprint, IdempotencyEntry, IdempotencyKey, IdempotencyStore,
    InsertResult, OnError, Processing, Rejection, Runtime, Snapshot,
};
use shardd_wasm::platform::sim::Random;

use crate::seeds::for_seeds;

const OURS: Fingerprint = Fingerprint::new(1);
const THEIRS: Fingerprint = Fingerprint::new(2);

/// What a store was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Question {
    Claim,
    Complete(FencingToken),
    Remove(FencingToken),
}

/// A store that answers by chance, and remembers what.
#[derive(Clone)]
struct Whimsical(Arc<Mutex<Whims>>);

struct Whims {
    random: Random,
    heard: Vec<(Question, Event)>,
}

#[derive(Debug)]
struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("broken")
    }
}

impl std::error::Error for Broken {}

impl Whims {
    fn token(&mut self) -> FencingToken {
        FencingToken::new(self.random.draw(), 1 + self.random.between(0, 9))
    }

    fn claimed(&mut self) -> Event {
        Event::Answered(match self.random.between(0, 9) {
            0 => return Event::Failed,
            1..=3 => {
                let lapsed = self.random.chance(50).then(|| self.token());
                Answer::Claimed { token: self.token(), lapsed }
            }
            4..=6 => Answer::InFlight { remaining_ms: self.random.between(0, 3_000) },
            7 => Answer::Lapsed { token: self.token() },
            8 => Answer::Completed,
            _ => Answer::Mismatch,
        })
    }

    fn fenced(&mut self) -> Event {
        let rejected = |rejection| Event::Answered(Answer::Fenced(FencedOutcome::Rejected(rejection)));
        match self.random.between(0, 5) {
            0 => Event::Failed,
            1 => rejected(Rejection::FencingMismatch),
            2 => rejected(Rejection::KeyExpired),
            3 => rejected(Rejection::FingerprintMismatch),
            _ => Event::Answered(Answer::Fenced(FencedOutcome::Applied)),
        }
    }
}

impl Whimsical {
    fn asked(&self, question: Question) -> Event {
        let mut whims = self.0.lock().unwrap();
        let event = match question {
            Question::Claim => whims.claimed(),
            Question::Complete(_) | Question::Remove(_) => whims.fenced(),
        };
        whims.heard.push((question, event));
        event
    }

    fn outcome(&self, question: Question) -> Result<FencedOutcome, Broken> {
        match self.asked(question) {
            Event::Answered(Answer::Fenced(outcome)) => Ok(outcome),
            _ => Err(Broken),
        }
    }
}

impl IdempotencyStore for Whimsical {
    type Error = Broken;

    async fn try_insert(
        &self,
        _key: &IdempotencyKey,
        entry: IdempotencyEntry<Processing>,
    ) -> Result<InsertResult, Broken> {
        let found = IdempotencyEntry::new(OURS);
        let Event::Answered(answer) = self.asked(Question::Claim) else { return Err(Broken) };
        Ok(InsertResult::Exists(match answer {
            Answer::Claimed { token, lapsed } => {
                return Ok(InsertResult::Claimed { fencing_token: token, entry: entry.with_lapsed(lapsed) });
            }
            Answer::InFlight { remaining_ms } => {
                ExistingEntry::Processing(found.with_remaining(Duration::from_millis(remaining_ms)))
            }
            Answer::Lapsed { token } => ExistingEntry::Lapsed(found.lapse(token)),
            Answer::Completed => ExistingEntry::Completed(found.complete(CachedResponse::from("stored"))),
            Answer::Mismatch | Answer::Fenced(_) => ExistingEntry::Processing(IdempotencyEntry::new(THEIRS)),
        }))
    }

    async fn complete(
        &self,
        _key: &IdempotencyKey,
        _entry: IdempotencyEntry<Completed>,
        token: FencingToken,
    ) -> Result<FencedOutcome, Broken> {
        self.outcome(Question::Complete(token))
    }

    async fn touch(
        &self,
        _key: &IdempotencyKey,
        _token: FencingToken,
        _lease: Duration,
    ) -> Result<FencedOutcome, Broken> {
        unreachable!("the effect ends at once")
    }

    async fn remove(&self, _key: &IdempotencyKey, token: FencingToken) -> Result<FencedOutcome, Broken> {
        self.outcome(Question::Remove(token))
    }

    async fn purge(&self, _key: &IdempotencyKey) -> Result<(), Broken> {
        unreachable!("nobody asks for it")
    }

    async fn get(&self, _key: &IdempotencyKey) -> Result<Option<Snapshot>, Broken> {
        unreachable!("nobody asks for it")
    }
}

const ENDINGS: [Ending; 7] = [
    Ending::Done(Done::Returned),
    Ending::Done(Done::Recovered),
    Ending::Unstored,
    Ending::Unencodable,
    Ending::Released,
    Ending::Left,
    Ending::Unknown,
];

fn ended(ending: Ending) -> Ended<&'static str, Broken> {
    let response = CachedResponse::from("live");
    match ending {
        Ending::Done(Done::Returned) => Ended::Returned { value: "live", response },
        Ending::Done(Done::Recovered) => Ended::Recovered { value: "live", response },
        Ending::Unstored => Ended::Unstored("live"),
        Ending::Unencodable => Ended::Unencodable(BoxError::from("no")),
        Ending::Released => Ended::Failed { error: Broken, then: OnError::Release },
        Ending::Left => Ended::Failed { error: Broken, then: OnError::Leave },
        Ending::Unknown => Ended::Unknown,
    }
}

fn end(told: Result<ExecutionOutcome<&'static str>, ExecutionError<Broken, Broken>>) -> End {
    match told {
        Ok(ExecutionOutcome::Executed(_)) => End::Executed,
        Ok(ExecutionOutcome::Replayed("stored")) => End::Replayed,
        Ok(ExecutionOutcome::Replayed(_)) => End::Recovered,
        Ok(ExecutionOutcome::Fenced { rejection, .. }) => End::Fenced(rejection),
        Ok(ExecutionOutcome::InFlight { retry_after }) => {
            End::InFlight { retry_after_ms: retry_after.as_millis() as u64 }
        }
        Ok(ExecutionOutcome::FingerprintMismatch) => End::Mismatch,
        Ok(ExecutionOutcome::Uncertain { fencing_token }) => End::Uncertain { token: fencing_token },
        Err(ExecutionError::Store(_)) => End::NoClaim,
        Err(ExecutionError::SideEffect(_)) => End::Failed,
        Err(ExecutionError::Completion { .. }) => End::NoCompletion,
        Err(ExecutionError::Payload(_)) => End::Unencodable,
        Err(ExecutionError::ForgetsLapsed) => End::Confused,
    }
}

/// The call as states, told what the other one heard.
fn replayed(heard: &[(Question, Event)], ending: Ending, wait_ms: u64, mut now_ms: u64) -> End {
    let mut heard = heard.iter();
    let mut call = Call::new(now_ms);
    loop {
        let question = match call {
            Call::Claiming { .. } | Call::Reclaiming { .. } => Question::Claim,
            Call::Completing { token, .. } => Question::Complete(token),
            Call::Releasing { token, .. } => Question::Remove(token),
            Call::Waiting { pause_ms, .. } => {
                now_ms += pause_ms;
                call = call.told(Event::Woken, wait_ms, now_ms);
                continue;
            }
            Call::Running(_) => {
                call = call.told(Event::Ended(ending), wait_ms, now_ms);
                continue;
            }
            Call::Over(end) => {
                assert_eq!(heard.next(), None, "it asked less");
                return end;
            }
        };
        let (asked, event) = heard.next().expect("it asked more");
        assert_eq!(*asked, question);
        call = call.told(*event, wait_ms, now_ms);
    }
}

#[test]
fn asks_and_ends_as_the_loop_does() {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    for_seeds(3_000, |seed, random| {
        let store = Whimsical(Arc::new(Mutex::new(Whims { random: Random::new(!seed), heard: Vec::new() })));
        let ending = ENDINGS[random.draw() as usize % ENDINGS.len()];
        let wait_ms = if random.chance(50) { 0 } else { random.between(1, 5_000) };
        let (told, began_ms) = runtime.block_on(async {
            let key = IdempotencyKey::new("key").unwrap();
            let terms =
                Terms { wait: Duration::from_millis(wait_ms), ..Terms::new(OURS, Duration::from_secs(60)) };
            let clock = DefaultRuntime::default();
            let began_ms = clock.now_ms();
            let execution = Execution { store: &store, key: &key, runtime: &clock, terms: &terms };
            let read = |response: CachedResponse| match response.body.as_slice() {
                b"stored" => Ok("stored"),
                _ => Err(BoxError::from("another")),
            };
            (execution.execute(read, async |_| ended(ending)).await, began_ms)
        });
        let heard = std::mem::take(&mut store.0.lock().unwrap().heard);
        assert_eq!(replayed(&heard, ending, wait_ms, began_ms), end(told), "{heard:?}");
    });
}

#[test]
fn what_cannot_have_happened_ends_a_call() {
    let running = Call::new(0).told(
        Event::Answered(Answer::Claimed { token: FencingToken::new(1, 1), lapsed: None }),
        0,
        1,
    );
    assert!(matches!(running, Call::Running(held) if held.claimed_at_ms == 0));
    for event in [Event::Woken, Event::Failed, Event::Answered(Answer::Completed)] {
        assert_eq!(running.told(event, 0, 2), Call::Over(End::Confused));
    }
    assert_eq!(Call::new(0).told(Event::Woken, 0, 2), Call::Over(End::Confused));
}
