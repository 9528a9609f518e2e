//! The claim that "Maximum over an hour, published every three hours, always shows the latest
//! status", taken apart: each way in which it is false, with its numbers. And what the models
//! publish.

use guardian_contract::{MachineKey, Run, Status};
use guardian_replay::alarm::{MINUTE_MS, MissingData, Window};
use guardian_replay::publisher::{Source, alarm_states, publish};
use guardian_replay::truth::Meaning;
use guardian_replay::{Alarm, Conditions, Point, Recipe, State};

const HOUR_MS: i64 = 60 * MINUTE_MS;

fn point(minute: i64, code: u8) -> Point {
    Point { at_ms: minute * MINUTE_MS, visible_ms: minute * MINUTE_MS, value: f64::from(code) }
}

/// Minutes at which the state changes, and to what.
fn changes(alarm: &Alarm, points: &[Point], hours: i64) -> Vec<(i64, State)> {
    let states = alarm.evaluate(points, 0, hours * HOUR_MS, State::InsufficientData);
    states.segments().skip(1).map(|s| (s.from_ms / MINUTE_MS, s.state)).collect()
}

fn run(name: &str, status: Status, start_min: i64, stop_min: i64) -> Run {
    Run {
        arn: name.into(),
        status,
        start_ms: start_min * MINUTE_MS,
        stop_ms: status.is_finished().then_some(stop_min * MINUTE_MS),
        redrive_ms: None,
        redrive_count: 0,
    }
}

fn m() -> MachineKey {
    MachineKey::new("m").expect("a letter is a key")
}

/// Nothing is late and nothing is lost; a machine is listed once and not again.
fn ideal() -> Conditions {
    Conditions {
        hint_delay_ms: (1_000, 1_000),
        sweep_delay_ms: (1_000, 1_000),
        tick_takes_ms: (0, 0),
        round_ms: Some(1_000 * HOUR_MS),
        ingest_delay_ms: (0, 0),
        ..Conditions::default()
    }
}

fn minutes(recipe: Recipe, runs: &[Run], hours: i64, c: &Conditions) -> Vec<(i64, u8, Source)> {
    minutes_since(0, recipe, runs, hours, c)
}

/// The same of a function that was deployed in that minute.
fn minutes_since(
    minute: i64,
    recipe: Recipe,
    runs: &[Run],
    hours: i64,
    c: &Conditions,
) -> Vec<(i64, u8, Source)> {
    publish(recipe, &m(), runs, Meaning::default(), (minute * MINUTE_MS, hours * HOUR_MS), c)
        .iter()
        .map(|p| (p.point.at_ms / MINUTE_MS, p.point.value as u8, p.source))
        .collect()
}

#[test]
fn falsity_one_the_maximum_is_the_greatest_code_and_not_the_newest() {
    // FAILED at 0:05, SUCCEEDED at 0:10: ALARM until 1:06, 56 minutes after the recovery.
    let range_of_one = Recipe::Original.alarm(Some(1));
    let states = changes(&range_of_one, &[point(5, 3), point(10, 2)], 1);
    assert_eq!(states, [(6, State::Alarm)]);
    let alarm = Recipe::Original.alarm(None);
    let states = changes(&alarm, &[point(5, 3), point(10, 2)], 2);
    assert_eq!(states[..2], [(6, State::Alarm), (66, State::Ok)]);
    // ABORTED, the greatest code, hides whatever else the hour held.
    let minimum = Alarm { threshold: 5.0, ..alarm };
    let states = changes(&minimum, &[point(5, 3), point(6, 5), point(7, 2)], 1);
    assert_eq!(states, [(6, State::Ok), (7, State::Alarm)]);
}

#[test]
fn falsity_one_goes_on_the_range_brings_a_failure_back_that_was_over_an_hour_ago() {
    // From 1:11 on the newest hour is empty, and the hour before it, 0:11 to 1:11 back from there,
    // holds both points again: their maximum is the failure. The alarm rises a second time, with
    // without any failure. This follows from the page's rules for a sliding window; users report the
    // same ("flapping from the look-back", guardian/support-service-lambdas PR 2423).
    let alarm = Recipe::Original.alarm(Some(3));
    let states = changes(&alarm, &[point(5, 3), point(10, 2)], 5);
    let no_data = State::InsufficientData;
    assert_eq!(
        states,
        [
            (6, State::Alarm),
            (66, State::Ok),
            (71, State::Alarm),
            (126, State::Ok),
            (131, State::Alarm),
            (186, State::Ok),
            (191, no_data),
        ]
    );
}

