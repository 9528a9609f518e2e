//! CloudWatch's alarm rules against CloudWatch's own documentation: its tables of examples, its
//! sentences, and the cases in which they are silent or at odds.
//!
//! "The page" is "Configuring how CloudWatch alarms treat missing data":
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html>

use guardian_replay::alarm::{
    Comparison, Evaluation, InvalidAlarm, MINUTE_MS, MissingData, Statistic, Window,
};
use guardian_replay::{Alarm, Point, State};
use proptest::prelude::*;

const TREATMENTS: [MissingData; 4] =
    [MissingData::Missing, MissingData::Ignore, MissingData::Breaching, MissingData::NotBreaching];
const HOUR_MS: i64 = 60 * MINUTE_MS;

fn alarm(m: u32, n: u32, missing: MissingData) -> Alarm {
    Alarm {
        statistic: Statistic::Maximum,
        comparison: Comparison::GreaterThanOrEqualToThreshold,
        threshold: 3.0,
        period_s: 60,
        evaluation_periods: n,
        datapoints_to_alarm: m,
        missing,
        window: Window::Sliding,
        range: Alarm::range_like_the_example(n),
    }
}

/// The page's notation: `0` not breaching, `X` breaching, `-` missing; the newest on the right.
fn values(notation: &str) -> Vec<(u32, f64)> {
    let marks: Vec<&str> = notation.split_whitespace().rev().collect();
    let mut real = Vec::new();
    for (age, mark) in marks.iter().enumerate() {
        match *mark {
            "0" => real.push((age as u32, 1.0)),
            "X" => real.push((age as u32, 3.0)),
            other => assert_eq!(other, "-"),
        }
    }
    real
}

fn decide(m: u32, n: u32, missing: MissingData, notation: &str) -> Evaluation {
    alarm(m, n, missing).decide(&values(notation))
}

const OK: Option<State> = Some(State::Ok);
const ALARM: Option<State> = Some(State::Alarm);
const NO_DATA: Option<State> = Some(State::InsufficientData);
/// "Retain current state".
const RETAIN: Option<State> = None;

fn agrees_with(m: u32, table: [(&str, u32, [Option<State>; 4]); 5]) {
    for (notation, filled, states) in table {
        for (missing, state) in TREATMENTS.into_iter().zip(states) {
            let expected = Evaluation { state, filled };
            assert_eq!(decide(m, 3, missing, notation), expected, "{notation} as {missing:?}");
        }
    }
}

#[test]
fn the_pages_first_table_three_of_three_with_a_range_of_five() {
    assert_eq!(alarm(3, 3, MissingData::Missing).range, 5);
    agrees_with(
        3,
        [
            // Data points, how many must be filled; missing, ignore, breaching, not breaching.
            ("0 - X - X", 0, [OK, OK, OK, OK]),
            ("0 - - - -", 2, [OK, OK, OK, OK]),
            ("- - - - -", 3, [NO_DATA, RETAIN, ALARM, OK]),
            ("0 X X - X", 0, [ALARM, ALARM, ALARM, ALARM]),
            ("- - X - -", 2, [ALARM, RETAIN, ALARM, OK]),
        ],
    );
}

#[test]
fn the_pages_second_table_two_of_three_with_a_range_of_five() {
    agrees_with(
        2,
        [
            ("0 - X - X", 0, [ALARM, ALARM, ALARM, ALARM]),
            ("0 0 X 0 X", 0, [ALARM, ALARM, ALARM, ALARM]),
            ("0 - X - -", 1, [OK, OK, ALARM, OK]),
            ("- - - - 0", 2, [OK, OK, ALARM, OK]),
            ("- - - X -", 2, [ALARM, RETAIN, ALARM, OK]),
        ],
    );
}

#[test]
fn the_second_row_treated_as_breaching_turns_to_alarm_at_the_next_evaluation() {
    // The page: "The next time this alarm is evaluated, if the data is still missing it will go to
    // ALARM, as that non-breaching data point will no longer be in the evaluation range."
    let alarm = alarm(3, 3, MissingData::Breaching);
    let point = Point { at_ms: 0, visible_ms: 0, value: 1.0 };
    let states = alarm.evaluate(&[point], 5 * MINUTE_MS, 8 * MINUTE_MS, State::Ok);
    assert_eq!(states.at(5 * MINUTE_MS), State::Ok, "0 - - - -");
    assert_eq!(states.at(6 * MINUTE_MS), State::Alarm, "- - - - -");
}

