//! Which objects of the artifact bucket can go. Pure: from what is there, what is used and how old
//! it is to what is removed and what is kept, and why.

use super::used::{PACKAGES, is_artifact};
use std::collections::{BTreeMap, BTreeSet};

/// A version of an object, or a delete marker. Times are milliseconds since the epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Key of the object.
    pub key: String,
    /// Its version id; `null` of an object from before the bucket kept versions.
    pub id: String,
    /// Its bytes; a delete marker has none.
    pub bytes: i64,
    /// When it was made.
    pub modified_ms: i64,
    /// Whether it is the newest of its key.
    pub latest: bool,
    /// Whether it only says that the object is deleted.
    pub marker: bool,
}

/// What is kept though no stack uses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep {
    /// The newest so many packages.
    pub newest: usize,
    /// Objects younger than this, in milliseconds: a deploy that is being prepared has its
    /// objects before it has its stack.
    pub younger_than_ms: i64,
}

/// Why an object is kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// These stacks use it.
    Used(BTreeSet<String>),
    /// It is one of the newest packages.
    Newest,
    /// It is young.
    Young,
    /// Its key is not one that Guardian gives.
    NotOurs,
}

/// What goes and what is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// What goes: whole objects with all their versions and delete markers, and versions of kept
    /// objects that a later one has replaced.
    pub remove: Vec<Version>,
    /// Keys that are kept, and why.
    pub kept: BTreeMap<String, Why>,
}

/// Chooses. `used` has the keys in use, each with the stacks that use it.
pub fn select(
    versions: &[Version],
    used: &BTreeMap<String, BTreeSet<String>>,
    keep: Keep,
    now_ms: i64,
) -> Selection {
    let mut by_key: BTreeMap<&str, Vec<&Version>> = BTreeMap::new();
    for version in versions {
        by_key.entry(&version.key).or_default().push(version);
    }
    let newest = newest_packages(&by_key, keep.newest);
    let is_young = |version: &Version| now_ms - version.modified_ms < keep.younger_than_ms;
    let mut selection = Selection::default();
    for (key, versions) in by_key {
        let why = if !is_artifact(key) {
            Some(Why::NotOurs)
        } else if let Some(stacks) = used.get(key) {
            Some(Why::Used(stacks.clone()))
        } else if newest.contains(key) {
            Some(Why::Newest)
        } else {
            versions.iter().any(|v| is_young(v)).then_some(Why::Young)
        };
        let goes: Vec<&Version> = match &why {
            None => versions,
            Some(Why::NotOurs) => Vec::new(),
            // The key is the content's hash: the latest version says all that the others do.
            // If it is a delete marker, the others are kept for a restore.
            Some(_) if versions.iter().any(|v| v.latest && !v.marker) => {
                versions.into_iter().filter(|v| !v.latest && !is_young(v)).collect()
            }
            Some(_) => Vec::new(),
        };
        selection.remove.extend(goes.into_iter().cloned());
        if let Some(why) = why {
            selection.kept.insert(key.to_owned(), why);
        }
    }
    selection
}

