//! Killed at any call, before or after it is carried out: the next deploy always ends in the
//! wanted state, and nothing is orphaned.

use super::account::{Account, Death, Done, deploy, template, wanted};
use serde_json::{Value, json};
use std::time::Duration;

/// How many points of a deploy are tried.
const POINTS: usize = 30;

fn first() -> Value {
    template(&[("A", json!({"V": 1})), ("B", json!({"V": 1})), ("C", json!({"V": 1}))])
}

fn second() -> Value {
    template(&[("A", json!({"V": 2})), ("C", json!({"V": 1})), ("D", json!({"V": 1}))])
}

/// An account in which the template `before` is deployed.
async fn account(before: Option<&Value>) -> Account {
    // Pauses have jitter: with the same seed a deploy makes the same calls again.
    fastrand::seed(1);
    let account = Account::new();
    if let Some(before) = before {
        assert_eq!(deploy(&account, before, false).await.unwrap(), Done::Deployed);
    }
    account
}

/// Kills a deploy of `after` at each of the points, waits for a while, and deploys again.
async fn killed_anywhere(before: Option<&Value>, after: &Value) {
    let whole = account(before).await;
    let already = whole.calls().len();
    deploy(&whole, after, false).await.unwrap();
    let calls = whole.calls().len() - already;
    assert!(calls >= 8, "{:?}", whole.calls());
    for point in 0..POINTS {
        let account = account(before).await;
        let death = Death { at: already + 1 + point * calls / POINTS, carried_out: point % 2 == 1 };
        *account.death.lock().unwrap() = Some(death);
        tokio::select! {
            biased;
            () = account.died.notified() => {}
            ended = deploy(&account, after, false) => panic!("{death:?}: it ended: {ended:?}"),
        }
        // The next run begins at once, during the operation, or long after it.
        fastrand::seed(100 + point as u64);
        tokio::time::sleep(Duration::from_secs(fastrand::u64(0..30))).await;
        let again = deploy(&account, after, true).await;
        let again = again.unwrap_or_else(|failure| panic!("{death:?}: {}", failure.report));
        let calls = account.calls();
        assert_eq!(account.holds(), wanted(after), "{death:?}, {again:?}: {calls:?}");
        assert!(account.status().ends_with("E_COMPLETE"), "{death:?}: {}", account.status());
        assert_eq!(account.orphans(), Vec::<String>::new(), "{death:?}, {again:?}: {calls:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_first_deploy_that_is_killed_anywhere_is_finished_by_the_next_one() {
    killed_anywhere(None, &first()).await;
}

#[tokio::test(start_paused = true)]
async fn an_update_that_is_killed_anywhere_is_finished_by_the_next_one() {
    killed_anywhere(Some(&first()), &second()).await;
}