#[test]
fn a_young_breach_alone_does_not_turn_the_alarm_and_a_good_point_after_it_is_ok() {
    // The page, "Avoiding premature transitions to alarm state": not at `- - - - X` and
    // `- - - X -`, nor after `- - - X O` and `- - X - O`; always at `- - X - -`.
    for early in ["- - - - X", "- - - X -"] {
        assert_eq!(decide(3, 3, MissingData::Missing, early).state, RETAIN, "{early}");
    }
    for healed in ["- - - X 0", "- - X - 0"] {
        assert_eq!(decide(3, 3, MissingData::Missing, healed).state, OK, "{healed}");
    }
    assert_eq!(decide(3, 3, MissingData::Missing, "- - X - -").state, ALARM);
}

#[test]
fn the_tables_win_over_the_sentence_on_m_of_n_where_a_good_point_is_older_than_the_breach() {
    // The page's last sentence on M of N ("if the oldest breaching data point … is at least as old
    // as Datapoints to Alarm, and all of the more recent data points are either breaching or
    // missing, the alarm goes into ALARM state") would turn `0 - X - -` to ALARM for 2 of 3. The
    // page's table says OK. The table is right: it is the example that was worked through.
    assert_eq!(decide(2, 3, MissingData::Missing, "0 - X - -").state, OK);
    // Nor is it so with three real points: `0 X X - -` has the same ones as the first table's
    // `0 - X - X`, which is OK for 3 of 3.
    assert_eq!(decide(3, 3, MissingData::Missing, "0 X X - -").state, OK);
}

#[test]
fn silent_case_a_young_breach_keeps_the_state_that_was() {
    // "Does not go immediately into ALARM" leaves open what the state is. It stays: a breaching
    // point is no ground for OK, and one real point is not "all missing".
    let alarm = alarm(3, 3, MissingData::Missing);
    let point = Point { at_ms: 0, visible_ms: 0, value: 3.0 };
    for before in [State::Ok, State::Alarm, State::InsufficientData] {
        let states = alarm.evaluate(&[point], MINUTE_MS, 2 * MINUTE_MS, before);
        assert_eq!(states.at(MINUTE_MS), before);
    }
}

#[test]
fn silent_case_gaps_that_breach_count_at_once() {
    // The page warns of premature alarms for "missing" data. Where gaps are breaches, `- - - - -`
    // is ALARM (table), and a breaching point more cannot make it less so.
    for notation in ["- - - - X", "- - - X -"] {
        assert_eq!(decide(3, 3, MissingData::Breaching, notation).state, ALARM, "{notation}");
    }
}

#[test]
fn silent_case_enough_breaches_are_enough_whatever_is_missing() {
    // Two real breaches of 2 out of 3: no treatment of the third changes that.
    for missing in TREATMENTS {
        assert_eq!(decide(2, 3, missing, "- - - X X").state, ALARM, "{missing:?}");
    }
}

#[test]
fn contradiction_an_old_breach_counts_in_the_whole_range() {
    // "during the Evaluation Periods number of data points" (3.3) against "during the evaluation
    // range" (3.4) on the page: for `X - - - -` and N = 3 the first says no, the second ALARM. We
    // follow the second, which is the more general statement; an alarm that evaluates each minute
    // was in ALARM since `- - X - -` either way.
    assert_eq!(decide(3, 3, MissingData::Missing, "X - - - -").state, ALARM);
}

