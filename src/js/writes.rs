//! Writes, a method for each.

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use super::argument::{count, names, text, whole};
use super::class::Shardd;
use crate::api::Operation;
use crate::argument::check_positive;
use crate::protocol::{CHARGE, CREATE_EVENT, CREDIT, RELEASE, RESERVE, SETTLE};

#[wasm_bindgen]
impl Shardd {
    /// Writes an event: a positive amount credits, a negative one debits.
    #[wasm_bindgen(js_name = createEvent)]
    pub fn create_event(
        &self,
        bucket: &JsValue,
        account: &JsValue,
        amount: &JsValue,
        options: &JsValue,
    ) -> Promise {
        self.run(&CREATE_EVENT, options, |given, nonce| {
            let (bucket, account) = names(bucket, account)?;
            Operation::create_event(&bucket, &account, whole("amount", amount)?, &given.read()?, nonce)
        })
    }

    /// Debits a positive amount.
    pub fn charge(
        &self,
        bucket: &JsValue,
        account: &JsValue,
        amount: &JsValue,
        options: &JsValue,
    ) -> Promise {
        self.run(&CHARGE, options, |given, nonce| {
            let (bucket, account) = names(bucket, account)?;
            let amount = -check_positive(whole("amount", amount)?)?;
            Operation::create_event(&bucket, &account, amount, &given.read()?, nonce)
        })
    }

    /// Credits a positive amount.
    pub fn credit(
        &self,
        bucket: &JsValue,
        account: &JsValue,
        amount: &JsValue,
        options: &JsValue,
    ) -> Promise {
        self.run(&CREDIT, options, |given, nonce| {
            let (bucket, account) = names(bucket, account)?;
            let amount = check_positive(whole("amount", amount)?)?;
            Operation::create_event(&bucket, &account, amount, &given.read()?, nonce)
        })
    }

    /// Holds a positive amount for so many milliseconds.
    pub fn reserve(
        &self,
        bucket: &JsValue,
        account: &JsValue,
        amount: &JsValue,
        ttl_ms: &JsValue,
        options: &JsValue,
    ) -> Promise {
        self.run(&RESERVE, options, |given, nonce| {
            let (bucket, account) = names(bucket, account)?;
            let (amount, ttl_ms) = (whole("amount", amount)?, count("ttlMs", ttl_ms)?);
            Operation::reserve(&bucket, &account, amount, ttl_ms, &given.read()?, nonce)
        })
    }

    /// Debits from a reservation, which ends it.
    pub fn settle(
        &self,
        bucket: &JsValue,
        account: &JsValue,
        reservation_id: &JsValue,
        amount: &JsValue,
        options: &JsValue,
    ) -> Promise {
        self.run(&SETTLE, options, |given, nonce| {
            let (bucket, account) = names(bucket, account)?;
            let (id, amount) = (text("reservationId", reservation_id)?, whole("amount", amount)?);
            Operation::settle(&bucket, &account, &id, amount, &given.read()?, nonce)
        })
    }

    /// Gives a reservation up.
    pub fn release(
        &self,
        bucket: &JsValue,
        account: &JsValue,
        reservation_id: &JsValue,
        options: &JsValue,
    ) -> Promise {
        self.run(&RELEASE, options, |given, nonce| {
            let (bucket, account) = names(bucket, account)?;
            let id = text("reservationId", reservation_id)?;
            Operation::release(&bucket, &account, &id, &given.read()?, nonce)
        })
    }
}
