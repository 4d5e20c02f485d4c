//! Names: never shared, never too long, and those of the `idempotent` library unchanged.

use std::collections::HashMap;

use shardd_wasm::idempotency::{Error, IdempotencyKey};

use crate::seeds::{for_seeds, text};

#[test]
fn refuses_what_is_empty_or_too_long() {
    assert_eq!(IdempotencyKey::new(""), Err(Error::EmptyKey));
    assert_eq!(IdempotencyKey::new("x".repeat(256)), Err(Error::KeyTooLong(256)));
    assert_eq!(IdempotencyKey::new("é".repeat(128)), Err(Error::KeyTooLong(256)), "bytes count, not letters");
    let longest = IdempotencyKey::new(":".repeat(255)).expect("escapes do not count");
    assert_eq!(longest.as_str().len(), 3 * 255);
    assert_eq!(longest.scoped("x"), Err(Error::KeyTooLong(257)));
    assert_eq!(IdempotencyKey::new("x").unwrap().scoped(""), Err(Error::EmptyScope));
}

#[test]
fn keeps_the_names_that_the_library_gives() {
    for name in ["offer-8f21", "50%", "ключ", "a b", "\u{85}", "x%2Fy"] {
        assert_eq!(IdempotencyKey::new(name).unwrap().as_str(), name);
    }
    let scoped = IdempotencyKey::new("order").unwrap().scoped("charge").unwrap().into_scoped("fee").unwrap();
    assert_eq!(scoped.as_str(), "order/charge/fee");
}

#[test]
fn different_keys_have_different_names() {
    let mut names: HashMap<String, Vec<String>> = HashMap::new();
    for_seeds(20_000, |_, random| {
        let parts: Vec<String> =
            (0..random.between(1, 3)).map(|_| text(random, 4)).filter(|part| !part.is_empty()).collect();
        let Some((first, scopes)) = parts.split_first() else { return };
        let mut key = IdempotencyKey::new(first.as_str()).unwrap();
        for scope in scopes {
            key = key.into_scoped(scope).unwrap();
        }
        let known = names.entry(key.as_str().to_owned()).or_insert_with(|| parts.clone());
        assert_eq!(*known, parts, "one name for two keys: {:?}", key.as_str());
        assert_eq!(IdempotencyKey::from_name(key.as_str()), Ok(key.clone()));
        assert!(!key.as_str().bytes().any(|byte| byte.is_ascii_control()));
    });
}

#[test]
fn reads_no_names_that_it_does_not_write() {
    for_seeds(20_000, |_, random| {
        let name = text(random, 6);
        if let Ok(key) = IdempotencyKey::from_name(name.as_str()) {
            assert_eq!(key.as_str(), name);
        }
    });
    for name in ["", "a//b", "/a", "a/", ":2f", ":41", ":", ":2", "a\n", ":3a"] {
        assert_eq!(IdempotencyKey::from_name(name), Err(Error::InvalidName), "{name:?}");
    }
}

#[test]
fn random_keys_are_uuids_of_version_4() {
    let (one, other) = (IdempotencyKey::default(), IdempotencyKey::random().unwrap());
    assert_ne!(one, other);
    for key in [one, other] {
        let parsed = uuid::Uuid::parse_str(key.as_str()).unwrap();
        assert_eq!((parsed.get_version_num(), parsed.get_variant()), (4, uuid::Variant::RFC4122));
    }
}
