//! The recorded exchanges.

use std::fs;
use std::path::Path;

use serde_json::Value;

pub struct Exchange {
    pub name: String,
    pub method: String,
    pub path: String,
    pub content_type: String,
    pub sent: String,
    pub status: u16,
    pub answered: String,
}

/// All exchanges, by name.
pub fn exchanges() -> Vec<Exchange> {
    let copy = Path::new(env!("CARGO_MANIFEST_DIR")).join("ledger/tests/wire.jsonl");
    let mut exchanges: Vec<Exchange> =
        fs::read_to_string(copy).unwrap().lines().map(|line| exchange(line, None)).collect();
    exchanges.sort_by(|a, b| a.name.cmp(&b.name));
    exchanges
}

fn exchange(json: &str, name: Option<&str>) -> Exchange {
    let json: Value = serde_json::from_str(json).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
    let (request, response) = (&json["request"], &json["response"]);
    Exchange {
        name: name.map_or_else(|| text(&json["name"]), String::from),
        method: text(&request["method"]),
        path: text(&request["path"]),
        content_type: text(&request["headers"]["content-type"]),
        sent: whole_body(text(&request["body"])),
        status: response["status"].as_u64().unwrap() as u16,
        answered: text(&response["body_text"]),
    }
}

/// A long body was recorded by its beginning and its length.
fn whole_body(recorded: String) -> String {
    let Some((head, rest)) = recorded.split_once("...<") else { return recorded };
    let length: usize = rest.trim_end_matches(" bytes>").parse().unwrap();
    let end = "\"}";
    head.to_owned() + &"x".repeat(length - head.len() - end.len()) + end
}

/// Where the recordings themselves lie beside the project, the copy in it says the same.
#[test]
fn the_copy_in_the_project_is_true() {
    let Ok(folder) = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/wire")) else {
        return;
    };
    let copies = exchanges();
    let mut originals = 0;
    for file in folder {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let original = exchange(&fs::read_to_string(&path).unwrap(), Some(name));
        let copy = copies.iter().find(|copy| copy.name == name).expect(name);
        assert_eq!((original.status, &original.answered), (copy.status, &copy.answered), "{name}");
        originals += 1;
    }
    assert_eq!(originals, copies.len());
}
