//! Answers: as strings for JavaScript, as interfaces for TypeScript.
use super::text::{camel, comment};
use shardd_wasm::protocol::{Field, Mark, OBJECTS, Object, Shape};

pub fn objects() -> impl Iterator<Item = &'static Object> {
    OBJECTS.iter().flat_map(|file| file.iter())
}

/// The object that has these fields.
fn object_of(fields: &'static [Field]) -> Option<&'static Object> {
    // A constant may stand at several places, so that its address tells nothing.
    let is_same = |one: &Field, other: &Field| one.wire == other.wire && one.doc == other.doc;
    objects().find(|object| {
        object.fields.len() == fields.len()
            && object.fields.iter().zip(fields).all(|(one, other)| is_same(one, other))
    })
}

/// The type of this name.
pub fn named(type_name: &str) -> Option<&'static Object> {
    objects().find(|object| object.type_name == type_name)
}

/// `event_id:t origin_node_id:t …`.
pub fn string(object: &Object) -> String {
    let field = |field: &Field| {
        let mark = match field.mark {
            Mark::Refused => "",
            Mark::Null | Mark::Empty | Mark::No => "?",
            Mark::Status => "=",
        };
        format!("{}:{}{mark}", field.wire, kind(&field.shape))
    };
    object.fields.iter().map(field).collect::<Vec<_>>().join(" ")
}

fn kind(shape: &Shape) -> String {
    match shape {
        Shape::Text => "t".into(),
        Shape::Bucket => "b".into(),
        Shape::Flag => "f".into(),
        Shape::Money => "m".into(),
        Shape::Hold => "h".into(),
        Shape::Count => "c".into(),
        Shape::Object(_) => format!("{{{}", within(shape)),
        Shape::List(item) => format!("[{}", within(item)),
        Shape::Map(item) => format!("%{}", within(item)),
    }
}

/// The name of an object inside of another shape, or the letter of a plain value.
fn within(shape: &Shape) -> String {
    match shape {
        Shape::Object(fields) => object_of(fields).map_or("?", |object| object.name).into(),
        plain => kind(plain),
    }
}

/// Whether the integers of a client change its type.
pub fn is_generic(object: &Object) -> bool {
    object.fields.iter().chain(object.own).any(|field| has_figures(&field.shape))
}

fn has_figures(shape: &Shape) -> bool {
    match shape {
        Shape::Money | Shape::Hold => true,
        Shape::Text | Shape::Bucket | Shape::Flag | Shape::Count => false,
        Shape::List(item) | Shape::Map(item) => has_figures(item),
        Shape::Object(fields) => fields.iter().any(|field| has_figures(&field.shape)),
    }
}

/// The type with its parameter, as other types name it.
pub fn applied(object: &Object) -> String {
    format!("{}{}", object.type_name, if is_generic(object) { "<I>" } else { "" })
}

/// The interface of an object.
pub fn interface(object: &Object) -> String {
    let parameter = if is_generic(object) { "<I extends Integers = \"number\">" } else { "" };
    let mut text = comment(object.doc, "");
    text += &format!("export interface {}{parameter} {{\n", object.type_name);
    for field in object.fields.iter().chain(object.own) {
        text += &comment(field.doc, "  ");
        let null = if field.mark == Mark::Null { " | null" } else { "" };
        text += &format!("  {}: {}{null};\n", field.name, type_of(field));
    }
    text + "}\n"
}

fn type_of(field: &Field) -> String {
    if field.words.is_empty() {
        return shape_type(&field.shape);
    }
    let known: Vec<String> = field.words.iter().map(|word| format!("\"{word}\"")).collect();
    // Completion knows the words, and the type takes those of a newer server.
    format!("{} | (string & {{}})", known.join(" | "))
}

fn shape_type(shape: &Shape) -> String {
    match shape {
        Shape::Text | Shape::Bucket => "string".into(),
        Shape::Flag => "boolean".into(),
        Shape::Money | Shape::Hold => "Figure<I>".into(),
        Shape::Count => "number".into(),
        Shape::List(item) => format!("{}[]", shape_type(item)),
        Shape::Map(item) => format!("Record<string, {}>", shape_type(item)),
        Shape::Object(fields) => own_type(fields),
    }
}

/// What only the client makes has no fields on the wire, by which it could be told apart: there is one such object within others.
fn own_type(fields: &'static [Field]) -> String {
    if fields.is_empty() { "CallMeta".into() } else { object_of(fields).map_or("unknown".into(), applied) }
}

/// The names that users see.
pub fn names(object: &Object) -> Vec<String> {
    object.fields.iter().chain(object.own).map(|field| camel(field.wire)).collect()
}
