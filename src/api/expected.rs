//! The event that a write makes, by which its answer is told from another write's.

use std::rc::Rc;

use super::Operation;
use crate::json::{Scalar, member, pick};
use crate::protocol::EventKind;
use crate::text::is_internal_bucket;

/// The event that a write makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The event's type.
    pub kind: &'static str,
    /// The account, as the caller calls it.
    pub account: Rc<str>,
    /// The amount.
    pub amount: i64,
    /// Its hold, where that is certain.
    pub hold_amount: Option<u64>,
    /// The reservation it gives back.
    pub void_ref: Option<Rc<str>>,
}

/// What the event of an answer says of the write that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Match {
    /// Nothing: the answer has no event that can be read, or the event carries another nonce, as one fixed event does that stands
    /// for all answers of a stubbed `fetch`.
    Nothing,
    /// The event carries the nonce of the write, and so proves the write.
    Ours,
    /// The ledger replays the first answer of a nonce whatever is asked, and this nonce was first used for another request.
    OtherRequest,
}

impl Expected {
    /// What the ledger makes of a write with this account, amount, hold and released reservation.
    pub(crate) fn of(
        account: &str,
        amount: i64,
        hold_amount: Option<u64>,
        release: Option<Rc<str>>,
    ) -> Expected {
        let release = release.filter(|_| amount == 0);
        let reserves = amount == 0 && hold_amount.is_some();
        Expected {
            kind: match release {
                Some(_) => "hold_release",
                None if reserves => "reservation_create",
                None => "standard",
            },
            account: account.into(),
            amount,
            hold_amount: hold_amount.filter(|_| reserves),
            void_ref: release,
        }
    }
}

/// The members of an event by which it is told apart; `None` where they are missing or of another type.
#[derive(Default)]
struct Marks {
    nonce: Option<String>,
    kind: Option<String>,
    bucket: Option<String>,
    account: Option<String>,
    amount: Option<i64>,
    hold: Option<u64>,
    void_ref: Option<String>,
}

impl Marks {
    /// The marks of the one event of an answer.
    fn of(answer: &[u8]) -> Option<Marks> {
        let mut events = 0;
        pick(answer, &mut |key, _| events += u32::from(key == "event"))?;
        let event = member(answer, "event").filter(|_| events == 1)?;
        let mut marks = Marks::default();
        pick(event.as_bytes(), &mut |key, value| match (key, value) {
            ("idempotency_nonce", Scalar::Text(text)) => marks.nonce = Some(text),
            ("type", Scalar::Text(text)) => marks.kind = Some(text),
            ("bucket", Scalar::Text(text)) => marks.bucket = Some(text),
            ("account", Scalar::Text(text)) => marks.account = Some(text),
            ("amount", Scalar::Whole(amount)) => marks.amount = Some(amount),
            ("hold_amount", Scalar::Whole(amount)) => marks.hold = u64::try_from(amount).ok(),
            ("void_ref", Scalar::Text(text)) => marks.void_ref = Some(text),
            _ => {}
        })?;
        Some(marks)
    }

    /// Whether the event is the one that the write makes. What a server leaves out speaks against nothing.
    fn fit(&self, expected: &Expected, bucket: Option<&str>) -> bool {
        let is_other = |found: &Option<String>, asked: &str| {
            found.as_deref().is_some_and(|found| found.trim() != asked.trim())
        };
        // A type that a later server adds is no reason to refuse an answer.
        let is_other_kind = self
            .kind
            .as_deref()
            .is_some_and(|kind| kind != expected.kind && EventKind::KNOWN.contains(&kind));
        // Some servers tell their own name of the bucket.
        let is_public = !self.bucket.as_deref().is_some_and(is_internal_bucket);
        !(is_other_kind
            || bucket.is_some_and(|bucket| is_public && is_other(&self.bucket, bucket))
            || is_other(&self.account, &expected.account)
            || self.amount.is_some_and(|amount| amount != expected.amount)
            || (expected.hold_amount.is_some() && self.hold.is_some() && self.hold != expected.hold_amount)
            || expected.void_ref.as_deref().is_some_and(|id| is_other(&self.void_ref, id)))
    }
}

impl Operation {
    /// What the event of this answer says of the write. Only a replay is compared: a first answer is to what was asked.
    pub(crate) fn compare(&self, answer: &[u8], is_replay: bool) -> Match {
        let (Some(expected), Some(write)) = (&self.expected, self.replayable()) else {
            return Match::Nothing;
        };
        let Some(marks) = Marks::of(answer) else { return Match::Nothing };
        if is_replay && !marks.fit(expected, self.bucket.as_deref()) {
            return Match::OtherRequest;
        }
        if marks.nonce.as_deref() == Some(&*write.nonce) { Match::Ours } else { Match::Nothing }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::CreateEventOptions;

    const NONCE: &dyn Fn() -> Result<String, crate::error::ShardError> = &|| Ok(String::from("n"));

    fn answer(event: &str) -> Vec<u8> {
        format!(r#"{{"event":{{"idempotency_nonce":"n",{event}}}}}"#).into()
    }

    fn charge() -> Operation {
        Operation::create_event("b", "a", -5, &CreateEventOptions::default(), NONCE).unwrap()
    }

    #[test]
    fn an_event_without_what_a_server_may_leave_out_is_the_writes() {
        for event in [
            r#""type":"standard","bucket":"b","account":"a","amount":-5,"hold_amount":7"#,
            r#""amount":-5"#,
            r#""type":"standard_v2","amount":-5"#,
            r#""bucket":"user_1__bucket_62","amount":-5"#,
        ] {
            for is_replay in [false, true] {
                assert_eq!(charge().compare(&answer(event), is_replay), Match::Ours, "{event}");
            }
        }
    }

    #[test]
    fn what_another_request_made_is_told_apart() {
        for event in
            [r#""type":"hold_release","amount":-5"#, r#""amount":-6"#, r#""account":"c""#, r#""bucket":"c""#]
        {
            assert_eq!(charge().compare(&answer(event), true), Match::OtherRequest, "{event}");
            assert_eq!(charge().compare(&answer(event), false), Match::Ours, "{event}");
        }
        for nothing in [
            &br#"{"event":{"idempotency_nonce":"m","amount":-5}}"#[..],
            br#"{"event":null}"#,
            br#"{"event":{"amount":-5}}"#,
            b"{",
            br#"{"balance":1}"#,
        ] {
            assert_eq!(charge().compare(nothing, false), Match::Nothing);
        }
    }

    #[test]
    fn a_hold_and_its_release_are_compared() {
        let reserve = Operation::reserve("b", "a", 5, 6_000, &CreateEventOptions::default(), NONCE).unwrap();
        let release = Operation::release("b", "a", "r1", &CreateEventOptions::default(), NONCE).unwrap();
        let reserved =
            |hold: u64| answer(&format!(r#""type":"reservation_create","amount":0,"hold_amount":{hold}"#));
        let released = |id: &str| answer(&format!(r#""type":"hold_release","amount":0,"void_ref":"{id}""#));
        assert_eq!(reserve.compare(&reserved(5), true), Match::Ours);
        assert_eq!(reserve.compare(&reserved(6), true), Match::OtherRequest);
        assert_eq!(release.compare(&released("r1"), true), Match::Ours);
        assert_eq!(release.compare(&released("r2"), true), Match::OtherRequest);
        assert_eq!(release.compare(&reserved(5), true), Match::OtherRequest);
    }
}