#[test]
fn falsity_two_a_three_hourly_point_leaves_the_hour_and_only_an_unpublished_range_holds_it() {
    let on_time = [point(0, 3), point(180, 3), point(360, 3)];
    // As long as the range is three periods and every poll punctual, the state holds.
    let states = changes(&Recipe::Original.alarm(Some(3)), &on_time, 9);
    assert_eq!(states, [(1, State::Alarm)]);
    // With the hour that the recipe reasons with, two hours of three have no state.
    let states = changes(&Recipe::Original.alarm(Some(1)), &on_time, 6);
    let no_data = State::InsufficientData;
    assert_eq!(states, [(1, State::Alarm), (61, no_data), (181, State::Alarm), (241, no_data)]);
    // With a range of three and a poll that is four minutes late, the margin is gone.
    let late = [point(0, 3), point(184, 3)];
    let states = changes(&Recipe::Original.alarm(Some(3)), &late, 6);
    assert_eq!(states, [(1, State::Alarm), (181, no_data), (185, State::Alarm)]);
}

#[test]
fn falsity_two_with_a_wall_clock_window_two_hours_of_three_are_missing() {
    let wall = Window::WallClock { offset_s: 0 };
    let alarm = Alarm { window: wall, ..Recipe::Original.alarm(None) };
    let states = changes(&alarm, &[point(0, 3), point(180, 3)], 6);
    let no_data = State::InsufficientData;
    assert_eq!(states, [(60, State::Alarm), (120, no_data), (240, State::Alarm), (300, no_data)]);
}

#[test]
fn falsity_three_when_the_window_is_empty_the_setting_decides_and_only_ignore_holds() {
    for (missing, code, after) in [
        (MissingData::Missing, 3, Some(State::InsufficientData)),
        (MissingData::NotBreaching, 3, Some(State::Ok)), // a recovery that did not happen
        (MissingData::Breaching, 2, Some(State::Alarm)), // a failure that did not happen
        (MissingData::Ignore, 3, None),
        (MissingData::Ignore, 2, None),
    ] {
        let alarm = Alarm { missing, ..Recipe::Original.alarm(None) };
        let last = changes(&alarm, &[point(0, code)], 6).into_iter().find(|(at, _)| *at >= 180);
        assert_eq!(last, after.map(|state| (181, state)), "{missing:?}");
    }
}

#[test]
fn falsity_four_a_restart_turns_the_alarm_ok_before_it_has_ended() {
    // Fails at 2:50, is started again at 5:59, and fails again at 6:30.
    let runs = [run("a", Status::Failed, 160, 170), run("b", Status::Failed, 359, 390)];
    let points =
        publish(Recipe::Original, &m(), &runs, Meaning::default(), (0, 12 * HOUR_MS), &ideal());
    let states = alarm_states(&Recipe::Original.alarm(None), &points, 0, 12 * HOUR_MS);
    let changes: Vec<_> = states.segments().map(|s| (s.from_ms / MINUTE_MS, s.state)).collect();
    assert_eq!(
        changes,
        [
            (0, State::InsufficientData),
            (1, State::Ok),
            (181, State::Alarm), // ten minutes after the failure, by luck of the schedule
            // The poll of 6:00 sees RUNNING. Its 1 is overruled by nothing: the 3 is of 3:00.
            (361, State::Ok),
            (541, State::Alarm), // 2 h 30 min after the second failure
        ]
    );
    let points =
        publish(Recipe::LastFinished, &m(), &runs, Meaning::default(), (0, 12 * HOUR_MS), &ideal());
    let states = alarm_states(&Recipe::LastFinished.alarm(None), &points, 0, 12 * HOUR_MS);
    let changes: Vec<_> = states.segments().map(|s| (s.from_ms / MINUTE_MS, s.state)).collect();
    assert_eq!(changes, [(0, State::InsufficientData), (171, State::Alarm)]);
}

