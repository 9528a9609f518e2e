//! Whole replays: of simulated weeks, of files, and their output.

use guardian_contract::{
    Aborted, Declared, Light, Semantics, Status, Verdict, Watch, read, verdict,
};
use guardian_replay::history::Origin;
use guardian_replay::publisher::{Source, alarm_states, publish};
use guardian_replay::report::{GRACE_MS, Options};
use guardian_replay::truth::{Meaning, truth};
use guardian_replay::{Conditions, History, Plan, Recipe, State, replay, simulate, svg, text};
use proptest::prelude::*;

fn plan(seed: u64, machines: u32, days: u32) -> Plan {
    Plan { seed, machines, days }
}

fn quick(recipes: &[Recipe]) -> Options {
    Options { recipes: recipes.to_vec(), ranges: Vec::new(), ..Options::default() }
}

#[test]
fn the_simulated_week_reports_what_it_reported() {
    let replay = replay(&simulate(plan(1, 50, 7)), &Options::default());
    let total = |recipe: Recipe| replay.recipes.iter().find(|r| r.recipe == recipe).unwrap().total;
    assert_eq!(total(Recipe::LastFinished).false_greens.count, 0);
    assert!(total(Recipe::Original).false_greens.count > 0);
    let deployed = total(Recipe::OriginalAsDeployed);
    assert_eq!(deployed.grey_ms, deployed.known_ms);
    let text = text::render(&replay, 10);
    insta::assert_snapshot!(text);
    let wide: Vec<&str> = text.lines().filter(|line| line.chars().count() > 80).collect();
    assert!(wide.is_empty(), "wider than 80 columns: {wide:#?}");
}

#[test]
fn ten_minutes_of_real_executions_on_the_emulator_leave_last_finished_without_a_false_light() {
    // 50 machines on ministack 1.5.33, started, failing and stopped at random, read
    // back with `guardian replay --from-aws --save`.
    let history = History::parse(include_str!("data/emulator.ndjson")).unwrap();
    assert_eq!((history.machines.len(), &history.origin), (50, &Origin::Recorded));
    let replay = replay(&history, &Options::default());
    let total = |recipe: Recipe| replay.recipes.iter().find(|r| r.recipe == recipe).unwrap().total;
    let ours = total(Recipe::LastFinished);
    assert_eq!((ours.false_greens.count, ours.false_reds.count, ours.red_missed), (0, 0, 0));
    let original = total(Recipe::Original);
    assert_eq!((original.turned_red, original.turned_green), (ours.turned_red, ours.turned_green));
    // No poll falls into the ten minutes: the alarms say OK throughout.
    assert_eq!((original.red_missed, original.raised), (original.turned_red, 0));
    assert!(original.false_greens.count > 0);
}

#[test]
fn with_all_events_last_finished_has_no_false_green_over_many_seeds() {
    for seed in 0..25 {
        let mut options = quick(&[Recipe::LastFinished]);
        options.conditions.seed = seed;
        let total = replay(&simulate(plan(seed, 20, 2)), &options).recipes[0].total;
        assert_eq!(total.false_greens.count, 0, "seed {seed}");
        assert_eq!(total.red_missed, total.red_missed_brief, "seed {seed}");
        assert!(total.turned_red > 0);
    }
}

#[test]
fn with_all_events_a_false_red_of_last_finished_needs_a_redrive_under_way() {
    // The list hides how the attempt before a redrive ended, so nothing is published meanwhile.
    // If a success came within the minute of a failure, its confirmation is held back too, and
    // the minute's Maximum stands until the redrive ends. Rare, and to the safe side.
    for seed in 0..25 {
        let history = simulate(plan(seed, 20, 2));
        let span = (history.from_ms, history.to_ms);
        let conditions = Conditions { seed, ..Conditions::default() };
        for (key, runs) in &history.machines {
            let recipe = Recipe::LastFinished;
            let points = publish(recipe, key, runs, Meaning::default(), span, &conditions);
            let said = alarm_states(&recipe.alarm(None), &points, span.0, span.1);
            let truth = truth(runs, Meaning::default(), span.0, span.1);
            let wrong = truth
                .zip(&said)
                .into_iter()
                .filter(|s| s.state == (Light::Green, State::Alarm) && s.len_ms() > GRACE_MS);
            for stretch in wrong {
                let under_way = |r: &&guardian_contract::Run| {
                    r.redrive_count > 0
                        && r.began_ms() < stretch.to_ms
                        && r.stop_ms.is_none_or(|stop| stop > stretch.from_ms)
                };
                assert!(runs.iter().any(|r| under_way(&r)), "seed {seed} {key} {stretch:?}");
            }
        }
    }
}

