//! Which alarms belong to what, from the metadata and the resources of the templates: the
//! configuration may give alarms other names, and more of them.

use guardian_stack::templates::Templates;
use serde_json::Value;
use std::collections::BTreeMap;

/// Names of the alarms of a machine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlarmNames {
    /// That of its status; of an EXPRESS machine that of its metrics.
    pub status: Option<String>,
    /// No finished run when one was due.
    pub late: Option<String>,
    /// A run that takes too long.
    pub stuck: Option<String>,
    /// Items of a Map Run that failed.
    pub incomplete: Option<String>,
    /// All others.
    pub others: Vec<String>,
}

impl AlarmNames {
    fn all(&self) -> impl Iterator<Item = &String> {
        let one = [&self.status, &self.late, &self.stuck, &self.incomplete];
        one.into_iter().flatten().chain(&self.others)
    }
}

/// Names of the alarms of a stack, and of what mutes them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// By the machine's key.
    pub machines: BTreeMap<String, AlarmNames>,
    /// Those on Guardian itself.
    pub guard: Vec<String>,
    /// The one over all machines, if it is switched on.
    pub fleet: Option<String>,
    /// Names of alarms by the mute rule that mutes them.
    pub mutes: BTreeMap<String, Vec<String>>,
}

static UNKNOWN: AlarmNames =
    AlarmNames { status: None, late: None, stuck: None, incomplete: None, others: Vec::new() };

/// What the name of the heartbeat's alarm begins with.
const HEARTBEAT: &str = "GuardianHeartbeat-";

/// What the name of the alarm on the function's errors begins with.
const ERRORS: &str = "GuardianErrors-";

/// What the name of the alarm on lights that turn red begins with.
const TURNED_BAD: &str = "GuardianTurnedBad-";

/// The names of a stack without alarms.
pub(super) static NONE: Names =
    Names { machines: BTreeMap::new(), guard: Vec::new(), fleet: None, mutes: BTreeMap::new() };

impl Names {
    /// From the templates.
    pub fn of(templates: &Templates) -> Self {
        let mut names = Self::default();
        for (_, synth) in templates.files() {
            names.read(synth.value());
        }
        names
    }

    fn read(&mut self, template: &Value) {
        let metadata = &template["Metadata"]["Guardian"];
        for (key, machine) in metadata["machines"].as_object().into_iter().flatten() {
            self.machines.insert(key.clone(), alarm_names(machine));
        }
        self.guard.extend(texts(&metadata["guard"]));
        self.fleet = metadata["fleet"].as_str().map(str::to_owned).or(self.fleet.take());
        for resource in template["Resources"].as_object().into_iter().flat_map(|r| r.values()) {
            let properties = &resource["Properties"];
            if resource["Type"] == "AWS::CloudWatch::AlarmMuteRule"
                && let Some(rule) = properties["Name"].as_str()
            {
                let muted = texts(&properties["MuteTargets"]["AlarmNames"]).collect();
                self.mutes.insert(rule.to_owned(), muted);
            }
        }
    }

    /// Every alarm but the fleet's, which is a composite one.
    pub fn all(&self) -> Vec<String> {
        self.machines.values().flat_map(AlarmNames::all).chain(&self.guard).cloned().collect()
    }

    /// The alarms of a machine.
    pub fn of_machine(&self, key: &str) -> &AlarmNames {
        self.machines.get(key).unwrap_or(&UNKNOWN)
    }

    /// The alarm on lights that turn red, which covers the machines without alarms of their own.
    pub fn turned_bad(&self) -> Option<&str> {
        // The alarm of a group has the group's name before the deployment's name. The alarm on
        // errors, which every deployment has, ends with the deployment's name alone.
        let deployment = self.guard.iter().find_map(|name| name.strip_prefix(ERRORS))?;
        let of_all = |name: &&str| name.strip_prefix(TURNED_BAD) == Some(deployment);
        self.guard.iter().map(String::as_str).find(of_all)
    }

    /// Whether this is the alarm on missing sweeps.
    pub fn is_heartbeat(alarm: &str) -> bool {
        alarm.starts_with(HEARTBEAT)
    }
}

fn alarm_names(machine: &Value) -> AlarmNames {
    let mark = |name: &str| machine["marks"][name].as_str().map(str::to_owned);
    let mut alarm_names = AlarmNames {
        // The status alarm is the first of its machine.
        status: machine["alarms"][0].as_str().map(str::to_owned),
        late: mark("late"),
        stuck: mark("stuck"),
        incomplete: mark("incomplete"),
        others: Vec::new(),
    };
    let known: Vec<String> = alarm_names.all().cloned().collect();
    alarm_names.others = texts(&machine["alarms"]).filter(|name| !known.contains(name)).collect();
    alarm_names
}

fn texts(list: &Value) -> impl Iterator<Item = String> {
    list.as_array().into_iter().flatten().filter_map(|text| text.as_str().map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn alarms_are_known_by_the_metadata_whatever_their_names_and_mute_rules_by_what_they_mute() {
        let template = json!({
            "Metadata": {"Guardian": {
                "machines": {"clicks": {
                    "alarms": ["Pager-clicks", "Pager-clicks-late", "Pager-clicks-slow"],
                    "marks": {"late": "Pager-clicks-late"},
                }},
                "guard": ["GuardianHeartbeat-shop-dev", "GuardianErrors-shop-dev"],
                "fleet": "GuardianFleet-shop-dev",
            }},
            "Resources": {
                "M": {"Type": "AWS::CloudWatch::AlarmMuteRule", "Properties": {
                    "Name": "night", "MuteTargets": {"AlarmNames": ["Pager-clicks"]}}},
                "Q": {"Type": "AWS::SQS::Queue"},
            },
        });
        let mut names = Names::default();
        names.read(&template);
        let clicks = names.of_machine("clicks");
        assert_eq!(clicks.status.as_deref(), Some("Pager-clicks"));
        assert_eq!(clicks.late.as_deref(), Some("Pager-clicks-late"));
        assert_eq!((&clicks.stuck, &clicks.others), (&None, &vec!["Pager-clicks-slow".to_owned()]));
        assert_eq!(names.mutes["night"], ["Pager-clicks"]);
        names.read(&json!({"Resources": {}}));
        assert_eq!(names.fleet.as_deref(), Some("GuardianFleet-shop-dev"));
        assert_eq!(names.all().len(), 5);
        assert!(Names::is_heartbeat(&names.guard[0]) && !Names::is_heartbeat(&names.guard[1]));
        assert_eq!(names.of_machine("unknown"), &AlarmNames::default());
    }
}
