//! Discovery: lists the state machines of the account with their types and, where the
//! configuration selects by tag, their tags. What that means for the lock is decided in
//! `guardian_stack::lock`.

use guardian_aws::AwsError;
use guardian_aws::pagination::{Page, all};
use guardian_contract::glob_matches;
use guardian_stack::app::MachineType;
use guardian_stack::lock::{Discovered, Wanted};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// ListTagsForResource: calls that an account's bucket holds, and what it gets back
/// (Step Functions service quotas: 100, and 1 a second, in every region). Some are left to others.
const TAG_BURST: usize = 80;
const TAG_PAUSE: Duration = Duration::from_secs(1);

/// A machine in the list of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// STANDARD or EXPRESS.
    pub machine_type: MachineType,
}

/// Completes "cannot …".
const LIST: &str = "list the state machines";

/// The port to the account's machines.
#[allow(async_fn_in_trait, reason = "used by this crate alone, on one thread")]
pub trait MachineLister {
    /// A page of the list of machines.
    async fn page(&self, next: Option<String>) -> Result<Page<Listed>, AwsError>;
    /// The tags of a machine; none if it has gone meanwhile.
    async fn tags(&self, arn: &str) -> Result<Option<BTreeMap<String, String>>, AwsError>;
}

/// Lists the machines of the account; `waiting` gets the number of tags still to be read when
/// the quota makes it slow.
pub async fn machines(
    account: &impl MachineLister,
    wanted: &Wanted,
    waiting: impl Fn(usize),
) -> Result<Vec<Discovered>, AwsError> {
    let listed = all(LIST, |next| account.page(next)).await?;
    let managed: Vec<String> = wanted.managed.iter().map(|key| key.managed_name()).collect();
    let counts = |machine: &Listed| {
        !managed.contains(&machine.name)
            && !wanted.exclude.iter().any(|glob| glob_matches(glob, &machine.name))
    };
    let tagged = wanted.has_tags();
    let mut to_read = listed.iter().filter(|machine| tagged && counts(machine)).count();
    let mut pace = Pace::default();
    let mut found = Vec::with_capacity(listed.len());
    for machine in listed {
        let mut tags = BTreeMap::new();
        if tagged && counts(&machine) {
            if pace.is_slow() && to_read % 60 == 0 {
                waiting(to_read);
            }
            sleep_until(pace.due(Instant::now())).await;
            to_read -= 1;
            match account.tags(&machine.arn).await? {
                Some(these) => tags = these,
                None => continue,
            }
        }
        found.push(Discovered { name: machine.name, machine_type: machine.machine_type, tags });
    }
    Ok(found)
}

/// Keeps calls within a bucket.
#[derive(Debug, Default)]
struct Pace {
    calls: usize,
    next: Option<Instant>,
}

impl Pace {
    fn is_slow(&self) -> bool {
        self.calls >= TAG_BURST
    }

    /// When the next call may be made.
    fn due(&mut self, now: Instant) -> Instant {
        self.calls += 1;
        if self.calls <= TAG_BURST {
            return now;
        }
        let due = self.next.map_or(now, |next| next.max(now));
        self.next = Some(due + TAG_PAUSE);
        due
    }
}