#[test]
fn differs_the_emulator_makes_one_value_of_all_points_and_knows_no_missing_data() {
    // ministack 1.5.33, given the rows of both tables (PutMetricData, PutMetricAlarm, and then
    // DescribeAlarms), answered as below, with every treatment the same: it pools the points of
    // the last N periods into one value, knows neither M nor TreatMissingData nor an evaluation
    // range, and keeps its state without points. 18 of 40 cells are not the page's. The page is
    // right: it is what AWS says of AWS.
    let recorded = [
        (3, "0 - X - X", ALARM),
        (3, "0 - - - -", NO_DATA),
        (3, "- - - - -", NO_DATA),
        (3, "0 X X - X", ALARM),
        (3, "- - X - -", ALARM),
        (2, "0 - X - X", ALARM),
        (2, "0 0 X 0 X", ALARM),
        (2, "0 - X - -", ALARM),
        (2, "- - - - 0", OK),
        (2, "- - - X -", ALARM),
    ];
    let mut differing = Vec::new();
    for (m, notation, emulator) in recorded {
        for missing in TREATMENTS {
            // Its alarms were new.
            let ours = decide(m, 3, missing, notation).state.or(NO_DATA);
            if ours != emulator {
                differing.push((m, notation, missing));
            }
        }
    }
    assert_eq!(differing.len(), 18, "{differing:?}");
    // What Guardian's own alarm needs of it, 1 of 1 with a point in the period, it does right.
    for (notation, state) in [("X", ALARM), ("0", OK)] {
        assert_eq!(decide(1, 1, MissingData::Ignore, notation).state, state);
    }
}

#[test]
fn an_alarm_has_insufficient_data_until_a_point_comes_and_ignoring_does_not_change_that() {
    let point = Point { at_ms: 5 * MINUTE_MS + 10_000, visible_ms: 0, value: 2.0 };
    for missing in [MissingData::Missing, MissingData::Ignore] {
        let alarm = alarm(1, 1, missing);
        let states = alarm.evaluate(&[point], 0, 30 * MINUTE_MS, State::InsufficientData);
        let parts: Vec<_> = states.segments().map(|s| (s.from_ms / MINUTE_MS, s.state)).collect();
        let mut expected = vec![(0, State::InsufficientData), (6, State::Ok)];
        if missing == MissingData::Missing {
            // The range of three periods is empty again.
            expected.push((9, State::InsufficientData));
        }
        assert_eq!(parts, expected, "{missing:?}");
    }
}

#[test]
fn a_sliding_window_moves_with_the_evaluation() {
    // Alarm evaluation window page: "13:07–14:07 on one evaluation and 13:08–14:08 on the next".
    let alarm = Alarm { period_s: 3600, range: 1, ..alarm(1, 1, MissingData::NotBreaching) };
    let at = 13 * HOUR_MS + 7 * MINUTE_MS;
    let point = Point { at_ms: at, visible_ms: at, value: 3.0 };
    let states = alarm.evaluate(&[point], 13 * HOUR_MS, 15 * HOUR_MS, State::Ok);
    let parts: Vec<_> = states.segments().map(|s| (s.from_ms / MINUTE_MS, s.state)).collect();
    let (on, off) = (13 * 60 + 8, 14 * 60 + 8);
    assert_eq!(parts, [(13 * 60, State::Ok), (on, State::Alarm), (off, State::Ok)]);
}

#[test]
fn a_wall_clock_window_shows_a_point_only_when_its_period_is_over_and_fetches_no_more() {
    // Same page: "reflects a data point only after the period that contains it ends"; each
    // evaluation "looks at the data for the most recently completed clock hour".
    let wall = Window::WallClock { offset_s: 0 };
    let alarm =
        Alarm { period_s: 3600, window: wall, range: 9, ..alarm(1, 1, MissingData::Missing) };
    let at = 13 * HOUR_MS + 7 * MINUTE_MS;
    let point = Point { at_ms: at, visible_ms: at, value: 3.0 };
    let states = alarm.evaluate(&[point], 13 * HOUR_MS, 16 * HOUR_MS, State::Ok);
    let parts: Vec<_> = states.segments().map(|s| (s.from_ms / HOUR_MS, s.state)).collect();
    assert_eq!(
        parts,
        [(13, State::InsufficientData), (14, State::Alarm), (15, State::InsufficientData)]
    );
}

