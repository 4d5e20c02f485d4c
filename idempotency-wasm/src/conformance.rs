//! The table of `shardd_wasm::idempotency::conformance` over a store of JavaScript, which is asked as the package asks it.

use std::fmt;
use std::time::Duration;

use js_sys::{Error, Float64Array, Object, Promise, Reflect, Uint8Array};
use shardd_wasm::idempotency::codec::response;
use shardd_wasm::idempotency::conformance::{Checked, Subject, check};
use shardd_wasm::idempotency::runtime::WebRuntime;
use shardd_wasm::idempotency::{
    Completed, ExistingEntry, FencedOutcome, FencingToken, Fingerprint, IdempotencyEntry, IdempotencyKey,
    IdempotencyStore, InsertResult, Processing, Rejection, Runtime, Snapshot, Status,
};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use crate::number::{first, split, token, token_or_none, wide};
use crate::operation::{CLAIM, COMPLETE, GET, PURGE, REMOVE, TOUCH, answer};

#[wasm_bindgen]
extern "C" {
    /// A store, and its time: `{ ask(operation, name, terms, proof, response), prefix, tickMs, pass(ms) }`.
    pub type Place;
    #[wasm_bindgen(method, structural)]
    fn ask(
        this: &Place,
        operation: u32,
        name: &str,
        terms: Float64Array,
        proof: Float64Array,
        response: Uint8Array,
    ) -> Asking;
    #[wasm_bindgen(method, getter, structural)]
    fn prefix(this: &Place) -> String;
    #[wasm_bindgen(method, getter, structural, js_name = tickMs)]
    fn tick_ms(this: &Place) -> f64;
    #[wasm_bindgen(method, structural, catch)]
    fn pass(this: &Place, ms: f64) -> Result<Promise, JsValue>;

    /// An operation under way. Its answer is `{ numbers, bytes }`.
    type Asking;
    #[wasm_bindgen(method, getter, structural)]
    fn answer(this: &Asking) -> Promise;
    #[wasm_bindgen(method, structural)]
    fn stop(this: &Asking);
    #[wasm_bindgen(method, structural)]
    fn proof(this: &Place) -> Float64Array;
}

/// What the store threw, which the caller of the table has heard as well.
#[derive(Debug)]
struct Thrown(String);

impl fmt::Display for Thrown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Thrown {}

impl From<JsValue> for Thrown {
    fn from(error: JsValue) -> Self {
        let message = Reflect::get(&error, &"message".into()).unwrap_or_default();
        Self(message.as_string().unwrap_or_else(|| "the store failed".into()))
    }
}

/// Cuts an operation off when it is dropped.
struct Stop(Asking);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.stop();
    }
}

struct Told {
    numbers: Vec<f64>,
    bytes: Vec<u8>,
}

impl Told {
    fn kind(&self) -> u32 {
        let [kind] = first(&self.numbers);
        kind as u32
    }

    fn remaining(&self) -> Duration {
        let [_, remaining_ms] = first(&self.numbers);
        Duration::from_millis(remaining_ms as u64)
    }

    fn four(&self, from: usize) -> [f64; 4] {
        first(self.numbers.get(from..).unwrap_or_default())
    }
}

struct Asked {
    place: Place,
    prefix: String,
}

/// What an operation asks for, as number.js writes it.
#[derive(Default)]
struct Terms {
    lease: Duration,
    keep: Duration,
    replay: Duration,
    refuses_lapsed: bool,
    fingerprint: u128,
}

impl Terms {
    fn written(&self) -> Float64Array {
        let ms = |duration: Duration| duration.as_millis() as f64;
        let refuses = f64::from(u8::from(self.refuses_lapsed));
        let mut out = vec![ms(self.lease), ms(self.keep), 0.0, ms(self.replay), 0.0, refuses];
        out.extend(split(self.fingerprint));
        Float64Array::from(out.as_slice())
    }
}

impl Asked {
    async fn told(
        &self,
        operation: u32,
        key: &IdempotencyKey,
        terms: Terms,
        token: Option<FencingToken>,
        response: &[u8],
    ) -> Result<Told, Thrown> {
        let proof = match token {
            None => self.place.proof(),
            Some(token) => Float64Array::from(split(token.as_u128()).as_slice()),
        };
        let asking = Stop(self.place.ask(operation, key.as_str(), terms.written(), proof, response.into()));
        let told = JsFuture::from(asking.0.answer()).await?;
        let member = |name: &str| Reflect::get(&told, &name.into()).unwrap_or_default();
        let bytes = member("bytes").dyn_into::<Uint8Array>().map(|bytes| bytes.to_vec()).unwrap_or_default();
        Ok(Told { numbers: Float64Array::from(member("numbers")).to_vec(), bytes })
    }

    async fn fenced(
        &self,
        operation: u32,
        key: &IdempotencyKey,
        terms: Terms,
        token: FencingToken,
        response: &[u8],
    ) -> Result<FencedOutcome, Thrown> {
        match self.told(operation, key, terms, Some(token), response).await?.kind() {
            answer::APPLIED => Ok(FencedOutcome::Applied),
            answer::FENCING_MISMATCH => Ok(FencedOutcome::Rejected(Rejection::FencingMismatch)),
            answer::KEY_EXPIRED => Ok(FencedOutcome::Rejected(Rejection::KeyExpired)),
            answer::FINGERPRINT_MISMATCH => Ok(FencedOutcome::Rejected(Rejection::FingerprintMismatch)),
            other => Err(strange(other)),
        }
    }
}

