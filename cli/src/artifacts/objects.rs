//! Lists the versions of the artifact bucket's objects, and removes some. Which ones is decided
//! elsewhere.

use super::Artifacts;
use super::select::Version;
use super::used::PREFIX;
use crate::exit::Failure;
use aws_sdk_s3::types::{Delete, ObjectIdentifier};
use guardian_aws::AwsError;

/// Objects that one call may delete [DeleteObjects].
const BATCH: usize = 1_000;

/// Where the next page of versions begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    /// The last key.
    pub key: String,
    /// Its last version on the page before; none where all of its versions were on it.
    pub version: Option<String>,
}

/// A version that was not removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Its key.
    pub key: String,
    /// Its version id.
    pub id: String,
    /// Why: AWS's code and what it says.
    pub why: String,
}

/// The result of a removal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Removal {
    /// What is gone.
    pub removed: Vec<Version>,
    /// What is not, and why.
    pub refused: Vec<Refused>,
}

/// The objects of a versioned bucket.
pub trait Objects: Send + Sync {
    /// A page of the versions and delete markers of Guardian's objects, and where the next begins.
    fn page(
        &self,
        after: Option<&After>,
    ) -> impl Future<Output = Result<(Vec<Version>, Option<After>), AwsError>> + Send;

    /// Deletes at most 1,000 versions; gives those that were refused.
    fn delete(
        &self,
        versions: &[Version],
    ) -> impl Future<Output = Result<Vec<Refused>, AwsError>> + Send;
}

/// Every version and delete marker of Guardian's objects.
pub async fn all_versions<O: Objects>(objects: &O) -> Result<Vec<Version>, AwsError> {
    let mut all = Vec::new();
    let mut after = None;
    loop {
        let (page, next) = objects.page(after.as_ref()).await?;
        all.extend(page);
        after = next;
        if after.is_none() {
            return Ok(all);
        }
    }
}

/// Removes these versions. If a batch fails as a whole, the others are still removed; the result has
/// every removed version, whatever fails.
pub async fn remove<O: Objects>(objects: &O, versions: &[Version]) -> Removal {
    let mut removal = Removal::default();
    for batch in versions.chunks(BATCH) {
        let refused = match objects.delete(batch).await {
            Ok(refused) => refused,
            Err(error) => {
                let why = error.to_string();
                let refuse = |v: &Version| Refused {
                    key: v.key.clone(),
                    id: v.id.clone(),
                    why: why.clone(),
                };
                batch.iter().map(refuse).collect()
            }
        };
        let is_refused =
            |v: &Version| refused.iter().any(|r: &Refused| r.key == v.key && r.id == v.id);
        removal.removed.extend(batch.iter().filter(|v| !is_refused(v)).cloned());
        removal.refused.extend(refused);
    }
    removal
}

impl Objects for Artifacts {
    async fn page(&self, after: Option<&After>) -> Result<(Vec<Version>, Option<After>), AwsError> {
        let call = self
            .client
            .list_object_versions()
            .bucket(&self.bucket)
            .prefix(PREFIX)
            .expected_bucket_owner(&self.account)
            .set_key_marker(after.map(|a| a.key.clone()))
            .set_version_id_marker(after.and_then(|a| a.version.clone()));
        let answer = match call.send().await {
            Ok(answer) => answer,
            Err(error) => {
                let error = AwsError::of(self.what("list the objects of"), &error);
                // No deploy has made it yet.
                return if error.is_not_found() { Ok((Vec::new(), None)) } else { Err(error) };
            }
        };
        let millis = |time: Option<aws_sdk_s3::primitives::DateTime>| {
            // What has no time is as young as can be: it is kept.
            time.and_then(|t| t.to_millis().ok()).unwrap_or(i64::MAX)
        };
        let objects = answer.versions.unwrap_or_default().into_iter().map(|v| Version {
            key: v.key.unwrap_or_default(),
            id: v.version_id.unwrap_or_else(|| "null".to_owned()),
            bytes: v.size.unwrap_or_default(),
            modified_ms: millis(v.last_modified),
            latest: v.is_latest.unwrap_or(true),
            marker: false,
        });
        let markers = answer.delete_markers.unwrap_or_default().into_iter().map(|m| Version {
            key: m.key.unwrap_or_default(),
            id: m.version_id.unwrap_or_else(|| "null".to_owned()),
            bytes: 0,
            modified_ms: millis(m.last_modified),
            latest: m.is_latest.unwrap_or(true),
            marker: true,
        });
        let more = answer.is_truncated.unwrap_or_default();
        let next = answer.next_key_marker.filter(|_| more);
        let next = next.map(|key| After {
            key,
            version: answer.next_version_id_marker.filter(|id| !id.is_empty()),
        });
        Ok((objects.chain(markers).collect(), next))
    }