#[test]
fn wall_clock_periods_begin_with_the_local_hour_day_and_the_iso_week() {
    // 1970-01-05 was a Monday.
    let monday = 4 * 24 * HOUR_MS;
    for (period_s, offset_s, begins, ends) in [
        (3600, 19_800, 30 * MINUTE_MS, 90 * MINUTE_MS),
        (86_400, -28_800, 8 * HOUR_MS, 32 * HOUR_MS),
        (604_800, 0, monday, monday + 168 * HOUR_MS),
    ] {
        let window = Window::WallClock { offset_s };
        let alarm = Alarm { period_s, window, ..alarm(1, 1, MissingData::NotBreaching) };
        alarm.check().unwrap();
        for (at_ms, expected) in [(begins, State::Alarm), (begins - 1, State::Ok)] {
            let point = Point { at_ms, visible_ms: at_ms, value: 3.0 };
            let states = alarm.evaluate(&[point], ends, ends + MINUTE_MS, State::Ok);
            assert_eq!(states.at(ends), expected, "{period_s} {at_ms}");
        }
    }
}

#[test]
fn periods_that_span_more_than_a_day_are_evaluated_on_the_hour() {
    let alarm = Alarm { period_s: 86_400, ..alarm(2, 2, MissingData::NotBreaching) };
    let points: Vec<Point> = [30 * MINUTE_MS, 25 * HOUR_MS]
        .map(|at_ms| Point { at_ms, visible_ms: at_ms, value: 3.0 })
        .to_vec();
    let states = alarm.evaluate(&points, 20 * HOUR_MS, 40 * HOUR_MS, State::Ok);
    assert!(states.segments().all(|s| s.from_ms % HOUR_MS == 0));
    assert_eq!(states.at(26 * HOUR_MS), State::Alarm);
}

#[test]
fn each_statistic_makes_one_value_of_a_period() {
    for (statistic, value) in [
        (Statistic::SampleCount, 3.0),
        (Statistic::Average, 2.0),
        (Statistic::Sum, 6.0),
        (Statistic::Minimum, 1.0),
        (Statistic::Maximum, 3.0),
    ] {
        for (comparison, threshold, breaches) in [
            (Comparison::GreaterThanOrEqualToThreshold, value, true),
            (Comparison::GreaterThanThreshold, value, false),
            (Comparison::LessThanOrEqualToThreshold, value, true),
            (Comparison::LessThanThreshold, value, false),
        ] {
            let alarm =
                Alarm { statistic, comparison, threshold, ..alarm(1, 1, MissingData::Missing) };
            let points = [3.0, 1.0, 2.0, f64::NAN, f64::INFINITY].map(|value| Point {
                at_ms: 100,
                visible_ms: 100,
                value,
            });
            let states = alarm.evaluate(&points, MINUTE_MS, 2 * MINUTE_MS, State::Ok);
            let alarming = states.at(MINUTE_MS) == State::Alarm;
            assert_eq!(alarming, breaches, "{statistic:?} {comparison:?}");
        }
    }
}

#[test]
fn a_point_that_arrives_after_its_timestamp_has_left_the_range_is_never_seen() {
    let alarm = alarm(1, 1, MissingData::Ignore);
    let seen = |visible_ms: i64| {
        let point = Point { at_ms: 0, visible_ms, value: 3.0 };
        let states = alarm.evaluate(&[point], 0, 20 * MINUTE_MS, State::Ok);
        states.segments().any(|s| s.state == State::Alarm)
    };
    assert!(seen(3 * MINUTE_MS), "the range is three minutes");
    assert!(!seen(3 * MINUTE_MS + 1));
}

#[test]
fn what_cloudwatch_would_refuse_is_refused_with_its_reason() {
    let good = alarm(2, 3, MissingData::Missing);
    let clock = |offset_s| Window::WallClock { offset_s };
    assert_eq!(good.check(), Ok(()));
    for (bad, reason) in [
        (Alarm { period_s: 10, ..good }, InvalidAlarm::Period(10)),
        (Alarm { datapoints_to_alarm: 4, ..good }, InvalidAlarm::Datapoints { m: 4, n: 3 }),
        (Alarm { datapoints_to_alarm: 0, ..good }, InvalidAlarm::Datapoints { m: 0, n: 3 }),
        (Alarm { range: 2, ..good }, InvalidAlarm::Range { range: 2, n: 3 }),
        (
            Alarm { evaluation_periods: 1441, range: 1441, ..good },
            InvalidAlarm::Span { period_s: 60, span_s: 86_460, most_s: 86_400 },
        ),
        (Alarm { period_s: 120, window: clock(0), ..good }, InvalidAlarm::WallClockPeriod(120)),
        (Alarm { window: clock(60), ..good }, InvalidAlarm::Offset(60)),
    ] {
        assert_eq!(bad.check(), Err(reason));
    }
}

