//! What is said where something is wrong: one sentence each, with what was given, and what to do. Where it says `{what}`, something is put in.

/// A sentence with its gaps filled, in their order.
pub(crate) fn filled(sentence: &str, gaps: &[&str]) -> String {
    with_gaps(sentence, &mut |text, at| text.push_str(gaps.get(at).copied().unwrap_or("")))
}

/// The same, where `fill` writes what comes into the gap of a number.
pub(crate) fn with_gaps(sentence: &str, fill: &mut dyn FnMut(&mut String, usize)) -> String {
    let mut text = String::new();
    let mut rest = sentence;
    let mut number = 0;
    while let Some(at) = gap_in(rest) {
        text.push_str(rest.get(..at).unwrap_or(""));
        fill(&mut text, number);
        number += 1;
        let after = rest.get(at..).unwrap_or("");
        let end = after.bytes().position(|byte| byte == b'}');
        rest = end.and_then(|end| after.get(end + 1..)).unwrap_or("");
    }
    text.push_str(rest);
    text
}

/// Where the first gap begins: a brace before a letter, as in `{what}`.
fn gap_in(text: &str) -> Option<usize> {
    text.as_bytes()
        .windows(2)
        .position(|pair| pair.first() == Some(&b'{') && pair.last().is_some_and(u8::is_ascii_lowercase))
}

macro_rules! sentences {
    ($($NAME:ident = $text:literal;)+) => {
        $(
            #[doc = $text]
            pub const $NAME: &str = $text;
        )+

        /// All of them by their names, for the printers.
        #[cfg(not(target_arch = "wasm32"))]
        pub const SENTENCES: &[(&str, &str)] = &[$((stringify!($NAME), $text)),+];
    };
}

