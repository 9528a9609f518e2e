//! Lengths of time, time zones and the schedules of mute windows: how they are written. Schedules of
//! EventBridge are another dialect, in [`guardian_contract::schedule`].

use crate::problem::Reason;
use guardian_contract::MuteSchedule;
use jiff::tz::TimeZoneDatabase;

/// How a length of time is written.
pub(super) const DURATION: &str = "write a number and a unit, as in 90s, 15m, 2h or 1d";

/// Reads a time such as 90s, 15m, 2h or 1d, in seconds: a year at most.
pub fn duration(text: &str) -> Result<u32, Reason> {
    let reason =
        || Reason::new(format!("`{}` is not a length of time", text.escape_debug())).help(DURATION);
    let unit = match text.chars().last() {
        Some('s') => 1,
        Some('m') => 60,
        Some('h') => 3_600,
        Some('d') => 86_400,
        _ => return Err(reason()),
    };
    let digits = &text[..text.len() - 1];
    let number = digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse::<u32>().ok());
    let seconds = number.flatten().and_then(|n| n.checked_mul(unit)).ok_or_else(reason)?;
    // A year; the history of executions is 90 days long.
    if seconds > 366 * 86_400 {
        return Err(Reason::new(format!("`{text}` is longer than a year")).help(DURATION));
    }
    Ok(seconds)
}

/// How long a run may take, as in `3 x p99`: in percent of the 99th percentile of the durations of
/// recent runs; `None` if it has another form.
pub(super) fn p99(text: &str) -> Option<Result<u32, Reason>> {
    let factor = text.trim().strip_suffix("p99")?.trim_end().strip_suffix('x')?.trim_end();
    let reason = |why: &str| {
        let reason = Reason::new(format!("`{}` has a factor that {why}", text.escape_debug()));
        Some(Err(reason
            .help("write 1 to 100, with two decimals at most, as in `3 x p99` or `1.5 x p99`")))
    };
    let (whole, decimals) = factor.split_once('.').unwrap_or((factor, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(decimals) {
        return reason("is no number");
    }
    if decimals.len() > 2 {
        return reason("has more than two decimals");
    }
    let percent = format!("{whole}{decimals:0<2}").parse::<u32>().ok();
    match percent.filter(|percent| (100..=10_000).contains(percent)) {
        Some(percent) => Some(Ok(percent)),
        None => reason("is not between 1 and 100"),
    }
}

/// A zone of the IANA database that the function carries, in the database's own spelling.
pub(super) fn timezone(text: &str) -> Result<String, Reason> {
    let zones = TimeZoneDatabase::bundled();
    if zones.get(text).is_ok_and(|zone| zone.iana_name() == Some(text)) {
        return Ok(text.to_owned());
    }
    let reason = Reason::new(format!("there is no time zone `{}`", text.escape_debug()));
    let slip = |zone: &String| strsim::levenshtein(&zone.to_lowercase(), &text.to_lowercase());
    let near = zones.available().map(|zone| zone.to_string()).min_by_key(slip);
    Err(match near.filter(|zone| slip(zone) <= 2 && zone.contains('/')) {
        Some(near) => reason.help(format!("did you mean `{near}`?")),
        None => reason.help("write a zone of the IANA database, as in Europe/Berlin or UTC"),
    })
}

/// When a mute window begins: `cron(…)` with five fields, or `at(…)` with a minute. The dialect is
/// not that of EventBridge's rules [CloudWatch, Schedule].
pub(super) fn mute_schedule(text: &str) -> Result<String, Reason> {
    let shown = "write cron(minutes hours day-of-month month day-of-week), as in cron(0 2 * * SUN), \
                 or once at(2027-01-31T02:00)";
    MuteSchedule::read(text)
        .map_err(|why| Reason::new(format!("`{}` {}", text.escape_debug(), why)).help(shown))?;
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_length_of_time_has_a_number_and_a_unit() {
        for (text, seconds) in [("0s", 0), ("90s", 90), ("15m", 900), ("2h", 7_200), ("1d", 86_400)]
        {
            assert_eq!(duration(text), Ok(seconds));
        }
        for text in
            ["", "s", "90", "1.5h", "-1s", "1w", "1é", "99999999999s", "400d", "PT1H", "+1h"]
        {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_time_zone_is_one_of_the_database_and_a_slip_has_the_nearest() {
        for zone in ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+2"] {
            assert_eq!(timezone(zone), Ok(zone.to_owned()));
        }
        for (text, near) in [
            ("Europe/Berln", Some("Europe/Berlin")),
            ("America/New_york", Some("America/New_York")),
            ("europe/berlin", Some("Europe/Berlin")),
            ("Europe/Nowhere", None),
            ("GMT+2", None),
            ("here", None),
            ("", None),
        ] {
            let reason = timezone(text).unwrap_err();
            assert_eq!(reason.message, format!("there is no time zone `{text}`"));
            let help = reason.help.unwrap();
            match near {
                Some(near) => assert_eq!(help, format!("did you mean `{near}`?")),
                None => assert!(help.contains("IANA"), "{text}: {help}"),
            }
        }
    }

    #[test]
    fn a_factor_of_the_p99_is_read_with_any_spaces_and_two_decimals() {
        for (text, percent) in [
            ("3 x p99", 300),
            ("3xp99", 300),
            ("  1.5  x  p99 ", 150),
            ("1x p99", 100),
            ("2.05 x p99", 205),
            ("100 x p99", 10_000),
        ] {
            assert_eq!(p99(text), Some(Ok(percent)), "{text}");
        }
        for text in [
            "0.99 x p99",
            "100.01 x p99",
            "x p99",
            "1.005 x p99",
            ".5 x p99",
            "3. x p99",
            "-3 x p99",
            "+3 x p99",
            "1e1 x p99",
            "3 3 x p99",
            "99999999999 x p99",
        ] {
            assert!(matches!(p99(text), Some(Err(_))), "{text}");
        }
        for text in ["2h", "p99", "3 * p99", "3 x p95", "3 X P99", "3 p99", "p99 x 3", ""] {
            assert_eq!(p99(text), None, "{text}");
        }
    }

    #[test]
    fn a_mute_window_is_read_in_cloudwatchs_dialect() {
        for text in [
            "cron(0 2 * * *)",
            "cron(0 2 * * SUN)",
            "cron(0 1 1 * *)",
            "cron(0 18 * * FRI)",
            "cron(0 8-18 * JAN-MAR MON,WED-FRI)",
            "at(2024-05-10T14:00)",
        ] {
            assert_eq!(mute_schedule(text), Ok(text.to_owned()));
        }
        for text in [
            "",
            "rate(1 hour)",
            "cron(0 2 * * ? *)",
            "cron(0 2 * * ?)",
            "cron(*/5 * * * *)",
            "cron(0 24 * * *)",
            "cron(0 2 * * 1)",
            "cron(0  2 * *)",
            "at(2024-05-10)",
            "at(2024-13-10T14:00)",
            "at(2024-05-10T14:00:00)",
        ] {
            assert!(mute_schedule(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics_a_check(text in "\\PC{0,40}") {
            for taken in [timezone(&text), mute_schedule(&text)].into_iter().flatten() {
                prop_assert_eq!(&taken, &text);
            }
            let _ = (duration(&text), p99(&format!("{text}p99")), p99(&format!("{text} x p99")));
        }

        #[test]
        fn what_is_written_with_any_unit_is_so_many_seconds(number in 0u32..366, unit in 0usize..4) {
            let (word, seconds) = [("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400)][unit];
            prop_assert_eq!(duration(&format!("{number}{word}")), Ok(number * seconds));
        }
    }
}
