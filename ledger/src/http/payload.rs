//! Bodies that may end too early, or never.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

/// So long the first half may take to leave the machine before the connection ends.
const FLUSH: Duration = Duration::from_millis(30);

#[derive(Debug)]
pub(super) enum Payload {
    Whole(Option<Bytes>),
    /// Nothing more ever comes.
    Stalled(Option<Bytes>),
    /// The connection ends.
    Broken(Option<Bytes>, Option<Pin<Box<Sleep>>>),
}

/// The body ended before its end.
#[derive(Debug)]
pub(super) struct Broken;

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the body was cut")
    }
}

impl std::error::Error for Broken {}

impl From<Infallible> for Broken {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl Payload {
    pub(super) fn whole(body: Vec<u8>) -> Self {
        Self::Whole((!body.is_empty()).then(|| body.into()))
    }

    pub(super) fn stalled(body: &[u8]) -> Self {
        Self::Stalled(half(body))
    }

    pub(super) fn broken(body: &[u8]) -> Self {
        Self::Broken(half(body), None)
    }
}

fn half(body: &[u8]) -> Option<Bytes> {
    let first = body.get(..body.len() / 2).unwrap_or(&[]);
    (!first.is_empty()).then(|| Bytes::copy_from_slice(first))
}

impl Body for Payload {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        let this = self.get_mut();
        let (Self::Whole(bytes) | Self::Stalled(bytes) | Self::Broken(bytes, _)) = this;
        if let Some(bytes) = bytes.take() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        match this {
            Self::Whole(_) => Poll::Ready(None),
            Self::Stalled(_) => Poll::Pending,
            Self::Broken(_, end) => {
                let end = end.get_or_insert_with(|| Box::pin(sleep(FLUSH)));
                end.as_mut().poll(context).map(|()| Some(Err(Broken)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(None))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, Bytes::len) as u64),
            _ => SizeHint::default(),
        }
    }
}