#[test]
fn with_lost_events_no_false_green_outlives_the_next_list() {
    let round_ms = 3_600_000;
    let mut found = 0;
    for seed in 0..25 {
        let history = simulate(plan(seed, 20, 2));
        let span = (history.from_ms, history.to_ms);
        let lossy = Conditions {
            seed,
            lost_events: 0.3,
            round_ms: Some(round_ms),
            ..Conditions::default()
        };
        for (key, runs) in &history.machines {
            let recipe = Recipe::LastFinished;
            let points = publish(recipe, key, runs, Meaning::default(), span, &lossy);
            let said = alarm_states(&recipe.alarm(None), &points, span.0, span.1);
            let truth = truth(runs, Meaning::default(), span.0, span.1);
            let wrong = truth
                .zip(&said)
                .into_iter()
                .filter(|s| s.state == (Light::Red, State::Ok) && s.len_ms() > GRACE_MS);
            for stretch in wrong {
                found += 1;
                let lists = points.iter().filter(|p| p.source == Source::List);
                let next = lists.map(|p| p.point.at_ms).find(|at| *at >= stretch.from_ms);
                let end = next.map_or(span.1, |at| at + GRACE_MS);
                assert!(stretch.to_ms <= end, "seed {seed} {key} {stretch:?} {next:?}");
                assert!(stretch.len_ms() <= round_ms + GRACE_MS, "seed {seed} {key} {stretch:?}");
            }
        }
    }
    assert!(found > 0, "no event that mattered was lost: the test proved nothing");
}

#[test]
fn with_lost_events_there_is_no_false_green_where_a_round_takes_a_minute() {
    for seed in 0..10 {
        let mut options = quick(&[Recipe::LastFinished]);
        (options.conditions.seed, options.conditions.lost_events) = (seed, 0.3);
        let total = replay(&simulate(plan(seed, 20, 2)), &options).recipes[0].total;
        assert_eq!(total.false_greens.count, 0, "seed {seed}");
        assert_eq!(total.red_missed, total.red_missed_brief, "seed {seed}");
    }
}

/// A day of a machine that runs each hour. Five times a run fails and its retry, a minute later,
/// succeeds; once the retry fails, too, and an hour passes until the next run.
fn a_day_of_retries() -> String {
    let mut lines = vec![
        r#"{"guardian_history":1,"from":"2026-01-05T00:00:00Z","to":"2026-01-06T00:00:00Z"}"#
            .to_owned(),
    ];
    for hour in 0..24 {
        let mut line = |number: u32, status: &str, start: &str, stop: &str| {
            let at = |time: &str| format!("2026-01-05T{hour:02}:{time}Z");
            lines.push(format!(
                r#"{{"machine":"hourly","execution":"{hour}-{number}","status":"{status}","start":"{}","stop":"{}"}}"#,
                at(start),
                at(stop)
            ));
        };
        let (first, retry) = match hour {
            10 => ("FAILED", Some("FAILED")),
            4 | 8 | 12 | 16 | 20 => ("FAILED", Some("SUCCEEDED")),
            _ => ("SUCCEEDED", None),
        };
        line(1, first, "05:00", "06:00");
        if let Some(retry) = retry {
            line(2, retry, "07:00", "07:30");
        }
    }
    lines.join("\n")
}

#[test]
fn with_time_to_settle_only_the_failure_that_its_retry_did_not_mend_is_told() {
    let history = History::parse(&a_day_of_retries()).unwrap();
    let total = |settle_s: Option<u32>| {
        let defaults = Declared { settle_s, ..Declared::default() };
        let watch = Watch { defaults, ..Watch::default() };
        let options = Options { watch, ..quick(&[Recipe::LastFinished]) };
        let replay = replay(&history, &options);
        let shown = text::render(&replay, 0).contains("up to 2m00s to be retried, at 1 of");
        assert_eq!(shown, settle_s == Some(120));
        replay.recipes[0].total
    };
    let (at_once, settling) = (total(None), total(Some(120)));
    assert_eq!((at_once.turned_red, at_once.raised), (6, 6));
    assert_eq!((settling.turned_red, settling.raised), (1, 1));
    for total in [at_once, settling] {
        assert_eq!((total.false_greens.count, total.false_reds.count), (0, 0));
        assert_eq!(total.red_missed, 0);
        assert!(total.detection.worst_ms.unwrap() <= 70_000, "{:?}", total.detection);
    }
    // A retry that takes longer than the time that is given comes too late.
    assert_eq!(total(Some(60)).raised, 6);
}

