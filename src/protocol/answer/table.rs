//! The macro that makes a type and a table of each object that answers are made of.

/// Each object is its name in the JavaScript tables, its type, the fields that the ledger sends, and after `and` those that the client adds.
/// A field is `name: Kind`, with `as "type"` where its name on the wire is no name in Rust, and with `or` and what it is where it is
/// missing: `null`, `empty`, `status` (whether the status was 200), `no`. Kinds are `Text`, `Bucket`, `Flag`, `Money`, `Hold`, `Count`,
/// `(Words)` for a text of known words, `[Kind]` for a list, `{Kind}` for a map, or another object.
macro_rules! answers {
    ($list:ident: $(
        $(#[doc = $doc:literal])+
        $(#[derive($($derive:ident),+)])?
        $name:literal $Type:ident {
            $($(#[doc = $told:literal])+ $field:ident $(as $wire:literal)?: $kind:tt $(or $missing:ident)?,)*
        } $(and {
            $($(#[doc = $own_told:literal])+ $own:ident: $own_kind:tt,)*
        })?
    )+) => {
        $(
            $(#[doc = $doc])+
            #[derive(Clone, Debug, PartialEq, Eq $($(, $derive)+)?)]
            #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
            pub struct $Type {
                $(
                    $(#[doc = $told])+
                    $(#[cfg_attr(feature = "serde", serde(rename = $wire))])?
                    pub $field: answers!(@type $kind $($missing)?),
                )*
                $($($(#[doc = $own_told])+ pub $own: answers!(@type $own_kind),)*)?
            }

            impl $Type {
                /// What the ledger sends, in its order.
                pub const FIELDS: &'static [$crate::protocol::Field] = {
                    static FIELDS: &[$crate::protocol::Field] = &[$($crate::protocol::Field {
                        shape: answers!(@shape $kind),
                        optional: answers!(@optional $($missing)?),
                        #[cfg(not(target_arch = "wasm32"))]
                        doc: concat!($($told, "\n"),+),
                        #[cfg(not(target_arch = "wasm32"))]
                        mark: answers!(@mark $($missing)?),
                        #[cfg(not(target_arch = "wasm32"))]
                        words: answers!(@words $kind),
                        ..$crate::protocol::Field::new(
                            answers!(@wire $field $($wire)?),
                            $crate::protocol::name::camel!(answers!(@wire $field $($wire)?)),
                            $crate::protocol::Shape::Text,
                        )
                    },)*];
                    FIELDS
                };

                /// What the client adds.
                pub const OWN: &'static [$crate::protocol::Field] = {
                    static OWN: &[$crate::protocol::Field] = &[$($($crate::protocol::Field {
                        #[cfg(not(target_arch = "wasm32"))]
                        doc: concat!($($own_told, "\n"),+),
                        #[cfg(not(target_arch = "wasm32"))]
                        words: answers!(@words $own_kind),
                        ..$crate::protocol::Field::new(
                            stringify!($own),
                            $crate::protocol::name::camel!(stringify!($own)),
                            answers!(@shape $own_kind),
                        )
                    },)*)?];
                    OWN
                };

                /// The object with its documentation, for the printers.
                #[cfg(not(target_arch = "wasm32"))]
                pub const OBJECT: $crate::protocol::Object = $crate::protocol::Object {
                    name: $name,
                    type_name: stringify!($Type),
                    doc: concat!($($doc, "\n"),+),
                    fields: Self::FIELDS,
                    own: Self::OWN,
                };
            }
        )+

        /// The objects of this file.
        #[cfg(not(target_arch = "wasm32"))]
        pub(in crate::protocol) const $list: &[$crate::protocol::Object] = &[$($Type::OBJECT),+];
    };

    (@type $kind:tt null) => { Option<answers!(@type $kind)> };
    (@type $kind:tt $missing:ident) => { answers!(@type $kind) };
    (@type Text) => { String };
    (@type Bucket) => { String };
    (@type Flag) => { bool };
    (@type Money) => { i64 };
    (@type Hold) => { u64 };
    (@type Count) => { u64 };
    (@type Count32) => { u32 };
    (@type Count16) => { u16 };
    (@type ($Words:ident)) => { $Words };
    (@type [$kind:tt]) => { Vec<answers!(@type $kind)> };
    (@type {$kind:tt}) => { std::collections::BTreeMap<String, answers!(@type $kind)> };
    (@type $Type:ident) => { $Type };

    (@shape Text) => { $crate::protocol::Shape::Text };
    (@shape Bucket) => { $crate::protocol::Shape::Bucket };
    (@shape Flag) => { $crate::protocol::Shape::Flag };
    (@shape Money) => { $crate::protocol::Shape::Money };
    (@shape Hold) => { $crate::protocol::Shape::Hold };
    (@shape Count) => { $crate::protocol::Shape::Count };
    (@shape Count32) => { $crate::protocol::Shape::Count };
    (@shape Count16) => { $crate::protocol::Shape::Count };
    (@shape ($Words:ident)) => { $crate::protocol::Shape::Text };
    (@shape [$kind:tt]) => { $crate::protocol::Shape::List(&answers!(@shape $kind)) };
    (@shape {$kind:tt}) => { $crate::protocol::Shape::Map(&answers!(@shape $kind)) };
    (@shape $Type:ident) => { $crate::protocol::Shape::Object($Type::FIELDS) };

    (@words ($Words:ident)) => { $Words::KNOWN };
    (@words $kind:tt) => { &[] };

    (@optional) => { false };
    (@optional $missing:ident) => { true };

    (@mark) => { $crate::protocol::Mark::Refused };
    (@mark null) => { $crate::protocol::Mark::Null };
    (@mark empty) => { $crate::protocol::Mark::Empty };
    (@mark status) => { $crate::protocol::Mark::Status };
    (@mark no) => { $crate::protocol::Mark::No };

    (@wire $field:ident) => { stringify!($field) };
    (@wire $field:ident $wire:literal) => { $wire };
}
pub(crate) use answers;

/// A type of each set of words that the ledger uses; a word that this version does not know is kept.
macro_rules! words {
    ($($(#[$attribute:meta])* $Type:ident { $($(#[doc = $told:literal])+ $Word:ident = $word:literal,)+ } else $(#[doc = $else_told:literal])+)+) => {$(
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        pub enum $Type {
            $(
                $(#[doc = $told])+
                #[cfg_attr(feature = "serde", serde(rename = $word))]
                $Word,
            )+
            $(#[doc = $else_told])+
            #[cfg_attr(feature = "serde", serde(untagged))]
            Other(String),
        }

        impl $Type {
            /// The words that this version knows, as the ledger writes them.
            pub const KNOWN: &'static [&'static str] = &[$($word),+];

            /// The word as the ledger writes it.
            pub fn as_str(&self) -> &str {
                match self {
                    $($Type::$Word => $word,)+
                    $Type::Other(word) => word,
                }
            }
        }
    )+};
}
pub(crate) use words;
