//! The artifact bucket in a scripted account: one that is finished is left alone, one that was
//! left half-made is finished, and a lost race for making it is no failure.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use guardian_cli::artifacts::Artifacts;
use guardian_tests::stub::{Reply, Request, Stub};

fn config(stub: &Stub) -> SdkConfig {
    let credentials = Credentials::new("test", "test", None, None, "test");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .endpoint_url(stub.endpoint())
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build()
}

/// Serves S3 by its method and query.
fn account(s3: impl Fn(&str, &str) -> Reply + Send + Sync + 'static) -> Stub {
    Stub::serve(move |request: &Request| {
        let method = request.action.split(' ').next().unwrap_or_default();
        s3(method, request.path.split_once('?').map_or("", |(_, query)| query))
    })
    .unwrap()
}

/// What was written, in order: the query of each PUT.
fn written(stub: &Stub) -> Vec<String> {
    let puts = stub.calls().into_iter().filter(|call| call.action.starts_with("PUT "));
    let query = |path: String| path.split_once('?').map_or(String::new(), |(_, q)| q.to_owned());
    puts.map(|call| query(call.path)).collect()
}

const SETTINGS: [&str; 6] =
    ["publicAccessBlock", "ownershipControls", "encryption", "versioning", "lifecycle", "policy"];

#[tokio::test]
async fn a_bucket_that_was_left_half_made_is_finished_with_its_policy_last() {
    let stub = account(|method, query| match (method, query) {
        ("GET", "policy") => Reply::s3_error(404, "NoSuchBucketPolicy", "no policy"),
        _ => Reply::xml(200, ""),
    });
    let artifacts = Artifacts::in_account(&config(&stub), "123456789012");
    assert!(!artifacts.ensure().await.unwrap());
    assert_eq!(written(&stub), SETTINGS);
}

#[tokio::test]
async fn a_bucket_that_is_finished_is_left_alone() {
    let stub = account(|method, query| match (method, query) {
        ("GET", "policy") => Reply::xml(200, "{}"),
        _ => Reply::xml(200, ""),
    });
    let artifacts = Artifacts::in_account(&config(&stub), "123456789012");
    assert!(!artifacts.ensure().await.unwrap());
    assert_eq!(written(&stub), Vec::<String>::new());
}

#[tokio::test]
async fn a_lost_race_for_the_bucket_is_no_failure_and_one_of_somebody_else_is() {
    for (code, ours) in [("BucketAlreadyOwnedByYou", true), ("BucketAlreadyExists", false)] {
        let stub = account(move |method, query| match (method, query) {
            ("HEAD", _) => Reply::s3_error(404, "NotFound", ""),
            ("PUT", "") => Reply::s3_error(409, code, "taken"),
            _ => Reply::xml(200, ""),
        });
        let artifacts = Artifacts::in_account(&config(&stub), "123456789012");
        let ended = artifacts.ensure().await;
        assert_eq!(ended.is_ok(), ours, "{code}");
        if let Err(failure) = ended {
            assert!(failure.report.to_string().contains("belongs to another account"));
            assert_eq!(written(&stub), [""]);
        } else {
            assert_eq!(written(&stub)[1..], SETTINGS);
        }
    }
}
