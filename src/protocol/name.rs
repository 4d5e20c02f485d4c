//! From names on the wire to those that users see, when the tables are compiled.

/// How many letters of `wire` are left in camel case.
pub const fn camel_len(wire: &str) -> usize {
    let mut bytes = wire.as_bytes();
    let mut len = 0;
    while let [first, rest @ ..] = bytes {
        len += (*first != b'_') as usize;
        bytes = rest;
    }
    len
}

/// `hold_amount` as `holdAmount`.
pub const fn camel_bytes<const LEN: usize>(wire: &str) -> [u8; LEN] {
    let mut bytes = wire.as_bytes();
    let mut name = [0; LEN];
    let mut rest_of_name = name.as_mut_slice();
    let mut capital = false;
    while let [first, rest @ ..] = bytes {
        if *first == b'_' {
            capital = true;
        } else if let [place, after @ ..] = rest_of_name {
            *place = if capital { first.to_ascii_uppercase() } else { *first };
            capital = false;
            rest_of_name = after;
        }
        bytes = rest;
    }
    name
}

/// The text of these bytes, which come from one.
pub const fn text_of(bytes: &'static [u8]) -> &'static str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => "",
    }
}

/// The name that users see of what is called `$wire` on the wire.
macro_rules! camel {
    ($wire:expr) => {{
        const WIRE: &str = $wire;
        const NAME: [u8; $crate::protocol::camel_len(WIRE)] = $crate::protocol::camel_bytes(WIRE);
        $crate::protocol::text_of(&NAME)
    }};
}
pub(crate) use camel;

#[cfg(test)]
mod tests {
    #[test]
    fn names_become_camel_case() {
        assert_eq!(camel!("hold_expires_at_unix_ms"), "holdExpiresAtUnixMs");
        assert_eq!(camel!("type"), "type");
    }
}
