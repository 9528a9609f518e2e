//! The committed resource types are what `cargo xtask codegen` writes.

#[path = "../../../xtask/src/codegen.rs"]
mod codegen;

use codegen::schemas;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::{fs, process};

/// A copy of what codegen reads and writes.
fn copy() -> std::io::Result<tempfile::TempDir> {
    let (root, copy) = (Path::new(env!("CARGO_MANIFEST_DIR")), tempfile::tempdir()?);
    for directory in ["schemas", "src/resources"] {
        fs::create_dir_all(copy.path().join(directory))?;
        for entry in fs::read_dir(root.join(directory))? {
            let entry = entry?;
            fs::copy(entry.path(), copy.path().join(directory).join(entry.file_name()))?;
        }
    }
    fs::copy(root.join("Cargo.toml"), copy.path().join("Cargo.toml"))?;
    Ok(copy)
}

fn read(path: PathBuf) -> String {
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

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

#[test]
fn a_type_of_the_archive_is_added_with_its_feature_and_then_nothing_changes() {
    let copy = copy().unwrap();
    let file = schemas::add(&copy.path().join("schemas"), "AWS::KMS::Key", None).unwrap();
    assert!(file.ends_with("aws-kms-key.json"));
    let changed = codegen::run(copy.path(), true).unwrap();
    assert!(changed.contains(&"kms.rs".to_owned()), "--check sees what is missing: {changed:?}");
    codegen::run(copy.path(), false).unwrap();
    assert!(codegen::run(copy.path(), true).unwrap().is_empty());
    let text = read(copy.path().join("src/resources/kms.rs"));
    assert!(text.contains("Key = \"AWS::KMS::Key\";"), "{text}");
    assert!(text.contains("arn: crate::Arn = \"Arn\";"), "{text}");
    assert!(read(copy.path().join("Cargo.toml")).contains("\nkms = []\n"));
    assert!(read(copy.path().join("src/resources/mod.rs")).contains("pub mod kms;"));
    assert!(read(copy.path().join("src/resources/handlers.rs")).contains("kms:CreateKey"));
}

#[test]
fn the_committed_schemas_are_those_of_the_archive() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let copy = copy().unwrap();
    let mut compared = 0;
    for schema in schemas::all(&root).unwrap() {
        let kind = schema["typeName"].as_str().unwrap();
        let name = format!("{}.json", kind.to_lowercase().replace("::", "-"));
        if root.join(&name).exists() && compared < 5 {
            schemas::add(&copy.path().join("schemas"), kind, None).unwrap();
            assert_eq!(read(root.join(&name)), read(copy.path().join("schemas").join(&name)));
            compared += 1;
        }
    }
    assert_eq!(compared, 5);
}

#[test]
fn a_schema_is_taken_from_a_file_or_a_directory() {
    let copy = copy().unwrap();
    let schemas = copy.path().join("schemas");
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    for from in [from.join("awkward.json"), from] {
        let file = schemas::add(&schemas, "AWS::Odd::Awkward", Some(&from)).unwrap();
        assert_eq!(read(file.clone()).matches("\"typeName\"").count(), 1);
        fs::remove_file(file).unwrap();
    }
}

#[test]
fn a_type_that_is_nowhere_is_refused_with_what_there_is() {
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let error = schemas::add(&schemas, "AWS::KMS::Kee", None).unwrap_err();
    assert!(error.contains("of AWS::KMS it has AWS::KMS::Alias, AWS::KMS::Key"), "{error}");
    assert!(error.contains("--from"), "{error}");
    let error = schemas::add(&schemas, "Key", None).unwrap_err();
    assert!(error.contains("AWS::KMS::Key"), "{error}");
    let file = schemas.join("aws-sqs-queue.json");
    let error = schemas::add(&schemas, "AWS::KMS::Key", Some(&file)).unwrap_err();
    assert!(error.contains("it has AWS::SQS::Queue"), "{error}");
}