/// The packages that were uploaded last, of those that are not deleted.
fn newest_packages<'a>(
    by_key: &BTreeMap<&'a str, Vec<&Version>>,
    count: usize,
) -> BTreeSet<&'a str> {
    let mut all: Vec<(i64, &str)> = by_key
        .iter()
        .filter(|(key, _)| key.starts_with(PACKAGES) && is_artifact(key))
        .filter_map(|(key, versions)| {
            let latest = versions.iter().find(|v| v.latest && !v.marker)?;
            Some((latest.modified_ms, *key))
        })
        .collect();
    all.sort_unstable_by(|a, b| b.cmp(a));
    all.into_iter().take(count).map(|(_, key)| key).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DAY: i64 = 86_400_000;
    const NOW: i64 = 400 * DAY;
    const KEEP: Keep = Keep { newest: 1, younger_than_ms: 30 * DAY };

    fn key(n: u8) -> String {
        format!("{PACKAGES}{}.zip", format!("{n:02x}").repeat(32))
    }

    fn version(key: &str, id: &str, days: i64, latest: bool, marker: bool) -> Version {
        Version {
            key: key.into(),
            id: id.into(),
            bytes: if marker { 0 } else { 1_000 },
            modified_ms: NOW - days * DAY,
            latest,
            marker,
        }
    }

    fn used(key: &str) -> BTreeMap<String, BTreeSet<String>> {
        BTreeMap::from([(key.to_owned(), BTreeSet::from(["shop".to_owned()]))])
    }

    #[test]
    fn each_object_goes_or_stays_for_its_own_reason() {
        let template = key(4).replace("packages", "templates").replace(".zip", ".json");
        let all = [
            version(&key(1), "a", 300, true, false),
            version(&key(2), "a", 200, true, false),
            version(&key(3), "a", 10, true, false),
            version(&template, "a", 300, true, false),
            version(&key(5), "b", 100, true, true),
            version(&key(5), "a", 300, false, false),
            version(&key(6), "b", 40, true, false),
            version("guardian/notes.txt", "a", 300, true, false),
        ];
        let selection = select(&all, &used(&key(1)), KEEP, NOW);
        let goes: Vec<_> = selection.remove.iter().map(|v| (v.key.clone(), v.id.clone())).collect();
        let went = |key: &str, id: &str| (key.to_owned(), id.to_owned());
        assert_eq!(
            goes,
            [
                went(&key(2), "a"),
                went(&key(5), "b"),
                went(&key(5), "a"),
                went(&key(6), "b"),
                went(&template, "a"),
            ]
        );
        let why: Vec<_> = selection.kept.into_values().collect();
        assert_eq!(
            why,
            [Why::NotOurs, Why::Used(BTreeSet::from(["shop".to_owned()])), Why::Newest]
        );
    }

    #[test]
    fn a_used_object_loses_only_old_versions_that_a_later_one_has_replaced() {
        let all = [
            version(&key(1), "c", 1, true, false),
            version(&key(1), "b", 20, false, false),
            version(&key(1), "a", 300, false, false),
        ];
        let selection = select(&all, &used(&key(1)), KEEP, NOW);
        assert_eq!(selection.remove, all[2..]);
        // It was deleted outside of Guardian: a stack that uses it may need it back.
        let deleted =
            [version(&key(1), "b", 100, true, true), version(&key(1), "a", 300, false, false)];
        assert_eq!(select(&deleted, &used(&key(1)), KEEP, NOW).remove, []);
    }

    fn versions() -> impl Strategy<Value = Vec<Version>> {
        prop::collection::vec((0u8..6, 0i64..100, any::<bool>()), 0..24).prop_map(|all| {
            let mut by_key: BTreeMap<u8, Vec<(i64, bool)>> = BTreeMap::new();
            for (n, days, marker) in all {
                by_key.entry(n).or_default().push((days, marker));
            }
            let mut versions = Vec::new();
            for (n, mut of) in by_key {
                of.sort_unstable();
                for (at, (days, marker)) in of.into_iter().enumerate() {
                    versions.push(version(&key(n), &at.to_string(), days, at == 0, marker));
                }
            }
            versions
        })
    }

    proptest! {
        #[test]
        fn what_is_used_young_or_among_the_newest_keeps_its_latest_version(
            all in versions(), in_use in prop::collection::btree_set(0u8..6, 0..4),
            newest in 0usize..4,
        ) {
            let keep = Keep { newest, ..KEEP };
            let used: BTreeMap<_, _> = in_use.iter().flat_map(|n| used(&key(*n))).collect();
            let selection = select(&all, &used, keep, NOW);
            for gone in &selection.remove {
                prop_assert!(NOW - gone.modified_ms >= keep.younger_than_ms);
                prop_assert!(!(gone.latest && used.contains_key(&gone.key)));
            }
            let left: Vec<Version> =
                all.iter().filter(|v| !selection.remove.contains(v)).cloned().collect();
            let packages = |of: &[Version]| of.iter().filter(|v| v.latest && !v.marker).count();
            prop_assert!(packages(&left) >= newest.min(packages(&all)));
            // What is left is left for good: the same again removes nothing.
            prop_assert_eq!(select(&left, &used, keep, NOW).remove, []);
        }
    }
}
