//! What must be equal and what may differ.

use serde_json::Value;

use crate::names::Names;

/// Fields whose value belongs to the day, the machine or the mesh of the recording: only their type counts.
/// That mesh had gateways without nodes, so it counts other peers; its checksum and digests are SHA-256 over stored rows.
const FREE: &[&str] = &[
    "observed_at_unix_ms",
    "first_seen_at_unix_ms",
    "last_seen_at_unix_ms",
    "completed_requests",
    "peer_count",
    "known_nodes",
    "checksum",
    "digest",
    "peer_id",
    "ping_rtt_ms",
    "listen_addrs",
];
/// Fields that hold ids; an id that is new on both sides becomes a pair.
const IDS: &[&str] = &["event_id", "origin_node_id", "node_id", "void_ref"];

pub fn json(path: &str, ours: &Value, recorded: &Value, names: &mut Names, found: &mut Vec<String>) {
    let field = path.rsplit('.').next().unwrap_or(path);
    if FREE.contains(&field) {
        if std::mem::discriminant(ours) != std::mem::discriminant(recorded) {
            found.push(format!("{path}: {ours}, recorded another type: {recorded}"));
        }
        return;
    }
    match (ours, recorded) {
        (Value::Object(ours), Value::Object(recorded)) => {
            let key = |key: &String| names.to_recorded(key);
            let our_keys: Vec<String> = ours.keys().map(key).collect();
            let mut sorted = our_keys.clone();
            sorted.sort();
            let mut wanted: Vec<String> = recorded.keys().cloned().collect();
            wanted.sort();
            if sorted != wanted {
                found.push(format!("{path}: fields {sorted:?}, recorded {wanted:?}"));
            }
            for (name, value) in our_keys.iter().zip(ours.values()) {
                if let Some(other) = recorded.get(name) {
                    json(&format!("{path}.{name}"), value, other, names, found);
                }
            }
        }
        (Value::Array(ours), Value::Array(recorded)) => {
            if ours.len() != recorded.len() {
                found.push(format!("{path}: {} items, recorded {}", ours.len(), recorded.len()));
            }
            for (index, (ours, recorded)) in ours.iter().zip(recorded).enumerate() {
                json(&format!("{path}[{index}]"), ours, recorded, names, found);
            }
        }
        (Value::String(ours), Value::String(recorded))
            if IDS.contains(&field) && !names.knows(ours, recorded) =>
        {
            names.bind(ours, recorded);
        }
        (Value::String(ours), Value::String(recorded)) => {
            let ours = names.to_recorded(ours);
            if ours != *recorded {
                found.push(format!("{path}: {ours:?}, recorded {recorded:?}"));
            }
        }
        (ours, recorded) if ours == recorded => {}
        (ours, recorded) => found.push(format!("{path}: {ours}, recorded {recorded}")),
    }
}

/// The order of fields in a JSON text, those named after nodes left out: they sort by ids, which differ.
pub fn key_order(text: &str) -> Vec<String> {
    let mut keys = Vec::new();
    let mut string = None::<String>;
    let mut last = String::new();
    let mut escaped = false;
    for char in text.chars() {
        match (&mut string, char) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(_), '"') => last = string.take().unwrap_or_default(),
            (Some(text), other) => text.push(other),
            (None, '"') => string = Some(String::new()),
            (None, ':') if !has_id(&last) => keys.push(std::mem::take(&mut last)),
            _ => {}
        }
    }
    keys
}

fn has_id(key: &str) -> bool {
    key.len() >= 36 && key.matches('-').count() >= 4
}
