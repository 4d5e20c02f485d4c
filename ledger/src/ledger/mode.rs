//! A write as a node gets it, and which of the five modes it asks for.

/// The fields of a write that the node looks at.
#[derive(Debug, Clone, Default)]
pub(crate) struct Write {
    pub(crate) bucket: String,
    pub(crate) account: String,
    pub(crate) amount: i64,
    pub(crate) note: Option<String>,
    pub(crate) nonce: String,
    pub(crate) max_overdraft: u64,
    pub(crate) hold_amount: Option<u64>,
    pub(crate) hold_expires_at: Option<u64>,
    pub(crate) settle: Option<String>,
    pub(crate) release: Option<String>,
    pub(crate) skip_hold: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode<'a> {
    /// A credit, a debit or a zero; the debit may bring its own hold (amount, expiry).
    Charge(Option<(u64, u64)>),
    /// A hold alone (amount, expiry).
    Reserve(u64, u64),
    /// A debit against a reservation.
    Settle(&'a str),
    /// The end of a reservation.
    Release(&'a str),
}

impl Write {
    /// The mode, or what is wrong with the combination of fields.
    pub(crate) fn mode(&self, now: u64) -> Result<Mode<'_>, &'static str> {
        let (settle, release) = (self.settle.as_deref(), self.release.as_deref());
        if settle.is_some() && release.is_some() {
            return Err("settle_reservation and release_reservation are mutually exclusive");
        }
        let hold = match (self.hold_amount, self.hold_expires_at) {
            (Some(amount), Some(expires)) => Some((amount, expires)),
            (None, None) => None,
            _ => return Err("hold_amount and hold_expires_at_unix_ms must be set together"),
        };
        if self.skip_hold && (settle.is_some() || release.is_some()) {
            return Err("skip_hold cannot be combined with settle/release");
        }
        if self.skip_hold && hold.is_some() {
            return Err("skip_hold cannot be combined with explicit hold fields");
        }
        match (settle, release, hold) {
            (Some(_), _, _) if self.amount >= 0 => Err("settle_reservation requires a debit (amount < 0)"),
            (Some(_), _, Some(_)) => Err("settle_reservation cannot be combined with explicit hold fields"),
            (Some(id), _, None) => Ok(Mode::Settle(id)),
            (_, Some(_), _) if self.amount != 0 => Err("release_reservation requires amount == 0"),
            (_, Some(_), Some(_)) => Err("release_reservation cannot be combined with explicit hold fields"),
            (_, Some(id), None) => Ok(Mode::Release(id)),
            (_, _, Some((0, _))) => Err("hold_amount must be > 0 when supplied"),
            (_, _, Some((_, expires))) if expires <= now => {
                Err("hold_expires_at_unix_ms must be in the future")
            }
            (_, _, Some(_)) if self.amount > 0 => Err("credits cannot carry a hold"),
            (_, _, Some((amount, expires))) if self.amount == 0 => Ok(Mode::Reserve(amount, expires)),
            (_, _, hold) => Ok(Mode::Charge(hold)),
        }
    }
}
