//! What has shown something once is looked at every time: `tests/corpus`, each file named for what it shows.

use std::fs;
use std::path::Path;

use shardd_wasm::json::Integers;

use crate::money::operations;
use crate::oracle::{Findings, picks_alike, reads_alike, tells_the_truth};
use crate::stage::answer;

#[test]
fn the_corpus_is_read_as_serde_json_reads_it() {
    let folder = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus")).unwrap();
    let mut files = 0;
    for path in folder.map(|file| file.unwrap().path()) {
        let body = fs::read(&path).unwrap();
        let mut findings = Findings::new();
        picks_alike(&body, &mut findings);
        for operation in operations() {
            reads_alike(&body, &operation, &mut findings);
            for integers in [Integers::Number, Integers::BigInt] {
                for status in [200, 201, 301, 400, 408, 422, 429, 503] {
                    tells_the_truth(&answer(status, &body), &operation, integers, &mut findings);
                }
            }
        }
        assert!(findings.is_empty(), "{}:\n{}", path.display(), findings.join("\n"));
        files += 1;
    }
    assert!(files > 20, "the corpus is there");
}
