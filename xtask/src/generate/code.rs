//! What is printed as JavaScript that runs: the methods of the client, and the readers of the rows that come by the thousand.
use super::{answers, typings};
use shardd_wasm::protocol::{
    AccountBalance, Field, LedgerEvent, OPERATIONS, Object, OperationRow, ReservedByOrigin, Shape,
};

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

/// Engines give all objects of one literal one shape, and write ten thousand in the time that a loop over a table takes for two thousand.
pub fn rows() -> String {
    let rows = [&LedgerEvent::OBJECT, &AccountBalance::OBJECT, &ReservedByOrigin::OBJECT];
    let readers: Vec<String> = rows.into_iter().map(reader).collect();
    format!(
        "// `as` reads a value of each kind, and throws where it is another one.\n\n{}",
        readers.join("\n")
    )
}

fn reader(object: &Object) -> String {
    let fields: String =
        object.fields.iter().map(|field| format!("    {}: {},\n", field.name, read(field))).collect();
    format!(
        "/** {}. */\nexport function {}(row, as) {{\n  as.holds(row, {});\n  return {{\n{fields}  }};\n}}\n",
        super::text::first_sentence(object.doc),
        object.name,
        object.fields.len()
    )
}

fn read(field: &Field) -> String {
    let value = format!("row.{}", field.wire);
    let read = match field.shape {
        Shape::Text | Shape::Bucket => format!("as.text({value})"),
        Shape::Money => format!("as.money({value})"),
        Shape::Hold => format!("as.hold({value})"),
        Shape::Count => format!("as.count({value})"),
        Shape::Flag => format!("as.flag({value})"),
        Shape::Map(_) => format!("as.map({value}, {})", answers::within_shape(&field.shape)),
        Shape::Object(_) => format!("{}({value}, as)", answers::within_shape(&field.shape)),
        Shape::List(_) => format!("as.list({value}, {})", answers::within_shape(&field.shape)),
    };
    // A map that is missing is for the reader in the wasm to say.
    let may_be_null = field.optional && !matches!(field.shape, Shape::Map(_) | Shape::List(_));
    if may_be_null { format!("{value} === null ? null : {read}") } else { read }
}
