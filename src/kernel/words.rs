//! What a function says: 32-bit words, and bytes whose places the words name.

/// What a function says.
pub(super) struct Words {
    words: Vec<i32>,
    /// Bytes that the words point to, alive until the next call.
    bytes: Vec<Vec<u8>>,
    figures: Vec<f64>,
}

impl Words {
    pub(super) const fn new() -> Words {
        Words { words: Vec::new(), bytes: Vec::new(), figures: Vec::new() }
    }

    pub(super) fn begin(&mut self) {
        self.words.clear();
        self.bytes.clear();
        self.figures.clear();
    }

    pub(super) fn push(&mut self, words: &[i32]) {
        self.words.extend_from_slice(words);
    }

    /// Says where these bytes are, and how many.
    pub(super) fn push_bytes(&mut self, bytes: Vec<u8>) {
        self.push(&[bytes.as_ptr() as i32, bytes.len() as i32]);
        self.bytes.push(bytes);
    }

    /// The same of a text that is in the memory for good.
    pub(super) fn push_static(&mut self, text: &'static str) {
        self.push(&[text.as_ptr() as i32, text.len() as i32]);
    }

    pub(super) fn push_figure(&mut self, figure: f64) {
        self.figures.push(figure);
    }

    pub(super) fn figure(&self, at: usize) -> f64 {
        self.figures.get(at).copied().unwrap_or(0.0)
    }

    /// Says in the first two words which call it is, and when to come back.
    pub(super) fn head(&mut self, call: i32, wake_in_ms: i32) -> u32 {
        if let [first, second, ..] = &mut *self.words {
            (*first, *second) = (call, wake_in_ms);
        }
        self.place()
    }

    /// The place of the words.
    pub(super) fn place(&self) -> u32 {
        self.words.as_ptr() as u32
    }
}

/// A figure that a word can hold; the largest that it can for any beyond.
pub(super) fn word(figure: u64) -> i32 {
    i32::try_from(figure).unwrap_or(i32::MAX)
}

/// -1 where there is none.
pub(super) fn word_or_none(figure: Option<u64>) -> i32 {
    figure.map_or(-1, word)
}