    async fn delete(&self, versions: &[Version]) -> Result<Vec<Refused>, AwsError> {
        let what = || self.what("remove objects of");
        let object =
            |v: &Version| ObjectIdentifier::builder().key(&v.key).version_id(&v.id).build();
        let built = |e: aws_sdk_s3::error::BuildError| {
            AwsError::refused(&what(), "InvalidRequest", &e.to_string())
        };
        let objects: Vec<_> =
            versions.iter().map(object).collect::<Result<_, _>>().map_err(built)?;
        // Quiet: the response has only the versions that were refused.
        let delete = Delete::builder().set_objects(Some(objects)).quiet(true).build();
        let delete = delete.map_err(built)?;
        let call = self.client.delete_objects().bucket(&self.bucket).delete(delete);
        let answer = call.expected_bucket_owner(&self.account).send().await;
        let answer = answer.map_err(|e| AwsError::of(what(), &e))?;
        let refused = answer.errors.unwrap_or_default().into_iter().map(|e| Refused {
            key: e.key.unwrap_or_default(),
            id: e.version_id.unwrap_or_else(|| "null".to_owned()),
            why: format!("{}: {}", e.code.unwrap_or_default(), e.message.unwrap_or_default()),
        });
        Ok(refused.collect())
    }
}

impl Artifacts {
    /// Every version and delete marker of Guardian's objects in the bucket.
    pub async fn versions(&self) -> Result<Vec<Version>, Failure> {
        Ok(all_versions(self).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    /// A bucket that refuses a key, and the second batch as a whole.
    #[derive(Default)]
    struct Few {
        batches: Mutex<Vec<usize>>,
    }

    fn version(n: usize) -> Version {
        Version {
            key: format!("k{n}"),
            id: "1".into(),
            bytes: 1,
            modified_ms: 0,
            latest: true,
            marker: false,
        }
    }

    impl Objects for Few {
        async fn page(
            &self,
            after: Option<&After>,
        ) -> Result<(Vec<Version>, Option<After>), AwsError> {
            let at: usize = after.map_or(0, |a| a.key.parse().unwrap());
            let next = (at < 2).then(|| After { key: (at + 1).to_string(), version: None });
            Ok((vec![version(at)], next))
        }

        async fn delete(&self, versions: &[Version]) -> Result<Vec<Refused>, AwsError> {
            let mut batches = self.batches.lock().unwrap();
            batches.push(versions.len());
            if batches.len() == 2 {
                return Err(AwsError::refused("remove", "SlowDown", "Reduce your request rate"));
            }
            let refused = versions.iter().filter(|v| v.key == "k7");
            let why = "AccessDenied: no".to_owned();
            Ok(refused
                .map(|v| Refused { key: v.key.clone(), id: v.id.clone(), why: why.clone() })
                .collect())
        }
    }

    #[tokio::test]
    async fn every_page_is_read() {
        let keys: Vec<_> =
            all_versions(&Few::default()).await.unwrap().into_iter().map(|v| v.key).collect();
        assert_eq!(keys, ["k0", "k1", "k2"]);
    }

    #[tokio::test]
    async fn a_thousand_go_at_once_and_what_is_refused_hides_nothing_that_went() {
        let few = Few::default();
        let all: Vec<Version> = (0..2_500).map(version).collect();
        let removal = remove(&few, &all).await;
        assert_eq!(*few.batches.lock().unwrap(), [1_000, 1_000, 500]);
        assert_eq!(removal.removed.len(), 999 + 500);
        assert_eq!(removal.refused.len(), 1 + 1_000);
        assert_eq!(removal.refused[0].key, "k7");
        assert!(removal.refused[1].why.contains("SlowDown"));
    }
}