#[test]
fn with_time_to_settle_there_is_no_false_green_over_many_seeds_and_fewer_failures() {
    let (mut at_once, mut settling) = (0, 0);
    for seed in 0..10 {
        let mut options = quick(&[Recipe::LastFinished]);
        options.conditions.seed = seed;
        let history = simulate(plan(seed, 20, 2));
        at_once += replay(&history, &options).recipes[0].total.turned_red;
        options.watch.defaults.settle_s = Some(300);
        let total = replay(&history, &options).recipes[0].total;
        assert_eq!(total.false_greens.count, 0, "seed {seed}");
        assert_eq!(total.red_missed, total.red_missed_brief, "seed {seed}");
        settling += total.turned_red;
    }
    assert!(settling < at_once, "{settling} of {at_once}");
}

#[test]
fn the_simulator_is_deterministic_and_a_machine_more_changes_no_other() {
    let week = simulate(plan(7, 50, 7));
    assert_eq!(week, simulate(plan(7, 50, 7)));
    let more = simulate(plan(7, 60, 7));
    assert!(week.machines.iter().all(|(key, runs)| more.machines.get(key) == Some(runs)));
    assert_ne!(week.machines, simulate(plan(8, 50, 7)).machines);
}

#[test]
fn the_simulated_week_holds_all_that_lights_get_wrong() {
    let week = simulate(plan(1, 50, 7));
    assert_eq!(week.machines.len(), 50);
    let runs: Vec<_> = week.machines.values().flatten().collect();
    for status in
        [Status::Succeeded, Status::Failed, Status::TimedOut, Status::Aborted, Status::Running]
    {
        assert!(runs.iter().any(|r| r.status == status), "{status:?}");
    }
    assert!(runs.iter().any(|r| r.redrive_count > 0), "redrives");
    assert!(week.machines.values().any(Vec::is_empty), "a machine that never ran");
    let overlaps = week
        .machines
        .values()
        .any(|runs| runs.windows(2).any(|w| w[0].stop_ms.is_some_and(|stop| w[1].start_ms < stop)));
    assert!(overlaps, "runs at the same time");
    assert_eq!(week.hidden_attempts(), 0);
}

#[test]
fn a_file_says_that_it_is_simulated_and_reads_back_the_same() {
    let week = simulate(plan(3, 50, 2));
    let file = week.write();
    let first = file.lines().next().unwrap();
    assert!(first.contains("\"simulated\":true,\"seed\":3"), "{first}");
    assert_eq!(History::parse(&file).unwrap(), week);
    assert_eq!(week.origin, Origin::Simulated(3));
    assert!(text::render(&replay(&week, &quick(&[])), 0).contains("simulated (seed 3)"));
}

