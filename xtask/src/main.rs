//! Set-up, build, demo, test and bench of shardd-wasm.
fn main() {}
