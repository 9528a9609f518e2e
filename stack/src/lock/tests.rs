use super::*;
use proptest::prelude::*;

fn machine(name: &str) -> Discovered {
    Discovered { name: name.to_owned(), machine_type: MachineType::Standard, tags: BTreeMap::new() }
}

fn wanted(patterns: &[Pattern], exclude: &[&str], managed: &[&str]) -> Wanted {
    Wanted {
        env: "dev".to_owned(),
        region: None,
        patterns: patterns.to_vec(),
        exclude: exclude.iter().map(|glob| (*glob).to_owned()).collect(),
        managed: managed.iter().map(|key| MachineKey::new(*key).unwrap()).collect(),
        schedules: false,
    }
}

fn glob(text: &str) -> Pattern {
    Pattern::Glob(text.to_owned())
}

fn names(locked: &Locked) -> Vec<&str> {
    locked.machines.keys().map(String::as_str).collect()
}

#[test]
fn what_is_written_is_read_again_and_a_person_can_read_it() {
    let mut found = machine("load");
    found.tags.insert("team".to_owned(), "data".to_owned());
    found.machine_type = MachineType::Express;
    let tags = Pattern::Tags(BTreeMap::from([("team".to_owned(), "*".to_owned())]));
    let wanted = wanted(&[glob("batch-*"), tags, Pattern::Name("billing".to_owned())], &[], &[]);
    let all = [found, machine("batch-a"), machine("billing"), machine("other")];
    let mut locked = discover(&wanted, Some("eu-west-1"), &all, None).unwrap().locked;
    locked.stacks.insert(MachineKey::new("batch-a").unwrap(), "Machines1".to_owned());
    let mut lock = Lock::default();
    lock.environments.insert("dev".to_owned(), locked);
    let text = lock.to_text().unwrap();
    assert_eq!(Lock::parse(FILE, &text).unwrap(), lock);
    insta::assert_snapshot!(text);
}

#[test]
fn what_changed_against_the_old_lock_is_told_and_its_stacks_are_kept() {
    let all = wanted(&[glob("*")], &[], &[]);
    let mut old = discover(&all, None, &[machine("a"), machine("b")], None).unwrap().locked;
    old.stacks.insert(MachineKey::new("b").unwrap(), "Machines1".to_owned());
    let mut express = machine("b");
    express.machine_type = MachineType::Express;
    let now = discover(&all, None, &[machine("c"), express], Some(&old)).unwrap();
    assert_eq!(
        (now.added, now.removed, now.retyped),
        (vec!["c".to_owned()], vec!["a".to_owned()], vec!["b".to_owned()],)
    );
    assert_eq!(now.locked.stacks, old.stacks);
}

#[test]
fn a_pattern_that_finds_nothing_is_told_and_kept() {
    let wanted = wanted(&[glob("none-*"), Pattern::Name("gone".to_owned())], &[], &[]);
    let discovery = discover(&wanted, Some("eu-west-1"), &[machine("a")], None).unwrap();
    let messages: Vec<&str> = discovery.warnings.iter().map(|w| w.message.as_str()).collect();
    assert_eq!(
        messages,
        ["`none-*` matches no machine in eu-west-1", "there is no machine `gone` in eu-west-1"]
    );
    assert_eq!(discovery.locked.patterns, BTreeSet::from(["none-*".to_owned()]));
}

#[test]
fn excluded_and_managed_machines_are_not_found() {
    let wanted = wanted(&[glob("*")], &["*-test"], &["step1"]);
    let all = [machine("a-test"), machine("step1-step-function"), machine("a")];
    assert_eq!(names(&discover(&wanted, None, &all, None).unwrap().locked), ["a"]);
}

#[test]
fn a_machine_whose_name_breaks_metrics_is_left_out_and_told() {
    let discovery =
        discover(&wanted(&[glob("*")], &[], &[]), None, &[machine("café")], None).unwrap();
    assert!(discovery.locked.machines.is_empty());
    assert!(discovery.warnings[0].message.contains("it gets no light"));
}

