//! One request at one region: its distance, its fault, the core.

use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::header::{HeaderName, HeaderValue};
use tokio::time::{sleep, timeout};

use super::fault::{Fault, FaultKind};
use super::payload::Payload;
use super::region::Met;
use super::world::{World, unix_ms};
use crate::exchange::{Request, Response};

/// One byte more than the gateway takes, so that the core sees what is too long.
const BODY_LIMIT: usize = 2_097_153;
/// A write that waits at a frozen node for longer is not applied any more.
const FREEZE_PATIENCE: Duration = Duration::from_secs(5);
/// When the gateway gives up on a frozen node.
const FREEZE_TIMEOUT: Duration = Duration::from_secs(30);

/// The connection is to be reset.
#[derive(Debug)]
pub(super) struct Cut;

impl std::fmt::Display for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the connection was cut on purpose")
    }
}

impl std::error::Error for Cut {}

/// Serves a request of a region.
pub(super) async fn serve(
    world: Arc<World>,
    region: usize,
    incoming: hyper::Request<Incoming>,
) -> Result<hyper::Response<Payload>, Cut> {
    let Some(place) = world.regions.get(region) else { return Err(Cut) };
    let (method, path) = (incoming.method().as_str().to_owned(), incoming.uri().path().to_owned());
    world.counters().count(region, &method, &path);
    let met = place.meet(&method, &path);
    let fault = met.fault.clone();
    let there = place.delay_ms() / 2;
    let back = place.delay_ms() - there;
    let request = read(incoming).await?;
    if fault.kind == FaultKind::BlackHole {
        return std::future::pending().await;
    }
    // On a task of its own: a client that hangs up does not take back what it has sent.
    let arrival = tokio::spawn(arrive(Arc::clone(&world), region, request, met, there));
    let answer = arrival.await.map_err(|_| Cut)??;
    pause(answer.ack_wait_ms.saturating_add(fault.answer_delay_ms()).saturating_add(back)).await;
    place.let_through(None, &method, &path).await;
    match fault.kind {
        FaultKind::ResetAfter => Err(Cut),
        FaultKind::Truncate => Ok(respond(&answer, Payload::broken(&answer.body))),
        FaultKind::StallBody => Ok(respond(&answer, Payload::stalled(&answer.body))),
        _ => {
            let body = Payload::whole(answer.body.clone());
            Ok(respond(&answer, body))
        }
    }
}

/// A request's way to the gateway, and what becomes of it there.
async fn arrive(
    world: Arc<World>,
    region: usize,
    request: Request,
    met: Met,
    there: u64,
) -> Result<Response, Cut> {
    let place = world.regions.get(region).ok_or(Cut)?;
    let fault = met.fault;
    pause(there).await;
    place.let_through(met.hold, &request.method, request.path()).await;
    Ok(match fault.kind {
        FaultKind::Refuse | FaultKind::ResetBefore => return Err(Cut),
        FaultKind::Freeze => frozen(&world, region, &request).await,
        FaultKind::Status | FaultKind::Garbage => {
            if fault.applied.unwrap_or(fault.kind == FaultKind::Garbage) {
                apply(&world, region, &request);
            }
            injected(&fault)
        }
        FaultKind::LateWrite => {
            pause(fault.delay_ms.unwrap_or(0)).await;
            apply(&world, region, &request)
        }
        _ => apply(&world, region, &request),
    })
}

fn apply(world: &World, region: usize, request: &Request) -> Response {
    world.cluster().handle(region, request, unix_ms())
}

/// Waits at a frozen node; lifted in time, the request goes through.
async fn frozen(world: &World, region: usize, request: &Request) -> Response {
    if let Some(place) = world.regions.get(region)
        && timeout(FREEZE_PATIENCE, place.thawed()).await.is_ok()
    {
        return apply(world, region, request);
    }
    sleep(FREEZE_TIMEOUT - FREEZE_PATIENCE).await;
    let late = br#"{"error":"client RPC failed: Timeout while waiting for a response"}"#;
    plain(503, "application/json", late.to_vec())
}

fn injected(fault: &Fault) -> Response {
    if fault.kind == FaultKind::Garbage {
        let page = fault
            .body
            .clone()
            .unwrap_or_else(|| "<!doctype html><title>Welcome to the guest network</title>".into());
        return plain(200, "text/html", page.into_bytes());
    }
    let body = fault.body.clone().unwrap_or_else(|| r#"{"error":"injected fault"}"#.into());
    let mut answer = plain(fault.status.unwrap_or(503), "application/json", body.into_bytes());
    if let Some(after) = &fault.retry_after {
        answer.push("retry-after", after.value());
    }
    answer
}

/// An answer that is not the gateway's own, readable by browsers all the same.
fn plain(status: u16, content_type: &str, body: Vec<u8>) -> Response {
    let mut answer = Response { status, body, ..Response::default() };
    answer.push("content-type", content_type);
    answer.push("access-control-allow-origin", "*");
    answer.push("access-control-expose-headers", "*");
    answer
}

async fn pause(ms: u64) {
    if ms > 0 {
        sleep(Duration::from_millis(ms)).await;
    }
}

async fn read(incoming: hyper::Request<Incoming>) -> Result<Request, Cut> {
    let (head, body) = incoming.into_parts();
    let target = head.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = head.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
    let body = match Limited::new(body, BODY_LIMIT).collect().await {
        Ok(body) => body.to_bytes().to_vec(),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => vec![b' '; BODY_LIMIT],
        Err(_) => return Err(Cut),
    };
    Ok(Request { method: head.method.as_str().to_owned(), target, headers, body })
}

pub(super) fn respond(answer: &Response, body: Payload) -> hyper::Response<Payload> {
    let whole = matches!(body, Payload::Whole(_));
    let mut response = hyper::Response::new(body);
    *response.status_mut() = hyper::StatusCode::from_u16(answer.status).unwrap_or_default();
    let headers = response.headers_mut();
    for (name, value) in &answer.headers {
        if let (Ok(name), Ok(value)) =
            (HeaderName::try_from(name.as_str()), HeaderValue::try_from(value.as_str()))
        {
            headers.append(name, value);
        }
    }
    if !whole {
        headers.insert(hyper::header::CONTENT_LENGTH, answer.body.len().into());
    }
    response
}