#[test]
fn awkward_schemas_get_names_of_their_own() {
    let schema = serde_json::from_str(include_str!("awkward.json")).unwrap();
    let text = codegen::text_of([schema]).unwrap().remove("odd.rs").unwrap();
    for row in [
        "n2xx: i64 = \"2xx\" [\"at least 1, at most 9\"] Number(1.0, 9.0);",
        "arn: String = \"ARN\";",
        "arn: crate::Arn = \"Arn\";",
        "awkward: self::awkward::TreeNode = \"Awkward\";",
        "either: crate::Json = \"Either\";",
        "match_: crate::Json = \"Match\";",
        "mode: self::awkward::Mode = \"Mode\";",
        "new_: bool = \"New\";",
        "reference_: crate::Val<String> = \"Reference\";",
        "tags: crate::Keyed<String> = \"Tags\";",
        "text: self::awkward::StringType = \"Text\";",
        "twin: self::awkward::TreeNodeType = \"Twin\";",
        "type_: String = \"Type\" [\"one of `a`, `A`\"];",
        "self_: String = \"self\";",
        "children: Vec<TreeNode> = \"Children\";",
        "closed! { Mode { N1d = \"1d\", Self_ = \"SELF\", X86_64 = \"x86_64\" } }",
        "/// A type that has what is awkward.\n",
    ] {
        assert!(text.contains(row), "{row} is not in\n{text}");
    }
}

/// Compiles the binding with types that have unions, patterns, nested and recursive definitions,
/// keywords, and many required properties, and the awkward one.
#[test]
fn added_types_compile() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let copy = copy().unwrap();
    let binding = copy.path();
    for kind in [
        "AWS::ApiGateway::Method",
        "AWS::Batch::JobDefinition",
        "AWS::ECS::TaskDefinition",
        "AWS::IoT::TopicRule",
        "AWS::KMS::Key",
        "AWS::SSM::Parameter",
    ] {
        schemas::add(&binding.join("schemas"), kind, None).unwrap();
    }
    let from = root.join("tests/awkward.json");
    schemas::add(&binding.join("schemas"), "AWS::Odd::Awkward", Some(&from)).unwrap();
    codegen::run(binding, false).unwrap();
    for entry in fs::read_dir(root.join("src")).unwrap().flatten() {
        if entry.path().is_file() {
            fs::copy(entry.path(), binding.join("src").join(entry.file_name())).unwrap();
        }
    }
    fs::copy(root.join("README.md"), binding.join("README.md")).unwrap();
    // The crate inherits from the workspace: give it one of its own.
    let workspace = read(root.join("../../Cargo.toml"));
    let own = |line: &&str| !line.starts_with("members =") && !line.contains("{ path = ");
    let workspace: Vec<&str> =
        workspace.lines().take_while(|line| !line.starts_with("[profile")).filter(own).collect();
    let manifest = read(binding.join("Cargo.toml"));
    let (manifest, _) = manifest.split_once("[dev-dependencies]").unwrap();
    fs::write(binding.join("Cargo.toml"), format!("{}\n{manifest}", workspace.join("\n"))).unwrap();
    fs::copy(root.join("../../Cargo.lock"), binding.join("Cargo.lock")).unwrap();
    let done = process::Command::new(env!("CARGO"))
        .args([
            "check",
            "--offline",
            "--quiet",
            "--features",
            "apigateway,batch,ecs,iot,kms,odd,ssm",
        ])
        .current_dir(binding)
        .env("CARGO_TARGET_DIR", env!("CARGO_TARGET_TMPDIR"))
        .env("RUSTFLAGS", "-D warnings")
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn every_type_of_the_archive_has_a_table() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let all = schemas::all(&root).unwrap();
    let three = |schema: &&Value| {
        schema["typeName"].as_str().is_some_and(|name| name.split("::").count() == 3)
    };
    let count = all.iter().filter(three).count();
    assert!(count > 1_800, "{count}");
    let text = codegen::text_of(all.iter().filter(three).cloned()).unwrap();
    let tables: usize = text.values().map(|text| text.matches("\nresource! {").count()).sum();
    assert_eq!(tables, count);
}
