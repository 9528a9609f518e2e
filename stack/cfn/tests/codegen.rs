//! The committed resource types are what `cargo xtask codegen` writes.

#[path = "../../../xtask/src/codegen.rs"]
mod codegen;

use std::path::Path;

#[test]
fn the_committed_types_are_what_codegen_writes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let changed = codegen::run(root, true).unwrap();
    assert!(changed.is_empty(), "{changed:?} differ: run `cargo xtask codegen` and commit");
}

#[test]
fn names_become_snake_case_with_acronyms_whole() {
    for (from, to) in [
        ("S3Bucket", "s3_bucket"),
        ("OKActions", "ok_actions"),
        ("NotificationARNs", "notification_arns"),
        ("TemplateURL", "template_url"),
        ("SSEAlgorithm", "sse_algorithm"),
        ("KmsMasterKeyId", "kms_master_key_id"),
    ] {
        assert_eq!(codegen::names::snake(from), to);
    }
}

#[test]
fn a_directory_without_schemas_is_refused_and_named() {
    let err = codegen::generate(Path::new("no-such-directory")).unwrap_err();
    assert!(err.starts_with("no-such-directory: "), "{err}");
}
