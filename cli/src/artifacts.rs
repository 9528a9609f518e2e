//! The artifact bucket: made if it is missing, private, encrypted, versioned and only over TLS;
//! and uploads by content hash. Its callers decide what is uploaded. `select` decides
//! which objects can be removed, from those in use by stacks (`used`) and stack sets (`sets`);
//! `objects` removes them. `readers` grants other accounts read access.

pub mod objects;
pub mod readers;
pub mod select;
pub mod sets;
pub mod used;

use crate::exit::Failure;
use crate::text::hex;
use aws_config::SdkConfig;
use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{
    BucketLifecycleConfiguration, BucketLocationConstraint, BucketVersioningStatus,
    ChecksumAlgorithm, ChecksumMode, CreateBucketConfiguration, ExpirationStatus,
    LifecycleExpiration, LifecycleRule, LifecycleRuleFilter, NoncurrentVersionExpiration,
    ObjectOwnership, OwnershipControls, OwnershipControlsRule, PublicAccessBlockConfiguration,
    ServerSideEncryption, ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration,
    ServerSideEncryptionRule, VersioningConfiguration,
};
use guardian_aws::AwsError;
use guardian_aws::clock::now_ms;
use guardian_contract::Partition;
use guardian_stack::ci::PREVIEWS;
use serde_json::{Value, json};

/// The artifact bucket of one account and region; all projects in them share it.
#[derive(Debug, Clone)]
pub struct Artifacts {
    client: Client,
    /// Account, twelve digits: every call requires that this account owns the bucket.
    account: String,
    /// Region.
    region: String,
    /// Name of the bucket.
    pub bucket: String,
    /// Endpoint other than AWS, if there is one.
    endpoint: Option<String>,
}

/// A deploy uploads an object again if it is older than this: a day, the minimum age that
/// `guardian gc` accepts.
const REFRESH_AFTER_MS: i64 = 86_400_000;

/// Name of the bucket: the same for every deploy in an account and region.
pub fn bucket_name(account: &str, region: &str) -> String {
    format!("{}-{region}", bucket_stem(account))
}

/// The same without the region: the template of a stack set adds that of its stack.
pub fn bucket_stem(account: &str) -> String {
    format!("guardian-artifacts-{account}")
}

/// URL under which CloudFormation reads an object. The bucket is in the path: CloudFormation takes
/// both forms, and an emulator knows no bucket by its host name.
pub fn object_url(endpoint: Option<&str>, region: &str, bucket: &str, key: &str) -> String {
    match endpoint {
        Some(endpoint) => format!("{}/{bucket}/{key}", endpoint.trim_end_matches('/')),
        None => {
            let suffix = Partition::of_region_or_aws(region).dns_suffix;
            format!("https://s3.{region}.{suffix}/{bucket}/{key}")
        }
    }
}

