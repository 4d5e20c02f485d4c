//! Which figures are money or expiries, by name: what JavaScript makes bigints of.

use std::collections::BTreeSet;

use shardd_wasm::api::Operation;
use shardd_wasm::protocol::{Field, Shape};
use shardd_wasm::protocol::{MyBucketEventsFilter, MyBucketsFilter, MyEventsFilter};

use crate::stage;

const MONEY: [&str; 8] = [
    "amount",
    "balance",
    "availableBalance",
    "projectedAvailableBalance",
    "totalBalance",
    "activeHoldTotal",
    "reservedAmount",
    "holdAmount",
];

pub fn is_money(name: &str) -> bool {
    MONEY.contains(&name)
        || name.contains("ExpiresAt")
        || name.contains("expiresAt")
        || name.contains("Expiry")
}

/// One operation of each table.
pub fn operations() -> Vec<Operation> {
    vec![
        stage::write(),
        stage::read(),
        Operation::list_events("mine").unwrap(),
        Operation::get_account("mine", "alice").unwrap(),
        Operation::health(),
        Operation::edges(),
        Operation::list_my_buckets(&MyBucketsFilter::default()),
        Operation::list_my_deleted_buckets(),
        Operation::get_my_bucket("mine").unwrap(),
        Operation::list_my_bucket_events("mine", &MyBucketEventsFilter::default()).unwrap(),
        Operation::list_my_events(&MyEventsFilter::default()),
        Operation::delete_my_bucket("mine").unwrap(),
    ]
}

fn fields(shape: &Shape, found: &mut Vec<Field>) {
    match shape {
        Shape::Object(table) => {
            found.extend(*table);
            table.iter().for_each(|field| fields(&field.shape, found));
        }
        Shape::List(item) | Shape::Map(item) => fields(item, found),
        _ => {}
    }
}

#[test]
fn every_table_calls_money_what_is_money_and_nothing_else() {
    let mut seen = BTreeSet::new();
    for operation in operations() {
        let mut found = Vec::new();
        fields(&Shape::Object(operation.fields), &mut found);
        for field in found {
            let money = matches!(field.shape, Shape::Money | Shape::Hold);
            assert_eq!(money, is_money(field.name), "{} of {}", field.name, operation.path);
            if money {
                seen.insert(field.name);
            }
        }
    }
    // What only errors and reservations have is no table's.
    for name in MONEY.iter().filter(|name| **name != "projectedAvailableBalance") {
        assert!(seen.contains(name), "no table has {name}");
    }
}

#[test]
fn every_field_is_named_as_users_spell_it() {
    for operation in operations() {
        let mut found = Vec::new();
        fields(&Shape::Object(operation.fields), &mut found);
        for field in found {
            let mut parts = field.wire.split('_');
            let first = parts.next().unwrap().to_owned();
            let camel = parts.fold(first, |name, part| name + &part[..1].to_uppercase() + &part[1..]);
            assert_eq!(field.name, camel);
        }
    }
}
