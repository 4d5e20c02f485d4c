//! What is printed as JavaScript that runs: the methods of the client.
use super::typings;
use shardd_wasm::protocol::{OPERATIONS, OperationRow};

/// What makes the class that has a method for each operation.
pub fn calls() -> String {
    let methods: String = OPERATIONS.iter().map(|row| method(row)).collect();
    format!(
        "/** A class with a method for each operation, which hands on to `call`. */\nexport const calls = (call) => class Calls {{\n{methods}}};\n"
    )
}

fn method(row: &OperationRow) -> String {
    let arguments: Vec<&str> = row.arguments.iter().map(|argument| argument.name).collect();
    let last = typings::last_argument(row);
    let parameters: Vec<&str> = arguments.iter().copied().chain([last]).collect();
    format!(
        "  {}({}) {{ return call(this, \"{}\", [{}], {last}); }}\n",
        row.name,
        parameters.join(", "),
        row.name,
        arguments.join(", ")
    )
}
