//! A cursor over JSON text: checks syntax, skips values, cuts out strings and numbers. No allocation.

use super::reader::ReadError;

/// Deeper nesting than this is hostile.
const DEPTH_MAX: u32 = 64;

/// A place in JSON text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Cursor { text, at: 0 }
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
        loop {
            match self.byte() {
                b'"' => break,
                b'\\' => self.escape()?,
                // Control characters, and the end of the text.
                0..0x20 => return Err(ReadError::Syntax),
                _ => self.at += 1,
            }
        }
        let inside = self.since(from);
        self.at += 1;
        Ok(inside)
    }

    fn escape(&mut self) -> Result<(), ReadError> {
        self.at += 1;
        let digits = match self.byte() {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => 0,
            b'u' => 4,
            _ => return Err(ReadError::Syntax),
        };
        self.at += 1;
        for _ in 0..digits {
            if !self.byte().is_ascii_hexdigit() {
                return Err(ReadError::Syntax);
            }
            self.at += 1;
        }
        Ok(())
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

    /// The members of an object; `member` must pass each value.
    pub(super) fn members(
        &mut self,
        member: &mut dyn FnMut(&mut Self, &'a str) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        self.expect(b'{')?;
        if self.eat(b'}') {
            return Ok(());
        }
        loop {
            self.peek();
            let key = self.string()?;
            self.expect(b':')?;
            member(self, key)?;
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

/// The value of a member of the object `body`, as written.
pub fn member<'a>(body: &'a [u8], name: &str) -> Option<&'a str> {
    let mut cursor = Cursor::new(std::str::from_utf8(body).ok()?);
    let mut found = None;
    let read = cursor.members(&mut |cursor, key| {
        cursor.peek();
        let from = cursor.at;
        cursor.skip(1)?;
        if key == name {
            found = Some(cursor.since(from));
        }
        Ok(())
    });
    read.ok().and(found)
}

/// The items of an array, as written; none where `text` is no array.
pub fn elements(text: &str) -> Vec<&str> {
    let mut cursor = Cursor::new(text);
    let mut elements = Vec::new();
    let read = cursor.items(&mut |cursor| {
        cursor.peek();
        let from = cursor.at;
        cursor.skip(1)?;
        elements.push(cursor.since(from));
        Ok(())
    });
    if read.is_err() {
        elements.clear();
    }
    elements
}

/// A plain value, cut out of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scalar<'a> {
    /// A string as written, escapes and all.
    Text(&'a str),
    /// A whole number that fits.
    Whole(i64),
    /// A truth value.
    Flag(bool),
}

/// Calls `found` with each plain member of the object `body`; anything else in it is passed over. `None` where
/// `body` is not one JSON object.
pub fn pick<'a>(body: &'a [u8], found: &mut dyn FnMut(&str, Scalar<'a>)) -> Option<()> {
    let mut cursor = Cursor::new(std::str::from_utf8(body).ok()?);
    let read = cursor.members(&mut |cursor, key| {
        let first = cursor.peek();
        let from = cursor.at;
        cursor.skip(1)?;
        let written = cursor.since(from);
        match first {
            b'"' => found(key, Scalar::Text(written.get(1..written.len() - 1).unwrap_or(""))),
            b't' | b'f' => found(key, Scalar::Flag(first == b't')),
            b'-' | b'0'..=b'9' => {
                if let Ok(whole) = written.parse() {
                    found(key, Scalar::Whole(whole));
                }
            }
            _ => {}
        }
        Ok(())
    });
    (read.is_ok() && cursor.is_at_end()).then_some(())
}
