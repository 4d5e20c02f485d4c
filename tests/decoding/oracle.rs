//! Holds the decoders to what serde_json says of the same bytes.

use std::time::UNIX_EPOCH;

use shardd_wasm::api::Operation;
use shardd_wasm::engine::retry_after_ms;
use shardd_wasm::json::{Integers, ReadError, Scalar, member, pick, transcode};
use shardd_wasm::platform::Response;
use shardd_wasm::{Code, Outcome, ShardError};

use crate::model::{DEPTH_MAX, Decoded, decoded};
use crate::stage::{KEY, Stage};
use crate::tree::Tree;

const MODES: [Integers; 3] = [Integers::Number, Integers::BigInt, Integers::Exact];

/// What is wrong with what was made of a body; nothing, if all is well.
pub type Findings = Vec<String>;

/// Reads `body` as an answer to `operation` in every mode. Returns whether it is one.
pub fn reads_alike(body: &[u8], operation: &Operation, findings: &mut Findings) -> bool {
    let tree = Tree::parse(body);
    let mut promised = false;
    for integers in MODES {
        for bucket in [None, Some("mine \"\u{1f}é")] {
            let want = decoded(tree.as_ref(), operation.fields, integers, bucket);
            let got = match transcode(body, operation.fields, integers, bucket) {
                Err(ReadError::Syntax | ReadError::Shape(_)) => Decoded::Bad,
                Err(ReadError::BeyondRange(_) | ReadError::CounterBeyondRange(_)) => Decoded::Beyond,
                Ok(json) => match Tree::parse(json.as_bytes()) {
                    Some(tree) => {
                        no_number_is_rounded(&tree, integers, findings);
                        Decoded::Given(tree)
                    }
                    None => {
                        findings.push(format!("gives what is no JSON: {json}"));
                        continue;
                    }
                },
            };
            promised |= got != Decoded::Bad;
            if got != want {
                findings.push(format!("{integers:?}, {bucket:?}: gives {got:?}\nwanted {want:?}"));
            }
        }
    }
    promised
}

/// Every number that is given out is one that its reader holds.
fn no_number_is_rounded(tree: &Tree, integers: Integers, findings: &mut Findings) {
    match tree {
        Tree::Number(written) => {
            if written.contains(['.', 'e', 'E']) {
                if !written.parse::<f64>().is_ok_and(f64::is_finite) {
                    findings.push(format!("{written} is infinite"));
                }
                return;
            }
            let value = written.parse::<i128>().unwrap_or(i128::MAX);
            let held = match integers {
                Integers::Exact => i128::from(i64::MIN)..=i128::from(u64::MAX),
                _ => -(1 << 53) + 1..=(1 << 53) - 1,
            };
            if !held.contains(&value) {
                findings.push(format!("{written} is rounded in {integers:?}"));
            }
        }
        Tree::List(items) => items.iter().for_each(|item| no_number_is_rounded(item, integers, findings)),
        Tree::Object(members) => {
            members.iter().for_each(|(_, value)| no_number_is_rounded(value, integers, findings));
        }
        _ => {}
    }
}

/// An object that is not nested too deep, as far as anybody cuts pieces out of it.
fn members(tree: Option<&Tree>) -> Option<&Vec<(String, Tree)>> {
    match tree {
        Some(tree @ Tree::Object(members)) if tree.depth() <= DEPTH_MAX => Some(members),
        _ => None,
    }
}

/// Picks the members of `body`, and cuts out each by its name.
pub fn picks_alike(body: &[u8], findings: &mut Findings) {
    let tree = Tree::parse(body);
    let members = members(tree.as_ref());
    let mut got = Vec::new();
    let read = pick(body, &mut |key, scalar| got.push((key.to_owned(), scalar)));
    if read.is_some() != members.is_some() {
        findings.push(format!("pick: {read:?} of {tree:?}"));
    }
    let Some(members) = members else {
        for key in ["event", "deduplicated", "error", ""] {
            if let Some(cut) = member(body, key) {
                findings.push(format!("member {key}: {cut} of what is no object"));
            }
        }
        return;
    };
    let scalar = |value: &Tree| match value {
        Tree::Text(text) => Scalar::Text(text.clone()),
        Tree::Flag(flag) => Scalar::Flag(*flag),
        Tree::Number(written) => written.parse().map_or(Scalar::Other, Scalar::Whole),
        _ => Scalar::Other,
    };
    let want: Vec<_> = members.iter().map(|(key, value)| (key.clone(), scalar(value))).collect();
    if got != want {
        findings.push(format!("pick: {got:?}, wanted {want:?}"));
    }
    for (key, _) in members {
        let cut = member(body, key).map(|written| Tree::parse(written.as_bytes()));
        let last = tree.as_ref().and_then(|tree| tree.get(key));
        if cut.as_ref().map(Option::as_ref) != Some(last) {
            findings.push(format!("member {key}: {cut:?}, wanted {last:?}"));
        }
    }
}

