use super::*;
use proptest::prelude::*;

fn cron_of(expression: &str) -> Cron {
    match parse(expression).unwrap() {
        Recurrence::Cron(cron) => cron,
        other => panic!("{other:?}"),
    }
}

/// The part of the expression that is refused, and why.
fn refusal(expression: &str) -> (String, String) {
    let Refused { span, message, .. } = parse(expression).unwrap_err();
    (expression[span].to_owned(), message)
}

#[test]
fn the_recipes_schedule_is_every_third_hour() {
    let cron = cron_of("cron(0 */3 * * ? *)");
    assert_eq!(cron.minutes, [0]);
    assert_eq!(cron.hours, [0, 3, 6, 9, 12, 15, 18, 21]);
    assert_eq!(cron.days, Days::OfMonth((1..=31).collect()));
    assert_eq!((cron.months.len(), cron.years.len()), (12, 230));
}

#[test]
fn the_forms_of_the_user_guide_are_read() {
    assert_eq!(cron_of("cron(15 12 * * ? *)").minutes, [15]);
    assert_eq!(cron_of("cron(0 18 ? * MON-FRI *)").days, Days::OfWeek((2..=6).collect()));
    assert_eq!(cron_of("cron(0/15 * * * ? *)").minutes, [0, 15, 30, 45]);
    assert_eq!(cron_of("cron(10-40/10 8 1 * ? *)").minutes, [10, 20, 30, 40]);
    assert_eq!(cron_of("cron(5,35 14 * * ? *)").minutes, [5, 35]);
    assert_eq!(cron_of("cron(0 8 1 JAN,MAR-APR ? 2030-2031)").months, [1, 3, 4]);
    assert_eq!(cron_of("cron(0 8 L * ? *)").days, Days::LastOfMonth);
    assert_eq!(cron_of("cron(0 8 3W * ? *)").days, Days::NearestWeekday(3));
    assert_eq!(cron_of("cron(0 8 ? * L *)").days, Days::LastOfWeek(7));
    assert_eq!(cron_of("cron(0 8 ? * 6L *)").days, Days::LastOfWeek(6));
    assert_eq!(cron_of("cron(0 8 ? * TUE#2 *)").days, Days::Nth(3, 2));
    assert_eq!(cron_of("cron(0 8 ? * WED,SAT *)").days, Days::OfWeek(vec![4, 7]));
}

#[test]
fn rates_count_in_singular_and_plural() {
    assert_eq!(parse("rate(1 minute)"), Ok(Recurrence::Rate { minutes: 1 }));
    assert_eq!(parse("rate(5 minutes)"), Ok(Recurrence::Rate { minutes: 5 }));
    assert_eq!(parse("rate(1 day)"), Ok(Recurrence::Rate { minutes: 1_440 }));
    for (expression, part, words) in [
        ("rate(1 minutes)", "1 minutes", "singular"),
        ("rate(5 minute)", "5 minute", "plural"),
        ("rate(0 minutes)", "0 minutes", "above 0"),
        ("rate(-1 minutes)", "-1 minutes", "above 0"),
        ("rate(+5 minutes)", "+5 minutes", "above 0"),
        ("rate(5 weeks)", "5 weeks", "no unit"),
        ("rate(5minutes)", "5minutes", "one space"),
        ("rate(5  minutes)", "5  minutes", "no unit"),
        ("rate(1.5 hours)", "1.5 hours", "above 0"),
    ] {
        let (at, why) = refusal(expression);
        assert_eq!(at, part);
        assert!(why.contains(words), "{expression}: {why}");
    }
}