#[test]
fn as_deployed_no_alarm_ever_has_data() {
    let runs = [run("a", Status::Failed, 10, 20)];
    let recipe = Recipe::OriginalAsDeployed;
    let points = publish(recipe, &m(), &runs, Meaning::default(), (0, 24 * HOUR_MS), &ideal());
    let states = alarm_states(&recipe.alarm(None), &points, 0, 24 * HOUR_MS);
    let all: Vec<_> = states.segments().map(|s| (s.len_ms(), s.state)).collect();
    assert_eq!(all, [(24 * HOUR_MS, State::InsufficientData)]);
}

#[test]
fn the_original_polls_the_first_row_and_publishes_zero_for_a_machine_that_never_ran() {
    let sweep = Source::Sweep;
    assert_eq!(
        minutes(Recipe::Original, &[], 7, &ideal()),
        [(0, 0, sweep), (180, 0, sweep), (360, 0, sweep)]
    );
    // The list sorts finished runs by when they ended: the long run that began first comes first.
    let runs = [run("long", Status::Failed, 10, 170), run("short", Status::Succeeded, 60, 65)];
    assert_eq!(minutes(Recipe::Original, &runs, 4, &ideal()), [(0, 0, sweep), (180, 3, sweep)]);
}

#[test]
fn last_finished_publishes_with_each_event_for_three_minutes_and_every_five() {
    let runs = [run("a", Status::Failed, 10, 20), run("b", Status::Running, 30, 0)];
    use Source::{Event, Tick};
    let ticks = |minutes: &[i64]| minutes.iter().map(|at| (*at, 3, Tick)).collect::<Vec<_>>();
    assert_eq!(
        minutes(Recipe::LastFinished, &runs, 1, &ideal()),
        [
            // Nothing before 0:20: no run has finished.
            vec![(20, 3, Event)],
            ticks(&[20, 21, 22, 25]),
            // The restart decides nothing; the light is said once more.
            vec![(30, 3, Event)],
            ticks(&[30, 31, 32, 35, 40, 45, 50, 55]),
        ]
        .concat()
    );
    assert_eq!(minutes(Recipe::LastFinished, &[], 24, &ideal()), []);
}

#[test]
fn what_a_list_confirms_each_minute_is_published_each_minute() {
    let runs = [run("a", Status::Failed, 10, 20)];
    let each_minute = Conditions { round_ms: Some(MINUTE_MS), ..ideal() };
    let ticks = minutes(Recipe::LastFinished, &runs, 1, &each_minute);
    let ticks = ticks.iter().filter(|(.., source)| *source == Source::Tick);
    assert!(ticks.map(|(at, ..)| *at).eq(20..60));
}

#[test]
fn a_lost_event_is_made_good_by_the_next_list() {
    let runs = [run("a", Status::Failed, 10, 20)];
    for (round_ms, latest) in [(MINUTE_MS, 20), (10 * MINUTE_MS, 30), (3 * HOUR_MS, 200)] {
        let lossy = Conditions { lost_events: 1.0, round_ms: Some(round_ms), ..ideal() };
        let spoken = minutes(Recipe::LastFinished, &runs, 4, &lossy);
        let (at, code, source) = spoken[0];
        assert_eq!((code, source), (3, Source::List));
        assert!((20..=latest).contains(&at), "{at} {round_ms}");
        // As after an event, the next minutes repeat it.
        assert!(spoken.contains(&(at + 1, 3, Source::Tick)), "{spoken:?}");
    }
}

