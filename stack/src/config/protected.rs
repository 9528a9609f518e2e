//! Turns the section `stack_policy` into the policy, once the machines are known.

use super::files::Files;
use super::keys::FILE;
use super::resolve::Resolver;
use super::settings::Settings;
use crate::app::Watched;
use crate::problem::{Problem, Reason, nearest};
use crate::stack_policy::{MAX_BODY, Policy, Protected, Protection};
use guardian_contract::MachineKey;
use std::ops::Range;

const WORDS: [&str; 3] = ["all", "machines", "alarms"];

impl Resolver<'_> {
    pub(super) fn protection(
        &mut self,
        settings: &Settings,
        watched: &[Watched],
        files: &dyn Files,
    ) -> Option<Protection> {
        let spec = settings.protection.as_ref()?;
        if let Some((path, span)) = &spec.file {
            return self.policy_of(path, span, files).map(Protection::Raw);
        }
        let managed = settings.managed.iter().map(|spec| &spec.key);
        let keys: Vec<&MachineKey> = managed.chain(watched.iter().map(|w| &w.key)).collect();
        let mut wanted = Vec::new();
        for (name, span) in &spec.protect {
            let key = MachineKey::of_machine(name).ok().filter(|key| keys.contains(&key));
            wanted.push(match (name.as_str(), key) {
                ("all", _) => Protected::All,
                ("machines", _) => Protected::Machines,
                ("alarms", _) => Protected::Alarms,
                (_, Some(key)) => Protected::Machine(key),
                (name, None) => {
                    let reason = Reason::new(format!("there is no machine `{name}`"));
                    let known = WORDS.into_iter().chain(keys.iter().map(|key| key.as_str()));
                    self.problem(
                        span,
                        match nearest(name, known) {
                            Some(near) => reason.help(format!("did you mean `{near}`?")),
                            None => reason.help(
                                "`protect` takes `all`, `machines`, `alarms` and keys of machines",
                            ),
                        },
                    );
                    continue;
                }
            });
        }
        Some(Protection::Of(wanted))
    }

    fn policy_of(&mut self, path: &str, span: &Range<usize>, files: &dyn Files) -> Option<Policy> {
        let text = match files.read(path) {
            Some(Ok(text)) => text,
            other => {
                let why = other.and_then(Result::err).unwrap_or("there is no such file".to_owned());
                self.problem(span, Reason::new(format!("the stack policy {path}: {why}")));
                return None;
            }
        };
        let at = match serde_json::from_str::<serde_json::Value>(&text) {
            Err(error) => {
                let lines = text.split_inclusive('\n').take(error.line().saturating_sub(1));
                lines.map(str::len).sum::<usize>() + error.column().saturating_sub(1)
            }
            Ok(_) => 0,
        };
        match Policy::parse(&text) {
            Ok(policy) if policy.to_text().len() <= MAX_BODY => Some(policy),
            read => {
                let why = read.err().unwrap_or(format!("it is longer than {MAX_BODY} characters"));
                let why = why.split(" at line ").next().unwrap_or(&why).to_owned();
                let reason = Reason::new(format!("this is not a stack policy: {why}"))
                    .help(format!("{FILE} names it under `stack_policy.file`"));
                self.problem_elsewhere(Problem::at(path, &text, &(at..at + 1), reason));
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::Memory;
    use super::super::{Config, Overrides};
    use super::*;
    use crate::stack_policy::protecting;
    use crate::templates::{ROOT, templates};
    use guardian_cfn::stack_policy::{Action, Verdict};
    use std::collections::BTreeMap;

    fn read(policy: &str, files: &Memory) -> Result<Option<Protection>, String> {
        let text = format!("project: shop\nmachines:\n  managed: [step1, step2]\n{policy}");
        let config = Config::parse(FILE, &text).map_err(|problems| problems.to_string())?;
        let resolved = config.resolve(&Overrides::default(), files, None);
        resolved.map(|r| r.stack_policy).map_err(|problems| problems.to_string())
    }

    fn files() -> Memory {
        let mut files = Memory::with(&["definitions/step1.json", "definitions/step2.json"]);
        files.put("policy.json", Ok(r#"{"Statement": {"Effect": "Deny", "Action": "Update:*", "Principal": "*", "Resource": "*"}}"#));
        files.put("broken.json", Ok("{\n  \"Statement\": nothing\n}"));
        files
    }

    #[test]
    fn words_and_keys_are_read_and_what_is_none_is_refused_at_its_place() {
        let protect =
            |list: &str| read(&format!("stack_policy: {{ protect: {list} }}\n"), &files());
        let step2 = MachineKey::new("step2").unwrap();
        assert_eq!(
            protect("[all, machines, alarms, step2-step-function]"),
            Ok(Some(Protection::Of(vec![
                Protected::All,
                Protected::Machines,
                Protected::Alarms,
                Protected::Machine(step2)
            ])))
        );
        assert_eq!(read("", &files()), Ok(None));
        let reason = protect("[alarm, nobody]").unwrap_err();
        assert!(reason.contains("4:27: there is no machine `alarm`"), "{reason}");
        assert!(reason.contains("did you mean `alarms`?"), "{reason}");
        assert!(reason.contains("keys of machines"), "{reason}");
    }

    #[test]
    fn a_policy_of_ones_own_is_read_from_its_file_or_refused_at_its_line() {
        let file = |name: &str| read(&format!("stack_policy: {{ file: {name} }}\n"), &files());
        assert!(matches!(file("policy.json"), Ok(Some(Protection::Raw(_)))));
        let reason = file("broken.json").unwrap_err();
        assert!(reason.contains("broken.json:2:1"), "{reason}");
        assert!(file("none.json").unwrap_err().contains("there is no such file"));
        let both = read("stack_policy: { protect: [all], file: policy.json }\n", &files());
        assert!(both.unwrap_err().contains("keep the one or the other"));
    }

    #[test]
    fn the_policy_refuses_to_replace_or_delete_what_is_protected_and_nothing_else() {
        let text = "project: shop\nmachines:\n  managed: [step1, step2]\n";
        let config = Config::parse(FILE, text).unwrap();
        let app = config.resolve(&Overrides::default(), &files(), None).unwrap().app;
        let assignment = templates(&app, &BTreeMap::new()).unwrap().assignment;
        let policy = |wanted: &[Protected]| protecting(&app, &assignment, wanted);
        let refuses = |policy: &Policy, action, id: &str, kind: &str| {
            policy.judge(action, id, kind) != Verdict::Allowed
        };
        let (machine, alarm) = ("AWS::StepFunctions::StateMachine", "AWS::CloudWatch::Alarm");
        let (one, reported) = policy(&[Protected::Machine(MachineKey::new("step1").unwrap())]);
        assert!(reported.is_empty() && one.is_ours());
        for id in ["Step1Machine", "Step1MachineRole", "Step1MachineLogGroup", "Step1StatusAlarm"] {
            assert!(refuses(&one, Action::Replace, id, "any"), "{id}");
            assert!(refuses(&one, Action::Delete, id, "any"), "{id}");
            assert!(!refuses(&one, Action::Modify, id, "any"), "{id}");
        }
        assert!(!refuses(&one, Action::Delete, "Step2Machine", machine));
        let (alarms, _) = policy(&[Protected::Alarms]);
        assert!(refuses(&alarms, Action::Replace, "Anything", alarm));
        assert!(!refuses(&alarms, Action::Replace, "Step1Machine", machine));
        let (all, _) = policy(&[Protected::All]);
        assert!(refuses(&all, Action::Delete, "Function", "AWS::Lambda::Function"));
        // A machine in a nested stack cannot be protected, which is reported.
        let nested: BTreeMap<MachineKey, String> = assignment
            .keys()
            .map(|key| (key.clone(), if key.as_str() == "step1" { "Machines1" } else { ROOT }))
            .map(|(key, stack)| (key, stack.to_owned()))
            .collect();
        let (policy, reported) = protecting(&app, &nested, &[Protected::Machines]);
        assert!(refuses(&policy, Action::Delete, "Machines1", "AWS::CloudFormation::Stack"));
        assert!(reported[0].contains("Machines1 as a whole"), "{reported:?}");
    }
}