/// Makes a call of `operation` that is answered so, and judges what the caller is told.
pub fn tells_the_truth(
    response: &Response,
    operation: &Operation,
    integers: Integers,
    findings: &mut Findings,
) {
    let stage = Stage { integers, ..Stage::default() };
    let tree = Tree::parse(&response.body);
    let status = response.status;
    let writes = operation.write.is_some();
    let result = stage.run(operation, std::slice::from_ref(response));
    let error = match (&result, status) {
        (Ok(answer), 200..300) => {
            let bucket = operation.bucket.as_deref().filter(|_| writes);
            let mut want = decoded(tree.as_ref(), operation.fields, integers, bucket);
            if let (true, Decoded::Given(Tree::Object(members))) = (writes, &mut want)
                && let Some((_, flag @ Tree::Null)) =
                    members.iter_mut().find(|(name, _)| name == "deduplicated")
            {
                *flag = Tree::Flag(status == 200);
            }
            let mut got = Tree::parse(answer.json.as_bytes());
            if let (true, Some(Tree::Object(members))) = (writes, &mut got) {
                let meta = members.pop();
                if meta.is_none_or(|(name, _)| name != "meta") {
                    findings.push("no meta".into());
                }
            }
            if got.map(Decoded::Given) != Some(want) {
                findings.push(format!("the call gives {}", answer.json));
            }
            return;
        }
        (Ok(_), _) => {
            findings.push(format!("{status} is a success"));
            return;
        }
        (Err(error), _) => error,
    };
    let clear = match status {
        200..300 => told_of_a_success(error, tree.as_ref(), status, operation, integers),
        _ => told_of_a_refusal(error, tree.as_ref(), status, response, operation),
    };
    if !clear {
        findings.push(format!("{status}: the caller is told {error:?}"));
    }
    let message = &error.message;
    let leaks = [KEY, "<html"].iter().any(|secret| message.contains(secret));
    if leaks || message.chars().count() > 400 || message.chars().any(char::is_control) {
        findings.push(format!("message {message:?}"));
    }
}

fn told_of_a_success(
    error: &ShardError,
    tree: Option<&Tree>,
    status: u16,
    operation: &Operation,
    integers: Integers,
) -> bool {
    let writes = operation.write.is_some();
    let bucket = operation.bucket.as_deref().filter(|_| writes);
    let unless_read = |outcome| if writes { outcome } else { Outcome::Rejected };
    let is_proven = writes && proves(tree, operation);
    // A server that does not say so tells it by the status.
    let is_replay = match tree.and_then(|tree| tree.get("deduplicated")) {
        None | Some(Tree::Null) => status == 200,
        Some(flag) => *flag == Tree::Flag(true),
    };
    match (decoded(tree, operation.fields, integers, bucket), error.code) {
        // A replay proves the write only if its event is the one that the write makes, which is tested elsewhere.
        (Decoded::Bad, Code::Decode) if is_proven && is_replay => {
            matches!(error.outcome, Outcome::Applied | Outcome::Unknown)
        }
        (Decoded::Bad, Code::Decode) if is_proven => error.outcome == Outcome::Applied,
        (Decoded::Bad, Code::Decode) => error.outcome == unless_read(Outcome::Unknown),
        (Decoded::Beyond, Code::Decode) => error.outcome == unless_read(Outcome::Applied),
        // Of a replay, the event decides; what it must be is tested elsewhere.
        (Decoded::Beyond | Decoded::Given(_), Code::Conflict) => writes && is_replay,
        _ => false,
    }
}

/// Whether the one event of an answer carries the nonce of this write.
fn proves(tree: Option<&Tree>, operation: &Operation) -> bool {
    let members = members(tree).map(Vec::as_slice).unwrap_or_default();
    let events: Vec<&Tree> =
        members.iter().filter(|(key, _)| key == "event").map(|(_, event)| event).collect();
    let [event] = events[..] else { return false };
    let Some(write) = &operation.write else { return false };
    event.get("idempotency_nonce") == Some(&Tree::Text(write.nonce.to_string()))
}