sentences! {
    // Arguments and options.
    BLANK = "The {what} is blank: give a name.";
    NUL = "The {what} contains the character U+0000: remove it.";
    DOTS = "The {what} is . or .., which cannot be part of a URL.";
    NOT_TEXT = "The {what} is not a string: give one.";
    HALF_PAIR = "The {what} contains half a surrogate pair: repair the string.";
    NOT_NUMBER = "The {what} is not a number: give an integer or a bigint.";
    NOT_SAFE = "The {what} is not a safe whole number: give an integer, or a bigint beyond 2^53−1.";
    BEYOND = "The {what} is beyond ±(2^63−1): give a smaller one.";
    TOO_LARGE = "The {what} is beyond 2^63−1: give a smaller one.";
    NEGATIVE = "The {what} is negative: give a whole number from 0 on.";
    NOT_POSITIVE = "The amount is not positive: charge and credit take a positive whole number and know the sign.";
    TOO_MANY_ACKS = "The {what} are more than nodes can be: give fewer.";
    NOT_FLAG = "The {what} is neither true nor false.";
    NOT_ONE_OF = "The option {what} is neither \"{one}\" nor \"{other}\".";
    OUT_OF_RANGE = "The option {what} is out of range: give a whole number from {least} to 2147483647.";
    NOT_FUNCTION = "The option {what} is not a function.";
    NOT_SIGNAL = "The option signal is not an AbortSignal: give controller.signal.";
    NOT_STORE = "The option store has no method update: give a store of shardd-wasm/stores or one of your own.";
    NOT_OPTIONS = "The options are not an object: give { name: value }.";
    NOT_AFTER = "The option after is no write's result: give what charge or credit resolved to.";
    NOT_MEMORY = "The option rememberEdge is neither true nor { get, set }: give one of them.";
    UNKNOWN_OPTION = "An option is unknown: did you mean {nearest}?";
    OTHER_CALL = "The option {name} is not one of this call: leave it out.";
    LONG_NOTE = "The note is longer than 4096 characters: shorten it.";
    BLANK_NONCE = "The idempotencyNonce is blank: leave it out to have one made.";
    LONG_NONCE = "The idempotencyNonce is longer than 128 characters: shorten it.";
    OWN_NONCE = "The idempotencyNonce begins with reserve:, release: or void:, which the ledger keeps for itself: choose another.";
    LONG_ROW = "The bucket, account and idempotencyNonce are too long together (2 × bucket + account + nonce may have 2500 bytes): shorten them.";
    SHORT_TTL = "The ttlMs is out of range: give at least 5000.";
    BUCKET_DELETED = "A bucket named deleted cannot be read this way: the list of deleted buckets is at its address.";
    BLANK_KEY = "The API key is blank: give the key of your shardd account.";
    ODD_KEY = "The API key has characters that no key has, such as a line break: copy it again.";
    BAD_OWNER = "The owner is blank, or longer than 256 bytes: give a short name of whose writes these are.";
    BAD_LEDGER = "The option ledger is blank, or longer than 256 bytes: give a short name such as \"staging\".";
    NOT_HOST = "The option discover is not the end of a host name: give one such as \"api.example.com\".";
    DISCOVER_OWN = "The option discover is true with edges of your own: give the end of their host names instead.";
    NOT_EDGES = "The option edges is not an array: give a list of base URLs.";
    UNREADABLE = "The {what} cannot be read: see the cause.";
    TOO_MANY_EDGES = "The list of edges has more than {most}: give fewer.";
    NO_EDGES = "The list of edges is empty: name at least one, or leave the option out.";
    NOT_URL = "An edge is not an http(s) URL: write it as https://host.";
    MORE_THAN_BASE = "An edge has credentials, a query or a fragment: give its base URL alone.";
    PLAIN_HTTP = "An edge is plain http beyond this machine: use https, or set allowHttp if the network is yours.";
    STRANGE_EDGE = "This edge is none of the client's: name one of its edges.";
    // How calls end.
    NO_RANDOMNESS = "There is no randomness here to make a nonce from: call from inside a request, or pass an idempotencyNonce.";
    REDIRECTED = "The edge answered with a redirect, which is never followed: check edges.";
    TOO_LONG = "The answer is larger than maxBodyBytes: raise the limit if you expect it.";
    DISCONNECTED = "The connection to the edge failed: {again}";
    FOREIGN = "The ledger knows this idempotencyNonce from another request: use a new one for a new request.";
    CONFLICT = "This idempotencyNonce belongs to another request: use a new one for a new request.";
    DEADLINE = "The call did not end within its timeoutMs: {again}";
    CLOSED = "The client was closed: make a new one.";
    ABORTED = "The call was aborted.";
    NOT_JSON = "The answer is not the JSON that the ledger promises: check edges.";
    NOT_PROMISED = "The answer's field {field} is not what the ledger promises: check edges.";
    BEYOND_NUMBER = "The answer's field {field} does not fit a number without rounding: use integers: \"bigint\".";
    COUNTER_BEYOND_NUMBER = "The answer's counter {field} does not fit a number without rounding: check edges.";
    NO_KEY = "The apiKey function gave no key: see the cause.";
    TAKEN_OVER = "Another tab or worker has taken this write over: see pending().";
    // Of a record that is gone. The write was refused, most likely; but a replay that is forgotten, or a write that was given up, looks the same.
    ENDED_MEANWHILE = "Another call has finished or discarded this write meanwhile: charge again with the same nonce to learn how it ended.";
    CORRUPT = "The store holds something else under the name of this write: give it a store of its own.";
    STORE_FAILED = "The store did not record the write in time, so it was not sent: see the cause, or set storeFailure.";
    STORE_UNLISTED = "The store cannot be listed or changed: see the cause.";
    NO_STORE = "This client has no store, so nothing is recorded: give it one with the option store.";
    UNRECORDED = "The store did not record a write, which was sent all the same.";
    BEHIND = "The edge did not learn of the event in time: read again later, or raise timeoutMs.";
    BEHIND_TOO_OFTEN = "The edge did not learn of the event while the account was read six times: read again later.";
    ATTEMPT_TIMED_OUT = "The edge did not answer in time: {again}";
    BEYOND_FIGURES = " Beyond what a number holds: {figures}.";
    LOST_ANSWER = "The call lost its answer.";
    NO_DIGEST = "This page cannot digest the key (crypto.subtle needs https), and a store must know whose the writes are: give the option owner.";
    OWNERLESS = "A key function and a store leave open whose the recorded writes are: give the option owner, such as the user's id.";
    OWNER_NOT_WHOLE = "The owner is not a string, or contains half a surrogate pair: give a whole one.";
    KEY_NOT_WHOLE = "The API key is not a string, or contains half a surrogate pair: give a whole one.";
    NO_OWNER = "The owner function gave no owner: see the cause.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_filled_in_their_order() {
        assert_eq!(filled(NOT_ONE_OF, &["a", "b", "c"]), "The option a is neither \"b\" nor \"c\".");
        assert_eq!(filled(NOT_OPTIONS, &[]), NOT_OPTIONS);
    }
}