#[test]
fn while_the_last_finished_run_is_redriven_the_light_stays_red() {
    let mut again = run("b", Status::Succeeded, 10, 200);
    (again.redrive_ms, again.redrive_count) = (Some(30 * MINUTE_MS), 1);
    let runs = [run("a", Status::Succeeded, 1, 2), run("b", Status::Failed, 10, 20), again];
    let spoken = minutes(Recipe::LastFinished, &runs, 6, &ideal());
    assert!(spoken.iter().all(|(at, code, _)| (20..200).contains(at) == (*code == 3)));
    // A function that comes later sees a run in progress that only a failure can have begun.
    let spoken = minutes_since(40, Recipe::LastFinished, &runs, 6, &ideal());
    assert!(spoken.contains(&(180, 3, Source::Tick)), "{spoken:?}");
    assert!(spoken.iter().all(|(at, code, _)| (20..200).contains(at) == (*code == 3)));
    let points =
        publish(Recipe::LastFinished, &m(), &runs, Meaning::default(), (0, 6 * HOUR_MS), &ideal());
    let states = alarm_states(&Recipe::LastFinished.alarm(None), &points, 0, 6 * HOUR_MS);
    assert_eq!(states.at(190 * MINUTE_MS), State::Alarm);
    assert_eq!(states.at(202 * MINUTE_MS), State::Ok);
}

#[test]
fn a_redrive_whose_earlier_attempts_nobody_knows_holds_the_light() {
    // `a` is older than the success, but of its second attempt only the present end is listed: it
    // may have failed after `b` succeeded. Nothing is published until the redrive has ended.
    let attempt = |status, redrive: i64, stop: i64, count| guardian_contract::Run {
        redrive_ms: Some(redrive * MINUTE_MS),
        redrive_count: count,
        ..run("a", status, 1, stop)
    };
    let runs = [
        run("a", Status::Failed, 1, 2),
        attempt(Status::Failed, 10, 20, 1),
        run("b", Status::Succeeded, 15, 30),
        attempt(Status::Succeeded, 170, 200, 2),
    ];
    let spoken = minutes_since(171, Recipe::LastFinished, &runs, 4, &ideal());
    assert_eq!(spoken.first(), Some(&(200, 2, Source::Event)), "{spoken:?}");
    // The row of a function that ran before knows how each attempt ended, from its events.
    let spoken = minutes(Recipe::LastFinished, &runs, 4, &ideal());
    assert!(spoken.iter().any(|(at, code, _)| *at == 30 && *code == 2), "{spoken:?}");
    assert!(spoken.iter().any(|(at, ..)| (170..200).contains(at)), "{spoken:?}");
    assert!(spoken.iter().all(|(at, code, _)| (2..30).contains(at) == (*code == 3)), "{spoken:?}");
}

#[test]
fn a_failure_is_published_though_an_older_run_is_redriven_meanwhile() {
    // `old` is redriven for the second time just when `new` has failed; how its attempt before
    // ended is not in the list. Whatever it was, the light is red: `new` is, and only what did not
    // succeed is redriven.
    let old = |status, redrive: i64, stop: i64, count| Run {
        redrive_ms: Some(redrive * MINUTE_MS),
        redrive_count: count,
        ..run("old", status, 1, stop)
    };
    let runs = [
        run("old", Status::Failed, 1, 2),
        old(Status::Failed, 3, 5, 1),
        run("good", Status::Succeeded, 6, 7),
        run("new", Status::Failed, 15, 20),
        old(Status::TimedOut, 20, 60, 2),
    ];
    let spoken = minutes(Recipe::LastFinished, &runs, 1, &ideal());
    assert!(spoken.iter().any(|(at, code, _)| *at == 20 && *code == 3), "{spoken:?}");
}

#[test]
fn a_success_within_the_minute_of_a_failure_is_seen_with_the_next_minutes_tick() {
    let mut fixed = run("b", Status::Succeeded, 20, 20);
    (fixed.start_ms, fixed.stop_ms) = (20 * MINUTE_MS + 5_000, Some(20 * MINUTE_MS + 30_000));
    let runs = [run("a", Status::Failed, 10, 20), fixed];
    let points =
        publish(Recipe::LastFinished, &m(), &runs, Meaning::default(), (0, HOUR_MS), &ideal());
    let states = alarm_states(&Recipe::LastFinished.alarm(None), &points, 0, HOUR_MS);
    let changes: Vec<_> = states.segments().map(|s| (s.from_ms / MINUTE_MS, s.state)).collect();
    // Maximum of 3 and 2 in minute 20; the tick of minute 21 says 2.
    assert_eq!(changes, [(0, State::InsufficientData), (21, State::Alarm), (22, State::Ok)]);
}