impl MachineLister for aws_sdk_sfn::Client {
    async fn page(&self, next: Option<String>) -> Result<Page<Listed>, AwsError> {
        let answer = self.list_state_machines().max_results(1_000).set_next_token(next).send();
        let answer = answer.await.map_err(|error| AwsError::of(LIST, &error))?;
        let machines = answer.state_machines.into_iter().map(|machine| Listed {
            arn: machine.state_machine_arn,
            name: machine.name,
            machine_type: match machine.r#type {
                aws_sdk_sfn::types::StateMachineType::Express => MachineType::Express,
                _ => MachineType::Standard,
            },
        });
        Ok(Page { items: machines.collect(), next: answer.next_token })
    }

    async fn tags(&self, arn: &str) -> Result<Option<BTreeMap<String, String>>, AwsError> {
        let tags = match self.list_tags_for_resource().resource_arn(arn).send().await {
            Ok(answer) => answer.tags.unwrap_or_default(),
            Err(error) => {
                let gone = error.as_service_error().is_some_and(|e| e.is_resource_not_found());
                return if gone {
                    Ok(None)
                } else {
                    Err(AwsError::of(format!("read the tags of {arn}"), &error))
                };
            }
        };
        Ok(Some(tags.into_iter().filter_map(|tag| Some((tag.key?, tag.value?))).collect()))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use guardian_contract::MachineKey;
    use guardian_stack::lock::Pattern;
    use std::cell::{Cell, RefCell};

    /// An account of `m0`, `m1`, … in pages of 100; every third is tagged `team=a`, the last is
    /// EXPRESS.
    struct Fake {
        machines: usize,
        gone: Option<&'static str>,
        pages: Cell<usize>,
        asked: RefCell<Vec<String>>,
    }

    impl Fake {
        fn of(machines: usize) -> Self {
            Self { machines, gone: None, pages: Cell::new(0), asked: RefCell::default() }
        }
    }

    impl MachineLister for Fake {
        async fn page(&self, next: Option<String>) -> Result<Page<Listed>, AwsError> {
            self.pages.set(self.pages.get() + 1);
            let start: usize = next.map_or(0, |token| token.parse().unwrap());
            let end = (start + 100).min(self.machines);
            let machines = (start..end).map(|i| Listed {
                arn: format!("arn:m{i}"),
                name: format!("m{i}"),
                machine_type: if i + 1 == self.machines {
                    MachineType::Express
                } else {
                    MachineType::Standard
                },
            });
            Ok(Page {
                items: machines.collect(),
                next: (end < self.machines).then(|| end.to_string()),
            })
        }

        async fn tags(&self, arn: &str) -> Result<Option<BTreeMap<String, String>>, AwsError> {
            self.asked.borrow_mut().push(arn.to_owned());
            if self.gone == Some(arn) {
                return Ok(None);
            }
            let number: usize = arn.trim_start_matches("arn:m").parse().unwrap();
            let tags = (number.is_multiple_of(3)).then(|| ("team".to_owned(), "a".to_owned()));
            Ok(Some(tags.into_iter().collect()))
        }
    }

    pub(crate) fn wanted(patterns: Vec<Pattern>) -> Wanted {
        Wanted {
            env: "dev".into(),
            region: None,
            patterns,
            exclude: vec![],
            managed: vec![],
            schedules: false,
        }
    }

    fn by_tag() -> Pattern {
        Pattern::Tags([("team".to_owned(), "a".to_owned())].into())
    }

    #[tokio::test]
    async fn every_page_is_read_and_no_tags_without_a_rule_for_them() {
        let account = Fake::of(250);
        let found =
            machines(&account, &wanted(vec![Pattern::Glob("*".into())]), |_| {}).await.unwrap();
        assert_eq!((found.len(), account.pages.get()), (250, 3));
        assert_eq!(found[249].machine_type, MachineType::Express);
        assert!(account.asked.borrow().is_empty());
    }

    #[tokio::test]
    async fn tags_are_read_of_the_machines_that_count_and_one_that_has_gone_is_left_out() {
        let account = Fake { gone: Some("arn:m3"), ..Fake::of(5) };
        let mut wanted = wanted(vec![by_tag()]);
        wanted.exclude = vec!["m1".into()];
        wanted.managed = vec![MachineKey::new("m9").unwrap()];
        let found = machines(&account, &wanted, |_| {}).await.unwrap();
        assert_eq!(*account.asked.borrow(), ["arn:m0", "arn:m2", "arn:m3", "arn:m4"]);
        let tagged: Vec<&str> =
            found.iter().filter(|m| !m.tags.is_empty()).map(|m| m.name.as_str()).collect();
        assert_eq!(tagged, ["m0"]);
        assert_eq!(found.len(), 4);
    }

    #[test]
    fn past_the_burst_tags_are_read_one_a_second() {
        let start = Instant::now();
        let mut pace = Pace::default();
        // Each call takes 50 ms.
        let mut now = start;
        for _ in 0..TAG_BURST {
            assert_eq!(pace.due(now), now);
            now += Duration::from_millis(50);
        }
        let burst = now;
        assert!(pace.is_slow());
        for second in 0..120 {
            let due = pace.due(now);
            assert_eq!(due, burst + Duration::from_secs(second));
            now = due + Duration::from_millis(50);
        }
    }
}
