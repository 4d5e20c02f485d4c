//! The recordings: from beside the project if they are there, else from the copy in this folder's parent. And what was
//! observed on the real server without a recording of it, written down in the same form (`observed.jsonl`).

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;
use shardd_local::Request;

#[derive(Debug, Deserialize)]
pub struct Exchange {
    #[serde(default)]
    pub name: String,
    request: RecordedRequest,
    pub response: RecordedResponse,
}

#[derive(Debug, Deserialize)]
struct RecordedRequest {
    method: String,
    url_base: String,
    path: String,
    headers: BTreeMap<String, String>,
    body: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct RecordedResponse {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    #[serde(default)]
    pub body_text: Option<String>,
}

/// All exchanges by name.
pub fn read() -> BTreeMap<String, Exchange> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let all = match std::fs::read_dir(root.join("../../shared/wire")) {
        Ok(folder) => folder.map(|entry| one(&entry.unwrap().path())).collect::<Vec<_>>(),
        Err(_) => lines(&root.join("tests/wire.jsonl")),
    };
    let observed = lines(&root.join("tests/observed.jsonl"));
    all.into_iter().chain(observed).map(|exchange: Exchange| (exchange.name.clone(), exchange)).collect()
}

fn lines(path: &Path) -> Vec<Exchange> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn one(path: &Path) -> Exchange {
    let mut exchange: Exchange = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    exchange.name = path.file_stem().unwrap().to_str().unwrap().to_owned();
    exchange
}

impl Exchange {
    pub fn request(&self) -> Request {
        let recorded = &self.request;
        let mut request = Request::new(&recorded.method, &recorded.path);
        for (name, value) in &recorded.headers {
            request = request.with(name, value);
        }
        request.body = self.body();
        request
    }

    /// The body's bytes; two kinds of bodies could not be recorded as they were.
    fn body(&self) -> Vec<u8> {
        let text = self.request.body.clone().unwrap_or_default();
        if self.name == "err_invalid_utf8" {
            return text.chars().map(|char| char as u8).collect();
        }
        let Some((head, rest)) = text.split_once("...<") else { return text.into_bytes() };
        let length: usize = rest.trim_end_matches(" bytes>").parse().unwrap();
        let mut body = head.as_bytes().to_vec();
        body.resize(length - 2, b'x');
        body.extend_from_slice(b"\"}");
        body
    }

    /// The body as JSON, if it is.
    pub fn expected(&self) -> Option<Value> {
        serde_json::from_str(self.response.body_text.as_deref()?).ok()
    }

    /// The gateway that was asked, or the node that answered for it.
    pub fn region(&self) -> usize {
        match (self.response.headers.get("x-shardd-target-advertise-addr"), self.request.url_base.as_str()) {
            (Some(addr), _) => addr.rsplit('/').next().unwrap().parse::<usize>().unwrap() - 14_001,
            // The listed node comes first, and that was the third one.
            _ if self.name == "get_gateway_nodes" => 2,
            (None, base) => match base.rsplit(':').next().unwrap() {
                "18082" | "18072" => 1,
                "18083" => 2,
                _ => 0,
            },
        }
    }

    /// When an event of this exchange was made.
    pub fn time(&self) -> Option<u64> {
        self.expected()?
            .get("event")?
            .get("created_at_unix_ms")?
            .as_u64()
            .filter(|_| self.response.status == 201)
    }
}