fn strange(kind: u32) -> Thrown {
    Thrown(format!("the store answered another question than was asked: {kind}"))
}

fn read(bytes: &[u8]) -> Result<shardd_wasm::idempotency::CachedResponse, Thrown> {
    response::decode(bytes).map_err(|corrupt| Thrown(corrupt.to_string()))
}

impl IdempotencyStore for Asked {
    type Error = Thrown;

    async fn try_insert(
        &self,
        key: &IdempotencyKey,
        entry: IdempotencyEntry<Processing>,
    ) -> Result<InsertResult, Thrown> {
        let terms = Terms {
            lease: entry.ttl,
            keep: entry.keep(),
            refuses_lapsed: entry.refuses_lapsed(),
            fingerprint: entry.fingerprint.value(),
            ..Terms::default()
        };
        let told = self.told(CLAIM, key, terms, None, &[]).await?;
        let found = IdempotencyEntry::new(entry.fingerprint).with_remaining(told.remaining());
        Ok(InsertResult::Exists(match told.kind() {
            answer::CLAIMED => {
                let entry = entry.with_lapsed(token_or_none(told.four(8)));
                return Ok(InsertResult::Claimed { fencing_token: token(told.four(4)), entry });
            }
            answer::IN_FLIGHT => ExistingEntry::Processing(found),
            answer::LAPSED => ExistingEntry::Lapsed(found.lapse(token(told.four(4)))),
            answer::COMPLETED => ExistingEntry::Completed(found.complete(read(&told.bytes)?)),
            answer::MISMATCH => {
                let other = Fingerprint::new(!entry.fingerprint.value());
                ExistingEntry::Processing(IdempotencyEntry::new(other))
            }
            other => return Err(strange(other)),
        }))
    }

    async fn complete(
        &self,
        key: &IdempotencyKey,
        entry: IdempotencyEntry<Completed>,
        fencing_token: FencingToken,
    ) -> Result<FencedOutcome, Thrown> {
        let terms = Terms { replay: entry.ttl, fingerprint: entry.fingerprint.value(), ..Terms::default() };
        let mut bytes = Vec::new();
        response::put(&mut bytes, entry.response());
        self.fenced(COMPLETE, key, terms, fencing_token, &bytes).await
    }

    async fn touch(
        &self,
        key: &IdempotencyKey,
        fencing_token: FencingToken,
        lease: Duration,
    ) -> Result<FencedOutcome, Thrown> {
        self.fenced(TOUCH, key, Terms { lease, ..Terms::default() }, fencing_token, &[]).await
    }

    async fn remove(
        &self,
        key: &IdempotencyKey,
        fencing_token: FencingToken,
    ) -> Result<FencedOutcome, Thrown> {
        self.fenced(REMOVE, key, Terms::default(), fencing_token, &[]).await
    }

    async fn purge(&self, key: &IdempotencyKey) -> Result<(), Thrown> {
        self.told(PURGE, key, Terms::default(), None, &[]).await.map(|_| ())
    }

    async fn get(&self, key: &IdempotencyKey) -> Result<Option<Snapshot>, Thrown> {
        let told = self.told(GET, key, Terms::default(), None, &[]).await?;
        let (status, response) = match told.kind() {
            answer::FREE => return Ok(None),
            answer::IN_FLIGHT => (Status::Processing, None),
            answer::LAPSED => (Status::Lapsed, None),
            answer::COMPLETED => (Status::Completed, Some(read(&told.bytes)?)),
            other => return Err(strange(other)),
        };
        Ok(Some(Snapshot {
            status,
            fingerprint: Fingerprint::new(wide(told.four(8))),
            fencing_token: token(told.four(4)),
            remaining: told.remaining(),
            response,
        }))
    }

    fn keeps_lapsed(&self) -> bool {
        true
    }
}

impl Subject for Asked {
    type Store = Self;

    fn store(&self) -> &Self {
        self
    }

    fn tick_ms(&self) -> u64 {
        self.place.tick_ms() as u64
    }

    async fn pass(&self, ms: u64) {
        // A clock that does not move is told by what comes after it.
        if let Ok(passing) = self.place.pass(ms as f64) {
            let _passed = JsFuture::from(passing).await;
        }
    }

    fn prefix(&self) -> &str {
        &self.prefix
    }

    /// A turn of the event loop, not only of the promises in it.
    async fn turn(&self) {
        WebRuntime.sleep(0).await;
    }
}

/// Resolves to `{ cases, skipped, races, crashes }`, or rejects with the first thing that does not hold.
#[wasm_bindgen]
pub fn conformance(place: Place) -> Promise {
    let prefix = place.prefix();
    future_to_promise(async move {
        let checked = check(&Asked { place, prefix }).await;
        let Checked { cases, skipped, races, crashes } =
            checked.map_err(|failure| JsValue::from(Error::new(&failure.to_string())))?;
        let told = Object::new();
        for (name, figure) in [("cases", cases), ("skipped", skipped), ("races", races), ("crashes", crashes)]
        {
            Reflect::set(&told, &name.into(), &(figure as f64).into())?;
        }
        Ok(told.into())
    })
}