#[test]
fn what_eventbridge_refuses_is_refused_with_its_place() {
    for (expression, part, words) in [
        ("", "", "rate(…) or a cron(…)"),
        ("every hour", "every hour", "rate(…) or a cron(…)"),
        ("cron(0 8 * * ? *", "cron(0 8 * * ? *", "closing"),
        ("at(2030-01-01T00:00:00)", "at(2030-01-01T00:00:00)", "runs once"),
        ("corn(0 8 * * ? *)", "corn(0 8 * * ? *)", "no schedule"),
        ("cron(0 8 * * ?)", "0 8 * * ?", "5 fields"),
        ("cron(0 0 8 * * ? *)", "0 0 8 * * ? *", "7 fields"),
        ("cron( 0 8 * * ? *)", " 0 8 * * ? *", "one space"),
        ("cron(0  8 * * ? *)", "0  8 * * ? *", "one space"),
        ("cron(0 8 * * * *)", "* * *", "both given"),
        ("cron(0 8 1 * MON *)", "1 * MON", "both given"),
        ("cron(0 8 ? * ? *)", "? * ?", "both `?`"),
        ("cron(60 8 * * ? *)", "60", "minutes, `60`: `60` is out of range"),
        ("cron(0 24 * * ? *)", "24", "hours"),
        ("cron(0 8 0 * ? *)", "0", "day-of-month"),
        ("cron(0 8 32 * ? *)", "32", "day-of-month"),
        ("cron(0 8 * 13 ? *)", "13", "month"),
        ("cron(0 8 ? * 8 *)", "8", "day-of-week"),
        ("cron(0 8 ? * 0 *)", "0", "day-of-week"),
        ("cron(0 8 * * ? 1969)", "1969", "year"),
        ("cron(0 8 * * ? 2200)", "2200", "year"),
        ("cron(? 8 * * ? *)", "?", "only for day-of-month"),
        ("cron(*/0 8 * * ? *)", "*/0", "step"),
        ("cron(*/61 8 * * ? *)", "*/61", "step"),
        ("cron(*/ 8 * * ? *)", "*/", "step"),
        ("cron(0 22-2 * * ? *)", "22-2", "backwards"),
        ("cron(0 8 ? * FRI-MON *)", "FRI-MON", "backwards"),
        ("cron(0 8 ? * mon *)", "mon", "small letters"),
        ("cron(0 8 ? * */2 *)", "*/2", "not for this field"),
        ("cron(0 8 ? * 6#6 *)", "6#6", "1 to 5"),
        ("cron(0 8 ? * 3#1,6#3 *)", "3#1,6#3", "list"),
        ("cron(0 8 1W,15W * ? *)", "1W,15W", "list"),
        ("cron(0 8 L,15 * ? *)", "L,15", "list"),
        ("cron(0 8 W * ? *)", "W", "missing"),
        ("cron(1, 8 * * ? *)", "1,", "missing"),
        ("cron(1-2-3 8 * * ? *)", "1-2-3", "not a value"),
        ("cron(+1 8 * * ? *)", "+1", "not a value"),
        ("cron(0 8 30 FEB ? *)", "30 FEB", "never run"),
        ("cron(0 8 31 4,6 ? *)", "31 4,6", "never run"),
    ] {
        let (at, why) = refusal(expression);
        assert_eq!(at, part, "{expression}");
        assert!(why.contains(words), "{expression}: {why}");
        assert!(parse(expression).unwrap_err().help.is_some(), "{expression}");
    }
}

#[test]
fn what_aws_has_accepted_is_read_in_small_letters_and_backwards() {
    let read = |expression: &str| match super::read(expression) {
        Ok(Recurrence::Cron(cron)) => cron,
        other => panic!("{expression}: {other:?}"),
    };
    assert_eq!(read("cron(0 8 ? * fri-mon *)").days, Days::OfWeek(vec![1, 2, 6, 7]));
    assert_eq!(read(" cron( 0  22-2/2 * jan ? *) ").hours, [0, 2, 22]);
    assert_eq!(super::read("rate(5 minutes)"), parse("rate(5 minutes)"));
    assert!(super::read("cron(61 8 * * ? *)").is_err());
}

/// Text that is nearly a cron expression.
fn nearly_cron() -> impl Strategy<Value = String> {
    let field = prop_oneof![
        3 => Just("*".to_owned()),
        2 => Just("?".to_owned()),
        4 => (0u16..70).prop_map(|n| n.to_string()),
        2 => (0u16..40, 0u16..40).prop_map(|(a, b)| format!("{a}-{b}")),
        2 => (0u16..40, 0u16..70).prop_map(|(a, b)| format!("{a}/{b}")),
        1 => "[0-9A-Z*?/,#LW-]{1,6}",
    ];
    prop::collection::vec(field, 5..8).prop_map(|fields| format!("cron({})", fields.join(" ")))
}

proptest! {
    #[test]
    fn an_accepted_expression_has_only_values_of_its_fields(expression in nearly_cron()) {
        match parse(&expression) {
            Ok(Recurrence::Cron(cron)) => {
                for (values, first, last) in [
                    (&cron.minutes, 0, 59),
                    (&cron.hours, 0, 23),
                    (&cron.months, 1, 12),
                    (&cron.years, 1970, 2199),
                ] {
                    prop_assert!(!values.is_empty());
                    prop_assert!(values.iter().all(|v| (first..=last).contains(v)));
                    prop_assert!(values.windows(2).all(|pair| pair[0] < pair[1]));
                }
                let (values, last) = match &cron.days {
                    Days::OfMonth(days) => (days.clone(), 31),
                    Days::NearestWeekday(day) => (vec![*day], 31),
                    Days::OfWeek(days) => (days.clone(), 7),
                    Days::LastOfWeek(day) | Days::Nth(day, _) => (vec![*day], 7),
                    Days::LastOfMonth => (vec![1], 31),
                };
                prop_assert!(!values.is_empty());
                prop_assert!(values.iter().all(|day| (1..=last).contains(day)));
                let fields: Vec<&str> = expression[5..expression.len() - 1].split(' ').collect();
                prop_assert_eq!(fields.len(), 6);
                prop_assert!((fields[2] == "?") != (fields[4] == "?"));
            }
            Ok(Recurrence::Rate { .. }) => prop_assert!(false),
            Err(refused) => {
                prop_assert!(expression.get(refused.span).is_some());
            }
        }
    }

    #[test]
    fn what_is_documented_is_read_alike_by_both_readers(expression in nearly_cron()) {
        if let Ok(parsed) = parse(&expression) {
            prop_assert_eq!(super::read(&expression), Ok(parsed));
        }
    }

    #[test]
    fn no_text_panics_and_each_refusal_has_a_place(text in "\\PC{0,40}") {
        for text in [text.clone(), format!("cron({text})"), format!("rate({text})")] {
            if let Err(refused) = parse(&text) {
                prop_assert!(text.get(refused.span).is_some());
            }
        }
    }
}
