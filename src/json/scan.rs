//! A cursor over JSON text: checks syntax, skips values, cuts out strings and numbers.

use std::borrow::Cow;

use super::reader::ReadError;

/// Deeper nesting than this is hostile.
pub(super) const DEPTH_MAX: u32 = 64;

/// A place in JSON text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    /// Whether the last string had an escape in it.
    escaped: bool,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Cursor { text, at: 0, escaped: false }
    }

    fn byte(&self) -> u8 {
        // 0 is no JSON, so the end of the text needs no case of its own.
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    /// The next byte that is not white space; it stays.
    pub(super) fn peek(&mut self) -> u8 {
        while matches!(self.byte(), b' ' | b'\n' | b'\r' | b'\t') {
            self.at += 1;
        }
        self.byte()
    }

    /// Whether nothing but white space is left.
    pub(super) fn is_at_end(&mut self) -> bool {
        self.peek();
        self.at >= self.text.len()
    }

    /// Takes `byte` if it comes next.
    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == byte;
        self.at += usize::from(found);
        found
    }

    pub(super) fn expect(&mut self, byte: u8) -> Result<(), ReadError> {
        if self.eat(byte) { Ok(()) } else { Err(ReadError::Syntax) }
    }

    /// What was passed since `from`.
    pub(super) fn since(&self, from: usize) -> &'a str {
        self.text.get(from..self.at).unwrap_or("")
    }

    /// A string, as written between its quotes: escapes are checked and left as they are.
    pub(super) fn string(&mut self) -> Result<&'a str, ReadError> {
        self.expect(b'"')?;
        let from = self.at;
        self.escaped = false;
        loop {
            match self.byte() {
                b'"' => break,
                b'\\' => {
                    self.escape()?;
                    self.escaped = true;
                }
                // Control characters, and the end of the text.
                0..0x20 => return Err(ReadError::Syntax),
                _ => self.at += 1,
            }
        }
        let inside = self.since(from);
        self.at += 1;
        Ok(inside)
    }

    /// The character that an escape stands for. Half a surrogate pair stands for none: no ledger can have it in
    /// its text, and readers of JSON differ in what they make of it.
    fn escape(&mut self) -> Result<char, ReadError> {
        self.at += 1;
        let letter = self.byte();
        self.at += 1;
        Ok(match letter {
            b'"' | b'\\' | b'/' => char::from(letter),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let mut code = self.unit()?;
                if code & 0xfc00 == 0xd800 && self.byte() == b'\\' {
                    self.at += 1;
                    if self.byte() != b'u' {
                        return Err(ReadError::Syntax);
                    }
                    self.at += 1;
                    let low = self.unit()?;
                    if low & 0xfc00 != 0xdc00 {
                        return Err(ReadError::Syntax);
                    }
                    code = 0x1_0000 + ((code & 0x3ff) << 10 | low & 0x3ff);
                }
                char::from_u32(code).ok_or(ReadError::Syntax)?
            }
            _ => return Err(ReadError::Syntax),
        })
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Result<u32, ReadError> {
        let mut unit = 0;
        for _ in 0..4 {
            unit = unit << 4 | char::from(self.byte()).to_digit(16).ok_or(ReadError::Syntax)?;
            self.at += 1;
        }
        Ok(unit)
    }

    /// A number, as written.
    pub(super) fn number(&mut self) -> Result<&'a str, ReadError> {
        self.peek();
        let from = self.at;
        self.at += usize::from(self.byte() == b'-');
        let leading_zero = self.byte() == b'0';
        let whole = self.digits()?;
        if leading_zero && whole > 1 {
            return Err(ReadError::Syntax);
        }
        if self.byte() == b'.' {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.byte(), b'e' | b'E') {
            self.at += 1;
            self.at += usize::from(matches!(self.byte(), b'+' | b'-'));
            self.digits()?;
        }
        Ok(self.since(from))
    }

    fn digits(&mut self) -> Result<usize, ReadError> {
        let from = self.at;
        while self.byte().is_ascii_digit() {
            self.at += 1;
        }
        if self.at == from { Err(ReadError::Syntax) } else { Ok(self.at - from) }
    }

    /// `true`, `false` or `null`, if it comes next.
    pub(super) fn word(&mut self, word: &str) -> bool {
        self.peek();
        let found = self.text.get(self.at..).is_some_and(|rest| rest.starts_with(word));
        self.at += if found { word.len() } else { 0 };
        found
    }

    /// Passes one value of any kind.
    pub(super) fn skip(&mut self, depth: u32) -> Result<(), ReadError> {
        if depth > DEPTH_MAX {
            return Err(ReadError::Syntax);
        }
        match self.peek() {
            b'"' => self.string().map(drop),
            b'-' | b'0'..=b'9' => self.number().map(drop),
            b'{' => self.members(&mut |cursor, _| cursor.skip(depth + 1)),
            b'[' => self.items(&mut |cursor| cursor.skip(depth + 1)),
            _ if self.word("true") || self.word("false") || self.word("null") => Ok(()),
            _ => Err(ReadError::Syntax),
        }
    }

    /// The members of an object, by what their keys mean; `member` must pass each value.
    pub(super) fn members(
        &mut self,
        member: &mut dyn FnMut(&mut Self, &str) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        self.expect(b'{')?;
        if self.eat(b'}') {
            return Ok(());
        }
        loop {
            self.peek();
            let key = self.string()?;
            self.expect(b':')?;
            if self.escaped {
                member(self, &meaning(key))?;
            } else {
                member(self, key)?;
            }
            if self.eat(b'}') {
                return Ok(());
            }
            self.expect(b',')?;
        }
    }

    /// The items of an array; `item` must pass each.
    pub(super) fn items(
        &mut self,
        item: &mut dyn FnMut(&mut Self) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        self.expect(b'[')?;
        if self.eat(b']') {
            return Ok(());
        }
        loop {
            item(self)?;
            if self.eat(b']') {
                return Ok(());
            }
            self.expect(b',')?;
        }
    }
}

/// What a string means, from what is written between its quotes.
pub(super) fn meaning(written: &str) -> Cow<'_, str> {
    if !written.as_bytes().contains(&b'\\') {
        return Cow::Borrowed(written);
    }
    let mut cursor = Cursor::new(written);
    let mut text = String::with_capacity(written.len());
    loop {
        let from = cursor.at;
        while !matches!(cursor.byte(), 0 | b'\\') {
            cursor.at += 1;
        }
        text.push_str(cursor.since(from));
        // The text has been checked: here is its end or an escape.
        match cursor.byte() {
            0 => return Cow::Owned(text),
            _ => text.extend(cursor.escape()),
        }
    }
}
