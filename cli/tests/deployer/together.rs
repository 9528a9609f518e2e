//! Deploys at once, and what happens to a stack while a change set of it waits.

use super::account::{Account, Done, asked, deploy, rollout, said, template, wanted};
use guardian_cli::exit::Exit;
use guardian_cli::rollout::Prepared;
use guardian_cli::ui::Ui;
use guardian_deploy::Stacks;
use serde_json::{Value, json};
use std::time::Duration;

fn version(v: u32) -> Value {
    template(&[("A", json!({"V": v})), ("B", json!({"V": v}))])
}

async fn secs(seconds: u64) {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
}

#[tokio::test(start_paused = true)]
async fn a_second_deploy_is_refused_with_the_initiator_and_the_start_of_the_first() {
    let account = Account::new();
    deploy(&account, &version(1), false).await.unwrap();
    let (template, second) = (version(2), async {
        secs(5).await;
        assert_eq!(account.status(), "UPDATE_IN_PROGRESS");
        deploy(&account, &version(3), false).await.unwrap_err()
    });
    let (first, refused) = tokio::join!(deploy(&account, &template, false), second);
    assert_eq!(first.unwrap(), Done::Deployed);
    assert_eq!(refused.exit, Exit::Error);
    let said = said(&refused);
    assert!(said.contains("by `guardian deploy` of "), "{said}");
    assert!(said.contains("update in progress since 1970-01-01T00:00:"), "{said}");
    assert!(said.contains("guardian attach --stack-name orders"), "{said}");
    assert_eq!(account.holds(), wanted(&version(2)));
    assert_eq!(account.orphans(), Vec::<String>::new());
}

/// Begins an update with another tool.
async fn begin_otherwise(account: &Account, template: &Value, token: &str) {
    let request = asked(account.found().as_ref(), template);
    let change_set = account.create_change_set(&request).await.unwrap();
    secs(5).await;
    account.execute(&request.stack, &change_set, token).await.unwrap();
    secs(1).await;
}

#[tokio::test(start_paused = true)]
async fn operations_of_other_tools_are_described_and_never_attributed_to_an_earlier_deploy() {
    for (token, shown) in [
        (
            "Console-UpdateStack-1",
            "begun in the AWS console (operation Console-UpdateStack-1): update",
        ),
        ("", "(its events do not say who began it; CloudTrail does): update in progress since"),
    ] {
        let account = Account::new();
        deploy(&account, &version(1), false).await.unwrap();
        secs(3_600).await;
        begin_otherwise(&account, &version(2), token).await;
        let refused = deploy(&account, &version(3), false).await.unwrap_err();
        let said = said(&refused);
        assert!(said.contains(shown), "{said}");
        assert!(said.contains("since 1970-01-01T01:00:") && !said.contains("guardian deploy` of"));
    }
}

#[tokio::test(start_paused = true)]
async fn waiting_shows_the_initiator_and_the_start_of_the_operation() {
    let account = Account::new();
    deploy(&account, &version(1), false).await.unwrap();
    begin_otherwise(&account, &version(2), "guardian-deploy-bob-x1").await;
    let (ui, text) = Ui::into_text(false);
    let rollout = rollout(&account, &ui, true);
    rollout.prepare(|existing| asked(existing, &version(3))).await.unwrap();
    let text = text.lock().unwrap();
    let waits = "waiting: an operation on stack `orders` is in progress, begun by `guardian deploy` \
                 of bob: update in progress since 1970-01-01T00:00:";
    assert!(text.contains(waits), "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_second_deploy_that_may_wait_runs_after_the_first() {
    let account = Account::new();
    let second = async {
        secs(5).await;
        assert_eq!(account.status(), "CREATE_IN_PROGRESS");
        deploy(&account, &version(2), true).await
    };
    let one = version(1);
    let (first, second) = tokio::join!(deploy(&account, &one, false), second);
    assert_eq!((first.unwrap(), second.unwrap()), (Done::Deployed, Done::Deployed));
    assert_eq!(account.holds(), wanted(&version(2)));
}

#[tokio::test(start_paused = true)]
async fn of_two_deploys_that_begin_at_the_same_moment_one_runs_and_the_other_is_refused() {
    let account = Account::new();
    deploy(&account, &version(1), false).await.unwrap();
    let (two, three) = (version(2), version(3));
    let (a, b) = tokio::join!(deploy(&account, &two, false), deploy(&account, &three, false));
    assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
    let won = if a.is_ok() { &two } else { &three };
    let lost = a.err().or(b.err()).unwrap();
    assert!(said(&lost).contains("is in progress, begun by"), "{}", said(&lost));
    assert_eq!(account.holds(), wanted(won));
}

#[tokio::test(start_paused = true)]
async fn a_stack_that_changes_between_approval_and_run_makes_the_change_set_stale() {
    let account = Account::new();
    deploy(&account, &version(1), false).await.unwrap();
    let (ui, _) = Ui::into_text(false);
    let rollout = rollout(&account, &ui, false);
    let prepared = rollout.prepare(|existing| asked(existing, &version(2))).await.unwrap();
    let Prepared::Change(_, approved) = prepared else { panic!("nothing to do") };
    deploy(&account, &version(3), false).await.unwrap();
    let refused = rollout.execute(&approved).await.unwrap_err();
    assert_eq!(refused.exit, Exit::NotApproved);
    assert!(said(&refused).contains("is stale; nothing was changed"), "{}", said(&refused));
    assert_eq!(account.holds(), wanted(&version(3)));
}

#[tokio::test(start_paused = true)]
async fn an_operation_that_begins_before_the_execution_is_reported_with_its_initiator() {
    let account = Account::new();
    deploy(&account, &version(1), false).await.unwrap();
    let (ui, _) = Ui::into_text(false);
    let rollout = rollout(&account, &ui, false);
    let prepared = rollout.prepare(|existing| asked(existing, &version(2))).await.unwrap();
    let Prepared::Change(_, approved) = prepared else { panic!("nothing to do") };
    let late = async {
        secs(5).await;
        rollout.execute(&approved).await.unwrap_err()
    };
    let three = version(3);
    let (first, refused) = tokio::join!(deploy(&account, &three, false), late);
    assert_eq!(first.unwrap(), Done::Deployed);
    assert!(said(&refused).contains("is in progress, begun by"), "{}", said(&refused));
}

#[tokio::test(start_paused = true)]
async fn an_execution_whose_response_was_lost_is_followed_and_not_called_stale() {
    let account = Account::new();
    account.loses_answer.store(true, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(deploy(&account, &version(1), false).await.unwrap(), Done::Deployed);
    assert_eq!(account.count("execute"), 1);
}