#[test]
fn a_bad_line_is_named_with_what_is_wrong_with_it() {
    let good = r#"{"machine":"m","execution":"a","status":"FAILED","start":1700000000010,"stop":1700000000020}"#;
    for (bad, reason) in [
        (r#"{"machine":"m","#, "EOF"),
        (
            r#"{"machine":"m","execution":"b","status":"LOST","start":1700000000001}"#,
            "unknown variant `LOST`",
        ),
        (
            r#"{"machine":"m","execution":"b","status":"FAILED","start":1700000000001}"#,
            "needs `stop`",
        ),
        (
            r#"{"machine":"m","execution":"b","status":"RUNNING","start":1700000000001,"stop":1700000000002}"#,
            "cannot have",
        ),
        (
            r#"{"machine":"m","execution":"b","status":"FAILED","start":1700000000003,"stop":1700000000002}"#,
            "before",
        ),
        (r#"{"machine":"é","execution":"b","status":"RUNNING","start":1700000000001}"#, "é"),
        (r#"{"machine":"m","execution":"","status":"RUNNING","start":1700000000001}"#, "empty"),
        (r#"{"machine":"m","execution":"b","status":"RUNNING","start":"noon"}"#, "`noon`"),
        (r#"{"machine":"m","execution":"b","status":"RUNNING","start":1.5}"#, "RFC 3339"),
        (r#"{"machine":"m","execution":"b","status":"RUNNING","start":9000000000000000}"#, "9999"),
        (
            r#"{"machine":"m","execution":"b","status":"RUNNING","start":1700000000001,"redrive":1700000000002}"#,
            "go together",
        ),
        (
            r#"{"machine":"m","execution":"b","status":"RUNNING","start":1700000000}"#,
            "multiply seconds by 1000",
        ),
        (
            r#"{"machine":"m","execution":"b","status":"RUNNING","begin":1}"#,
            "unknown field `begin`",
        ),
        (
            r#"{"machine":"m","execution":"a","status":"SUCCEEDED","start":1700000000010,"stop":1700000000020}"#,
            "ended otherwise on line 1",
        ),
    ] {
        let error = History::parse(&format!("{good}\n\n{bad}\n")).unwrap_err();
        assert_eq!(error.line, 3, "{error}");
        assert!(error.reason.contains(reason), "{error} should say {reason}");
    }
    let error = History::parse("{\"guardian_history\":9}").unwrap_err();
    assert!(error.to_string().starts_with("line 1: format 9"), "{error}");
    assert!(History::parse("").unwrap_err().reason.contains("no attempt"));
    assert!(
        History::parse("{\"guardian_history\":1,\"from\":1700000000005,\"to\":1700000000005}")
            .is_err()
    );
}

#[test]
fn a_run_recorded_twice_counts_once_and_a_map_runs_child_not_at_all() {
    let child = "arn:aws:states:us-east-1:000000000000:execution:m/label:x";
    let file = format!(
        "\u{feff}{}\r\n{}\r\n{}\r\n{}\r\n",
        r#"{"machine":"m-step-function","execution":"a","status":"RUNNING","start":"2023-11-14T22:13:30Z"}"#,
        r#"{"machine":"m","execution":"a","status":"FAILED","start":1700000010000,"stop":"2023-11-15T00:13:20+01:00"}"#,
        r#"{"machine":"m","execution":"a","status":"RUNNING","start":1700000010000}"#,
        format_args!(
            r#"{{"machine":"m","execution":"{child}","status":"FAILED","start":1700000000001,"stop":1700000000002}}"#
        ),
    );
    let history = History::parse(&file).unwrap();
    let runs: Vec<_> = history.machines.values().flatten().collect();
    assert_eq!(runs.len(), 1);
    assert_eq!((runs[0].status, runs[0].stop_ms), (Status::Failed, Some(1_700_003_600_000)));
}

#[test]
fn attempts_that_a_redrive_covers_are_counted_and_told() {
    let redriven = r#"{"machine":"m","execution":"a","status":"SUCCEEDED","start":1700000000001,"stop":1700000000090,"redrive":1700000000050,"redrive_count":2}"#;
    let history = History::parse(redriven).unwrap();
    assert_eq!(history.hidden_attempts(), 2);
    let text = text::render(&replay(&history, &quick(&[Recipe::Original])), 5);
    assert!(text.contains("2 attempts without a recorded end"), "{text}");
}

#[test]
fn the_picture_is_the_same_each_time_names_every_machine_and_is_closed_xml() {
    let week = simulate(plan(2, 12, 3));
    let picture = svg::render(&replay(&week, &quick(&[Recipe::Original, Recipe::LastFinished])));
    let again = svg::render(&replay(&week, &quick(&[Recipe::Original, Recipe::LastFinished])));
    assert_eq!(picture, again);
    assert!(week.machines.keys().all(|key| picture.contains(&format!(">{key}</text>"))));
    assert!(picture.contains("simulated executions (seed 2)"));
    for words in ["striped: failed / ALARM", "plain: succeeded / OK", "dotted:"] {
        assert!(picture.contains(words), "{words}");
    }
    for tag in ["svg", "g", "text", "title", "pattern", "defs", "desc"] {
        let opened = picture.matches(&format!("<{tag}>")).count()
            + picture.matches(&format!("<{tag} ")).count();
        assert_eq!(opened, picture.matches(&format!("</{tag}>")).count(), "{tag}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn without_redrives_the_truth_is_what_the_contract_reads_at_every_instant(
        seeds in prop::collection::vec((0i64..200, 1i64..60, 0usize..5), 0..12),
    ) {
        let runs: Vec<_> = seeds.iter().enumerate().map(|(i, &(start_ms, lasts, status))| {
            let status = Status::ALL[status];
            guardian_contract::Run {
                arn: format!("e{i}"),
                status,
                // Two runs that begin at once and end at once would contradict each other.
                start_ms: start_ms * 20 + i as i64,
                stop_ms: status.is_finished().then_some((start_ms + lasts) * 20 + i as i64),
                redrive_ms: None,
                redrive_count: 0,
            }
        }).collect();
        let line = truth(&runs, Meaning::default(), 0, 6_000);
        let settling = Meaning { settle_ms: 500, ..Meaning::default() };
        let settled = truth(&runs, settling, 0, 6_000);
        for at in (0..6_000).step_by(13) {
            let over: Vec<_> =
                runs.iter().filter(|r| r.stop_ms.is_some_and(|s| s <= at)).cloned().collect();
            let light = read(Semantics::LastFinished, Aborted::Red, &over).light;
            prop_assert_eq!(line.at(at), light, "at {}", at);
            // While a first failure has time to be retried the light stays as it was.
            if let Verdict::Read(reading) =
                verdict(Semantics::LastFinished, Aborted::Red, 500, &over, None, at)
            {
                prop_assert_eq!(settled.at(at), reading.light, "settled at {}", at);
            }
        }
    }

    #[test]
    fn no_text_makes_the_reader_of_histories_panic(text in "\\PC{0,80}\n?\\PC{0,80}") {
        let _ = History::parse(&text);
    }
}