/// The policy of the bucket: nothing without TLS. It is written last: a bucket that has it is
/// finished.
fn policy(bucket: &str, region: &str) -> Value {
    let arn = format!("arn:{}:s3:::{bucket}", Partition::of_region_or_aws(region).name);
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Sid": "OnlyOverTls",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [arn, format!("{arn}/*")],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }],
    })
}

/// Whether S3's SHA-256 of an object differs from the one in its key.
fn is_other(key: &str, checksum: &str) -> bool {
    aws_smithy_types::base64::decode(checksum).is_ok_and(|sum| !key.contains(&hex(&sum)))
}

/// Preview templates are removed at once; those of an interrupted run expire after one day. S3 then
/// removes the delete markers, too [PutBucketLifecycleConfiguration].
fn expiry() -> Result<BucketLifecycleConfiguration, aws_sdk_s3::error::BuildError> {
    let days = LifecycleExpiration::builder().days(1).build();
    let replaced = NoncurrentVersionExpiration::builder().noncurrent_days(1).build();
    let rule = LifecycleRule::builder()
        .id("guardian-plans")
        .status(ExpirationStatus::Enabled)
        .filter(LifecycleRuleFilter::builder().prefix(PREVIEWS).build())
        .expiration(days)
        .noncurrent_version_expiration(replaced)
        .build()?;
    BucketLifecycleConfiguration::builder().rules(rule).build()
}

impl Artifacts {
    /// The bucket of this account in the configuration's region. It need not exist yet.
    pub fn in_account(config: &SdkConfig, account: &str) -> Self {
        // `aws::load` refuses a configuration without a region.
        let region = config.region().map(ToString::to_string).unwrap_or_default();
        let endpoint = config.endpoint_url().map(str::to_owned);
        let s3 = aws_sdk_s3::config::Builder::from(config).force_path_style(endpoint.is_some());
        Self {
            client: Client::from_conf(s3.build()),
            bucket: bucket_name(account, &region),
            account: account.to_owned(),
            region,
            endpoint,
        }
    }

    /// Account that the credentials belong to.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// URL under which CloudFormation reads an object of the bucket.
    pub fn url(&self, key: &str) -> String {
        object_url(self.endpoint.as_deref(), &self.region, &self.bucket, key)
    }

    /// Creates the bucket if it is missing, and completes one that was left half-configured; whether
    /// it created it.
    pub async fn ensure(&self) -> Result<bool, Failure> {
        let head = self.client.head_bucket().bucket(&self.bucket);
        let head = head.expected_bucket_owner(&self.account).send().await;
        let made = match head.map_err(|e| AwsError::of(self.what("read"), &e)) {
            Ok(_) => false,
            Err(error) if error.is_not_found() => {
                self.create().await?;
                true
            }
            Err(error) if error.is_access_denied() => {
                return Err(self.not_ours(error));
            }
            Err(error) => return Err(error.into()),
        };
        if made || self.policy().await?.is_none() {
            self.finish().await?;
        }
        Ok(made)
    }

    /// Uploads an object under a key that has its hash, unless it exists; whether it was missing. An
    /// old object is uploaded again, so that `guardian gc` does not take a deployed one for old.
    pub async fn upload(
        &self,
        key: &str,
        bytes: Vec<u8>,
        content_type: &str,
    ) -> Result<bool, Failure> {
        let made = self.made_ms(key).await?;
        if made.is_none_or(|made| now_ms() - made >= REFRESH_AFTER_MS) {
            self.put(key, bytes, content_type).await?;
        }
        Ok(made.is_none())
    }

    /// Whether the object of this key exists and S3's checksum, if it has one, matches the key.
    pub async fn has(&self, key: &str) -> Result<bool, AwsError> {
        Ok(self.made_ms(key).await?.is_some())
    }

    /// Its upload time, in milliseconds since the epoch.
    async fn made_ms(&self, key: &str) -> Result<Option<i64>, AwsError> {
        let head = self.client.head_object().bucket(&self.bucket).key(key);
        let head = head.checksum_mode(ChecksumMode::Enabled);
        let head = head.expected_bucket_owner(&self.account).send().await;
        match head.map_err(|e| AwsError::of(format!("read s3://{}/{key}", self.bucket), &e)) {
            Ok(there) if there.checksum_sha256().is_some_and(|sum| is_other(key, sum)) => Ok(None),
            Ok(there) => {
                let made = there.last_modified.and_then(|time| time.to_millis().ok());
                Ok(Some(made.unwrap_or_else(now_ms)))
            }
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Uploads an object; its version if the bucket is versioned.
    pub async fn put(
        &self,
        key: &str,
        bytes: Vec<u8>,
        content_type: &str,
    ) -> Result<Option<String>, AwsError> {
        let put = self
            .client
            .put_object()
            .bucket(&self.bucket)
            .key(key)
            .expected_bucket_owner(&self.account)
            .content_type(content_type)
            // S3 refuses other bytes, and reports the checksum from then on.
            .checksum_algorithm(ChecksumAlgorithm::Sha256)
            .body(ByteStream::from(bytes));
        let put = put.send().await;
        let put =
            put.map_err(|e| AwsError::of(format!("upload s3://{}/{key}", self.bucket), &e))?;
        Ok(put.version_id)
    }

    /// Removes a version of an object for good, without a delete marker.
    pub async fn remove_version(&self, key: &str, version: Option<String>) -> Result<(), AwsError> {
        let call = self.client.delete_object().bucket(&self.bucket).key(key);
        let call = call.set_version_id(version).expected_bucket_owner(&self.account);
        let what = || format!("remove s3://{}/{key} again", self.bucket);
        call.send().await.map_err(|e| AwsError::of(what(), &e)).map(drop)
    }

    fn what(&self, verb: &str) -> String {
        format!("{verb} the artifact bucket `{}`", self.bucket)
    }

    fn not_ours(&self, error: AwsError) -> Failure {
        Failure::error(format!(
            "the artifact bucket `{}` belongs to another account, or these credentials may not use \
             it",
            self.bucket
        ))
        .because(error)
        .help(format!(
            "guardian puts its packages only into a bucket of account {}. Allow s3:ListBucket and \
             the other actions of a deploy on it; if another account has taken the name, deploy in \
             another region",
            self.account
        ))
    }

    async fn create(&self) -> Result<(), Failure> {
        let call = self
            .client
            .create_bucket()
            .bucket(&self.bucket)
            .object_ownership(ObjectOwnership::BucketOwnerEnforced);
        // The first region is the one that has no location constraint.
        let call = if self.region == "us-east-1" {
            call
        } else {
            let place = BucketLocationConstraint::from(self.region.as_str());
            call.create_bucket_configuration(
                CreateBucketConfiguration::builder().location_constraint(place).build(),
            )
        };
        match call.send().await.map_err(|e| AwsError::of(self.what("make"), &e)) {
            Ok(_) => Ok(()),
            // Another deploy made it in the same moment.
            Err(error) if error.is_own_bucket() => Ok(()),
            Err(error) if error.is_foreign_bucket() => Err(self.not_ours(error)),
            Err(error) => Err(error.into()),
        }
    }

    /// The policy of the bucket, if it has one.
    async fn policy(&self) -> Result<Option<String>, AwsError> {
        let call = self.client.get_bucket_policy().bucket(&self.bucket);
        let answer = call.expected_bucket_owner(&self.account).send().await;
        match answer.map_err(|e| AwsError::of(self.what("read the policy of"), &e)) {
            Ok(answer) => Ok(Some(answer.policy.unwrap_or_default())),
            Err(error) if error.is_no_bucket_policy() => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn finish(&self) -> Result<(), Failure> {
        let (client, bucket, account) = (&self.client, &self.bucket, &self.account);
        let built = |e: aws_sdk_s3::error::BuildError| {
            Failure::from(Failure::error(self.what("configure")).because(e))
        };
        let private = PublicAccessBlockConfiguration::builder()
            .block_public_acls(true)
            .ignore_public_acls(true)
            .block_public_policy(true)
            .restrict_public_buckets(true)
            .build();
        let call = client.put_public_access_block().bucket(bucket).expected_bucket_owner(account);
        let answer = call.public_access_block_configuration(private).send().await;
        answer.map_err(|e| AwsError::of(self.what("make private"), &e))?;

        let owner = OwnershipControlsRule::builder()
            .object_ownership(ObjectOwnership::BucketOwnerEnforced)
            .build()
            .map_err(built)?;
        let owner = OwnershipControls::builder().rules(owner).build().map_err(built)?;
        let call = client.put_bucket_ownership_controls().bucket(bucket);
        let call = call.expected_bucket_owner(account).ownership_controls(owner);
        call.send().await.map_err(|e| AwsError::of(self.what("keep the ownership of"), &e))?;

        let by_default = ServerSideEncryptionByDefault::builder()
            .sse_algorithm(ServerSideEncryption::Aes256)
            .build()
            .map_err(built)?;
        let rule = ServerSideEncryptionRule::builder()
            .apply_server_side_encryption_by_default(by_default)
            .build();
        let encrypted =
            ServerSideEncryptionConfiguration::builder().rules(rule).build().map_err(built)?;
        let call = client.put_bucket_encryption().bucket(bucket).expected_bucket_owner(account);
        let answer = call.server_side_encryption_configuration(encrypted).send().await;
        answer.map_err(|e| AwsError::of(self.what("encrypt"), &e))?;

        let versioned =
            VersioningConfiguration::builder().status(BucketVersioningStatus::Enabled).build();
        let call = client.put_bucket_versioning().bucket(bucket).expected_bucket_owner(account);
        let answer = call.versioning_configuration(versioned).send().await;
        answer.map_err(|e| AwsError::of(self.what("keep versions in"), &e))?;

        let call = client.put_bucket_lifecycle_configuration().bucket(bucket);
        let call = call.expected_bucket_owner(account);
        let answer = call.lifecycle_configuration(expiry().map_err(built)?).send().await;
        answer.map_err(|e| AwsError::of(self.what("let old plans expire in"), &e))?;

        let policy = policy(bucket, &self.region).to_string();
        let call = client.put_bucket_policy().bucket(bucket).expected_bucket_owner(account);
        let answer = call.policy(policy).send().await;
        answer.map_err(|e| AwsError::of(self.what("give a policy to"), &e))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_the_same_each_time_and_fits_a_bucket() {
        let name = bucket_name("123456789012", "ap-southeast-2");
        assert_eq!(name, "guardian-artifacts-123456789012-ap-southeast-2");
        assert!(name.len() <= 63);
    }

    #[test]
    fn s3s_checksum_is_compared_with_the_hash_in_the_key() {
        let sum = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert!(!is_other(&format!("guardian/packages/{empty}.zip"), sum));
        assert!(is_other("guardian/packages/abc.zip", sum));
        assert!(!is_other("guardian/packages/abc.zip", "of parts-2"));
    }

    #[test]
    fn an_object_is_read_from_its_region_or_from_the_endpoint() {
        assert_eq!(
            object_url(None, "eu-west-1", "b", "k/1.json"),
            "https://s3.eu-west-1.amazonaws.com/b/k/1.json"
        );
        assert_eq!(
            object_url(None, "cn-north-1", "b", "k"),
            "https://s3.cn-north-1.amazonaws.com.cn/b/k"
        );
        assert_eq!(
            object_url(None, "eusc-de-east-1", "b", "k"),
            "https://s3.eusc-de-east-1.amazonaws.eu/b/k"
        );
        assert_eq!(
            object_url(Some("http://localhost:4566/"), "x", "b", "k"),
            "http://localhost:4566/b/k"
        );
    }

    #[test]
    fn the_policy_refuses_what_is_not_over_tls() {
        insta::assert_snapshot!(policy("b", "us-gov-west-1"));
    }
}
