//! `kill -9` of the real program at seeded points of a deploy, before or after the emulator has
//! handled the request: the next deploy reaches the desired state without manual steps, and leaves
//! nothing behind.
#![allow(clippy::unwrap_used)]

use guardian_tests::aws::{Aws, elements};
use guardian_tests::emulator::Emulator;
use guardian_tests::project::Project;
use guardian_tests::proxy::{Decision, Proxy, Stage};
use guardian_tests::running::Running;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// How many points of a deploy are tried.
const POINTS: usize = 30;
const STACK: &str = "shop-dev";
const DEPLOY: [&str; 4] = ["deploy", "--yes", "--no-sweep", "--wait"];

/// The result of a deploy, without what differs each time.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Outcome {
    /// Stacks, with their templates.
    stacks: BTreeMap<String, String>,
    /// How many of each kind there are in the account.
    counts: Vec<(&'static str, usize)>,
    /// Objects in buckets that the stack or its template names.
    used: Vec<String>,
}

/// The account as it is, with its change sets and the objects that no stack names.
fn snapshot(aws: &Aws) -> (Outcome, Vec<String>, Vec<String>) {
    let mut texts = String::new();
    let mut stacks = BTreeMap::new();
    for (name, status) in aws.stacks().unwrap() {
        assert!(matches!(&*status, "CREATE_COMPLETE" | "UPDATE_COMPLETE"), "{name}: {status}");
        let xml = aws.cloudformation("GetTemplate", &[("StackName", &name)]).unwrap();
        let template = elements(&xml, "TemplateBody").concat();
        texts.push_str(&template);
        texts.push_str(&aws.cloudformation("DescribeStacks", &[("StackName", &name)]).unwrap());
        stacks.insert(name, template);
    }
    let counts =
        aws.inventory().unwrap().into_iter().map(|(kind, all)| (kind, all.len())).collect();
    let named = |object: &String| {
        object.split_once('/').is_some_and(|(_, key)| !key.is_empty() && texts.contains(key))
    };
    let (used, left) = aws.objects().unwrap().into_iter().partition(named);
    (Outcome { stacks, counts, used }, aws.change_sets(STACK).unwrap(), left)
}

/// The project in its first or second version: another dashboard, another package.
fn version(project: &Project, second: bool) {
    let title = if second { "dashboard: { title: Second }\n" } else { "" };
    let text = format!("project: shop\nmachines:\n  managed: [import]\n{title}");
    project.write("guardian.yaml", &text).unwrap();
    let mut bytes = guardian_tests::binaries::smallest();
    bytes.resize(bytes.len() + usize::from(second), 0);
    std::fs::write(project.path().join("bootstrap"), bytes).unwrap();
}

/// A number for each seed, by the finaliser of SplitMix64: spread, and the same each time.
fn spread(seed: usize) -> usize {
    let mut z = (seed as u64).wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    usize::try_from((z ^ (z >> 31)) >> 33).unwrap()
}

/// A fresh account, with the first version in it where the deploy is to be an update.
fn begin(emulator: &Emulator, project: &Project, update: bool) {
    emulator.reset().unwrap();
    if update {
        version(project, false);
        project.guardian(DEPLOY).with(0);
    }
    version(project, update);
}

fn killed_anywhere(update: bool) {
    let emulator = Emulator::start().unwrap();
    let aws = emulator.aws();
    let proxy = Proxy::to(emulator.endpoint()).unwrap();
    let project = Project::shop().unwrap().with(proxy.environment());

    begin(&emulator, &project, update);
    let before = proxy.calls().len();
    project.guardian(DEPLOY).with(0);
    let made = proxy.calls().split_off(before);
    let calls = made.len();
    let (wanted, change_sets, _) = snapshot(&aws);
    assert!(change_sets.is_empty(), "{change_sets:?}");
    assert_eq!((wanted.stacks.len(), wanted.used.len()), (1, 1), "{wanted:?}");
    assert!(calls >= 8, "only {calls} calls");

    let mut reached = Vec::new();
    // At a call within the seed's own part, so that none is left out; then the calls that
    // matter most.
    let spread_out = (0..POINTS).map(|seed| 1 + (seed * calls + spread(seed) % calls) / POINTS);
    let decisive = ["CreateChangeSet", "ExecuteChangeSet"]
        .map(|action| 1 + made.iter().position(|call| call.action == action).unwrap());
    for (seed, at) in spread_out.chain(decisive).enumerate() {
        let moment = if seed % 2 == 0 { Stage::Received } else { Stage::Answered };
        begin(&emulator, &project, update);
        let child: Arc<Mutex<Option<Running>>> = Arc::default();
        let victim = Arc::clone(&child);
        let point: Arc<Mutex<String>> = Arc::default();
        let recorded = Arc::clone(&point);
        // Held until the watcher is set and has the process to kill.
        let mut held = child.lock().unwrap();
        proxy.watch(move |number, now, request| {
            if number != at || now != moment {
                return if number > at { Decision::Disconnect } else { Decision::Forward };
            }
            recorded.lock().unwrap().push_str(&request.action);
            victim.lock().unwrap().as_mut().unwrap().kill().unwrap();
            Decision::Disconnect
        });
        *held = Some(Running::start(project.command(&DEPLOY).unwrap()).unwrap());
        drop(held);
        let action = guardian_tests::wait::until(std::time::Duration::from_secs(60), || {
            let action = point.lock().unwrap().clone();
            let over = !action.is_empty() || child.lock().unwrap().as_mut().unwrap().has_ended();
            over.then_some(action)
        });
        let ended = child.lock().unwrap().take().unwrap().wait();
        proxy.unwatch();
        let what = format!("seed {seed}: {action:?} {moment:?}, call {at} of {calls}");
        if ended.code.is_none() {
            reached.push(action.unwrap_or_default());
        } else {
            // It polled the status less often than the first time, and had already ended.
            assert_eq!(ended.code, Some(0), "{what}: {}", ended.output());
        }

        let again = project.guardian(DEPLOY);
        assert_eq!(again.code, Some(0), "{what}: {}", again.output());
        let (found, change_sets, left) = snapshot(&aws);
        assert_eq!(found, wanted, "{what}");
        assert!(change_sets.is_empty(), "{what}: {change_sets:?}");
        // An update leaves the previous package, for a rollback; gc removes it.
        assert_eq!(left.len(), usize::from(update), "{what}: {left:?}");
        project.guardian(["gc", "--yes", "--older-than", "0", "--keep", "0"]).with(0);
        let (found, _, left) = snapshot(&aws);
        assert_eq!((found, left), (wanted.clone(), Vec::new()), "{what}");
    }
    assert!(reached.len() >= POINTS - 3, "only {} were killed: {reached:?}", reached.len());
    for action in ["CreateChangeSet", "ExecuteChangeSet"] {
        assert!(reached.iter().any(|r| r == action), "never at {action}: {reached:?}");
    }
}

#[test]
fn a_first_deploy_killed_at_any_of_30_points_is_finished_by_the_next_one() {
    killed_anywhere(false);
}

#[test]
fn an_update_killed_at_any_of_30_points_is_finished_by_the_next_one() {
    killed_anywhere(true);
}