#[test]
fn two_machines_of_one_key_are_refused() {
    let all = [machine("x"), machine("x-step-function")];
    let problems = discover(&wanted(&[glob("*")], &[], &[]), None, &all, None).unwrap_err();
    assert!(problems.to_string().contains("would both be `x`"), "{problems}");
    let managed = discover(&wanted(&[glob("*")], &[], &["x"]), None, &all, None).unwrap_err();
    assert!(managed.to_string().contains("`x-step-function` and `x`"), "{managed}");
}

#[test]
fn a_lock_that_cannot_be_read_says_where_and_what_to_do() {
    let mut messages = String::new();
    for text in [
        "version: 1\n<<<<<<< HEAD\nenvironments: {}\n",
        "version: 1\nenvironments:\n  dev:\n    machine: {}\n",
        "version: 1\nenvironments:\n  dev:\n    machines:\n      a: { type: FAST, by: a }\n",
        "version: 1\nenvironments:\n  dev:\n    stacks: { 'a b': S }\n",
        "# later\nversion: 2\n",
        "",
    ] {
        messages += &format!("{}\n", Lock::parse(FILE, text).unwrap_err());
    }
    insta::assert_snapshot!(messages);
}

proptest! {
    #[test]
    fn the_order_in_which_machines_are_found_changes_nothing(
        found in prop::collection::vec("[a-c]{1,3}", 0..8),
        rotate in 0usize..8,
    ) {
        let wanted = wanted(&[glob("a*"), glob("*b")], &["c*"], &[]);
        let mut found: Vec<Discovered> = found.iter().map(|name| machine(name)).collect();
        let first = discover(&wanted, None, &found, None).unwrap();
        if !found.is_empty() {
            let by = rotate % found.len();
            found.rotate_left(by);
        }
        prop_assert_eq!(first, discover(&wanted, None, &found, None).unwrap());
    }

    #[test]
    fn no_text_panics_the_reader(text in "\\PC{0,40}(\n\\PC{0,20}){0,3}") {
        let _ = Lock::parse(FILE, &text);
    }
}

#[test]
fn another_look_keeps_what_starts_machines_by_the_clock_while_that_is_asked_for() {
    let started = StartedBy {
        by: "rule night".to_owned(),
        expression: "rate(1 day)".to_owned(),
        timezone: None,
        window_minutes: None,
    };
    let schedules = Some(BTreeMap::from([("a".to_owned(), vec![started])]));
    let old = Locked { schedules: schedules.clone(), ..Locked::default() };
    let mut wanted = wanted(&[glob("a")], &[], &[]);
    let look = |wanted: &Wanted| discover(wanted, None, &[machine("a")], Some(&old)).unwrap();
    assert_eq!(look(&wanted).locked.schedules, None);
    wanted.schedules = true;
    assert_eq!(look(&wanted).locked.schedules, schedules);
}

#[test]
fn machines_that_something_else_starts_now_are_told_where_nothing_else_is() {
    let every = |expression: &str| {
        let (by, expression) = ("rule r".to_owned(), expression.to_owned());
        vec![StartedBy { by, expression, timezone: None, window_minutes: None }]
    };
    let of = |all: &[(&str, &str)]| {
        all.iter().map(|(name, rate)| ((*name).to_owned(), every(rate))).collect::<BTreeMap<_, _>>()
    };
    let all = ["same", "other", "less", "more"].map(machine);
    let mut wanted = wanted(&[glob("*")], &[], &[]);
    wanted.schedules = true;
    let mut old = discover(&wanted, None, &all, None).unwrap().locked;
    let before = of(&[("same", "rate(1 day)"), ("other", "rate(1 day)"), ("less", "rate(1 day)")]);
    old.schedules = Some(before);
    let now = [("same", "rate(1 day)"), ("other", "rate(1 hour)"), ("more", "rate(1 day)")];
    let look = discover(&wanted, None, &all, Some(&old)).unwrap();
    let look = look.with_schedules(of(&now), Some(&old));
    assert_eq!(look.rescheduled, ["less", "more", "other"]);
    assert_eq!(look.locked.schedules, Some(of(&now)));
    let first = discover(&wanted, None, &all, None).unwrap().with_schedules(of(&now), None);
    assert!(first.rescheduled.is_empty(), "they are added: {:?}", first.rescheduled);
}