fn any_alarm() -> impl Strategy<Value = Alarm> {
    let window = prop_oneof![
        Just(Window::Sliding),
        any::<i32>().prop_map(|offset_s| Window::WallClock { offset_s })
    ];
    let statistic = prop::sample::select(vec![
        Statistic::SampleCount,
        Statistic::Average,
        Statistic::Sum,
        Statistic::Minimum,
        Statistic::Maximum,
    ]);
    let small = prop_oneof![0u32..6, any::<u32>()];
    let period = prop_oneof![Just(60u32), Just(3600), Just(604_800), any::<u32>()];
    let sizes = (period, small.clone(), small.clone(), small);
    (sizes, prop::sample::select(TREATMENTS.to_vec()), window, statistic, any::<f64>()).prop_map(
        |((period_s, m, n, range), missing, window, statistic, threshold)| Alarm {
            statistic,
            comparison: Comparison::GreaterThanOrEqualToThreshold,
            threshold,
            period_s,
            evaluation_periods: n,
            datapoints_to_alarm: m,
            missing,
            window,
            range,
        },
    )
}

proptest! {
    #[test]
    fn no_alarm_and_no_points_make_the_evaluator_panic(
        alarm in any_alarm(),
        points in prop::collection::vec((-200i64..200, -200i64..200, any::<f64>()), 0..20),
        from in -100i64..100,
    ) {
        let points: Vec<Point> = points
            .into_iter()
            .map(|(at, visible, value)| {
                Point { at_ms: at * 20_000, visible_ms: visible * 20_000, value }
            })
            .collect();
        let _ = alarm.check();
        let from_ms = from * 37_000;
        let to_ms = from_ms + 2 * HOUR_MS;
        let states = alarm.evaluate(&points, from_ms, to_ms, State::InsufficientData);
        prop_assert_eq!(states.segments().map(|s| s.len_ms()).sum::<i64>(), 2 * HOUR_MS);
    }

    #[test]
    fn ignoring_never_leaves_a_state_without_a_point(
        points in prop::collection::vec((0i64..600, prop::sample::select(vec![1.0, 3.0])), 0..8),
        m in 1u32..4,
        more in 0u32..3,
    ) {
        let alarm = alarm(m, m + more, MissingData::Ignore);
        let points: Vec<Point> = points
            .into_iter()
            .map(|(at, value)| Point { at_ms: at * 10_000, visible_ms: at * 10_000, value })
            .collect();
        let states = alarm.evaluate(&points, 0, 3 * HOUR_MS, State::InsufficientData);
        let reach = i64::from(alarm.range) * MINUTE_MS;
        for change in states.segments().skip(1) {
            prop_assert_ne!(change.state, State::InsufficientData);
            let fetched = |p: &Point| {
                (change.from_ms - reach - MINUTE_MS..=change.from_ms).contains(&p.at_ms)
            };
            prop_assert!(points.iter().any(fetched), "{change:?} without a point");
        }
    }

    #[test]
    fn the_order_in_which_points_are_given_changes_nothing(
        points in prop::collection::vec((0i64..400, 0i64..60, 0u8..6), 0..12),
        seed in any::<u64>(),
    ) {
        let points: Vec<Point> = points
            .into_iter()
            .map(|(at, late, value)| Point {
                at_ms: at * 9_000,
                visible_ms: (at + late) * 9_000,
                value: f64::from(value),
            })
            .collect();
        let mut shuffled = points.clone();
        fastrand::Rng::with_seed(seed).shuffle(&mut shuffled);
        for missing in TREATMENTS {
            let alarm = alarm(2, 3, missing);
            prop_assert_eq!(
                alarm.evaluate(&points, 0, 2 * HOUR_MS, State::Ok),
                alarm.evaluate(&shuffled, 0, 2 * HOUR_MS, State::Ok)
            );
        }
    }
}