fn told_of_a_refusal(
    error: &ShardError,
    tree: Option<&Tree>,
    status: u16,
    response: &Response,
    operation: &Operation,
) -> bool {
    let text = |name: &str| match members(tree).and(tree?.get(name)) {
        Some(Tree::Text(text)) => Some(text.clone()),
        _ => None,
    };
    let figure = |name: &str| match members(tree).and(tree?.get(name)) {
        Some(Tree::Number(written)) => written.parse::<i64>().ok(),
        _ => None,
    };
    let is_short = |name: &str| {
        text(name).is_some_and(|text| {
            let letters: String = text.chars().filter(char::is_ascii_alphabetic).collect();
            letters.to_ascii_lowercase().contains("insufficientfunds")
        })
    };
    let names = ["balance", "available_balance", "projected_available_balance", "limit"];
    let is_short = ["error", "code", "message"].into_iter().any(is_short);
    let figures = is_short.then(|| names.map(figure).to_vec());
    let given = error.funds.as_ref().map(|funds| {
        vec![funds.balance, funds.available_balance, funds.projected_available_balance, funds.limit]
    });
    let hint = error.funds.as_ref().and_then(|funds| funds.hint.clone());
    let code = match status {
        0 | 300..400 => Code::Network,
        401 => Code::Unauthorized,
        402 => Code::PaymentRequired,
        403 => Code::Forbidden,
        404 => Code::NotFound,
        408 | 504 => Code::Timeout,
        409 => Code::Conflict,
        422 if figures.is_some() => Code::InsufficientFunds,
        429 => Code::RateLimited,
        400..500 => Code::InvalidInput,
        500..600 => Code::ServiceUnavailable,
        _ => Code::Decode,
    };
    let words = text("error").unwrap_or_default();
    let proof =
        ["no libp2p nodes discovered", "node warming up", "dashboard ", "error sending request for url ("];
    let certain = match status {
        408 => false,
        400..500 => true,
        503 => proof.iter().any(|begin| words.starts_with(begin)),
        _ => false,
    };
    let outcome = if certain || operation.write.is_none() { Outcome::Rejected } else { Outcome::Unknown };
    let wait = response.retry_after.as_deref().filter(|_| (400..600).contains(&status));
    let wait = wait.and_then(|header| retry_after_ms(header, unix_ms()));
    // A redirect that the platform hides has no body to be read.
    let read = status != 0;
    (error.code, error.outcome, error.status) == (code, outcome, read.then_some(status))
        && (!read || given == figures)
        && (error.funds.is_none()
            || hint == text("hint").filter(|hint| !hint.contains("sk_") && !hint.contains("earer ")))
        && (!(400..600).contains(&status) || error.retry_after_ms == wait)
}

/// The time of the stage when the first answer comes.
fn unix_ms() -> u64 {
    shardd_wasm::platform::sim::START_UNIX_MS + 10
}

/// Reads a `Retry-After` header as httpdate does.
pub fn waits_alike(header: &str, findings: &mut Findings) {
    let got = retry_after_ms(header, 0);
    let text = header.trim();
    let seconds = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let dated = httpdate::parse_http_date(text).ok().and_then(|date| date.duration_since(UNIX_EPOCH).ok());
    let want = match dated {
        _ if seconds => Some(text.parse::<u64>().unwrap_or(u64::MAX / 1_000).saturating_mul(1_000)),
        Some(date) => Some(date.as_millis() as u64),
        None => None,
    };
    let in_place = |(letter, place): (char, char)| match place {
        '9' => letter.is_ascii_digit(),
        'A' => letter.is_ascii_alphabetic(),
        '?' => true,
        _ => letter == place,
    };
    let shaped = text.len() == 29 && text.chars().zip("???, 99 AAA 9999 99:99:99 GMT".chars()).all(in_place);
    // The two obsolete forms are for nobody to send, and on which day of the week a date falls is nobody's concern.
    let fine = if shaped || seconds { want.is_none() || got == want } else { got.is_none() };
    if !fine {
        findings.push(format!("Retry-After {header:?}: {got:?}, wanted {want:?}"));
    }
}
