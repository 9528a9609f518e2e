//! Stack policies: refusals are known before execution, and a policy that was lifted for a deploy is
//! always restored.

use super::account::{Account, Death, asked, deploy, rollout, said, template, wanted};
use guardian_cfn::stack_policy::{Action, Policy, Verdict};
use guardian_cli::commands::attach::attach;
use guardian_cli::commands::recover::recover;
use guardian_cli::exit::{Exit, Failure};
use guardian_cli::rollout::{Outcome, Prepared, refused_by_policy};
use guardian_cli::ui::Ui;
use guardian_deploy::protection::{configure, is_lifted, protecting, settle};
use guardian_deploy::recovery::Chosen;
use guardian_deploy::refusals::{Refusal, refusals};
use serde_json::{Value, json};
use std::time::Duration;

fn version(v: u32) -> Value {
    template(&[("A", json!({"V": v})), ("B", json!({"V": v}))])
}

/// Changes of A and deletes of anything are refused.
fn policy() -> Policy {
    let statement = |effect: &str, action: &str, resource: &str| json!({"Effect": effect, "Action": action, "Principal": "*", "Resource": resource});
    let statements = json!([
        statement("Allow", "Update:*", "*"),
        statement("Deny", "Update:*", "LogicalResourceId/A"),
        statement("Deny", "Update:Delete", "*"),
    ]);
    Policy::parse(&json!({ "Statement": statements }).to_string()).unwrap()
}

async fn account() -> Account {
    fastrand::seed(1);
    let account = Account::new();
    deploy(&account, &version(1), false).await.unwrap();
    account.set_policy_now(&policy().to_text());
    account
}

/// A deploy that lifts the policy where it has to, as `guardian deploy` does.
async fn overriding(account: &Account, template: &Value) -> Result<Vec<Refusal>, Failure> {
    let (ui, _) = Ui::into_text(false);
    let rollout = rollout(account, &ui, true);
    let prepared = rollout.prepare(|existing| asked(existing, template)).await?;
    let (existing, change_set) = match prepared {
        Prepared::Change(existing, change_set) => (existing.unwrap(), change_set),
        Prepared::UpToDate(existing) => {
            settle(account, &existing.unwrap(), &ui).await;
            return Ok(Vec::new());
        }
        Prepared::Detached(exit) => panic!("it detached: {exit:?}"),
    };
    settle(account, &existing, &ui).await;
    let policy = protecting(account, Some(&existing), &ui).await.unwrap();
    let refused = refusals(&policy, &change_set.changes);
    let Outcome::Deployed(_) = rollout.execute_lifted(&change_set, &policy).await? else {
        panic!("it detached")
    };
    Ok(refused)
}

#[tokio::test(start_paused = true)]
async fn refusals_of_a_policy_are_shown_before_execution_and_have_a_fix_after_it() {
    let account = account().await;
    let (ui, _) = Ui::into_text(false);
    let rollout = rollout(&account, &ui, false);
    let two = version(2);
    let Prepared::Change(existing, change_set) =
        rollout.prepare(|existing| asked(existing, &two)).await.unwrap()
    else {
        panic!("nothing to do")
    };
    let policy = protecting(&account, existing.as_ref(), &ui).await.unwrap();
    let failure = refused_by_policy("orders", &refusals(&policy, &change_set.changes)).unwrap();
    assert_eq!(failure.exit, Exit::NotApproved);
    let shown = said(&failure);
    assert!(shown.contains("A (AWS::SQS::Queue): statement 2 denies Update:Modify"), "{shown}");
    assert!(!shown.contains("B (") && shown.contains("--override-stack-policy"), "{shown}");
    // Executed anyway, CloudFormation refuses it, and the failure shows the option that lifts the policy.
    let failed = rollout.execute(&change_set).await.unwrap_err();
    assert_eq!(failed.exit, Exit::RolledBack);
    assert!(said(&failed).contains("Action denied by stack policy"), "{}", said(&failed));
    assert!(said(&failed).contains("--override-stack-policy"), "{}", said(&failed));
    assert_eq!(account.holds(), wanted(&version(1)));
}

#[tokio::test(start_paused = true)]
async fn a_lifted_policy_allows_the_deploy_and_is_restored() {
    let account = account().await;
    let two = template(&[("A", json!({"V": 2}))]);
    let refused = overriding(&account, &two).await.unwrap();
    assert_eq!(refused.len(), 2, "{refused:?}");
    assert_eq!(account.holds(), wanted(&two));
    assert_eq!(account.policy_now(), Some(policy().to_text()));
    assert_eq!(account.count("set_policy"), 2);
}

#[tokio::test(start_paused = true)]
async fn a_deploy_that_fails_restores_the_policy() {
    let account = account().await;
    let bad = template(&[("A", json!({"V": 2, "Fails": "Rate exceeded"})), ("B", json!({"V": 1}))]);
    let failed = overriding(&account, &bad).await.unwrap_err();
    assert_eq!(failed.exit, Exit::RolledBack);
    assert_eq!(account.holds(), wanted(&version(1)));
    assert_eq!(account.policy_now(), Some(policy().to_text()));
    // The policy is restored on a stuck stack, too.
    account.stubborn("A", Some("Access denied"));
    let stuck = template(&[("A", json!({"V": 2})), ("B", json!({"V": 2, "Fails": "no"}))]);
    assert_eq!(overriding(&account, &stuck).await.unwrap_err().exit, Exit::Stuck);
    assert_eq!(account.policy_now(), Some(policy().to_text()));
}

/// Kills an overriding deploy at each of its calls; what comes `next` has to set the policy again.
async fn killed_anywhere(next: impl AsyncFn(&Account)) {
    let whole = account().await;
    let already = whole.calls().len();
    overriding(&whole, &version(2)).await.unwrap();
    let calls = whole.calls().len() - already;
    let mut lifted = 0;
    for point in 0..calls * 2 {
        let account = account().await;
        let death = Death { at: already + 1 + point / 2, carried_out: point % 2 == 1 };
        *account.death.lock().unwrap() = Some(death);
        let two = version(2);
        tokio::select! {
            biased;
            () = account.died.notified() => {}
            ended = overriding(&account, &two) => panic!("{death:?}: it ended: {ended:?}"),
        }
        lifted += usize::from(is_lifted(&account, "orders").await.unwrap());
        next(&account).await;
        assert_eq!(account.policy_now(), Some(policy().to_text()), "{death:?}");
    }
    assert!(lifted > 2, "it was lifted at {lifted} of the points only");
}

#[tokio::test(start_paused = true)]
async fn a_policy_that_a_killed_deploy_lifted_is_restored_by_the_next_one() {
    killed_anywhere(async |account| {
        overriding(account, &version(2)).await.unwrap();
        assert_eq!(account.holds(), wanted(&version(2)));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_policy_that_a_killed_deploy_lifted_is_restored_by_recover() {
    killed_anywhere(async |account| {
        let (ui, _) = Ui::into_text(false);
        tokio::time::sleep(Duration::from_secs(60)).await;
        recover(account, "orders", &Chosen::default(), true, &ui).await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn attaching_restores_the_policy_at_the_end() {
    let account = account().await;
    let (ui, text) = Ui::into_text(false);
    let two = version(2);
    let first = async {
        tokio::select! {
            _ = overriding(&account, &two) => panic!("it ended before the timeout"),
            () = tokio::time::sleep(Duration::from_secs(6)) => {}
        }
    };
    first.await;
    assert!(account.status().ends_with("IN_PROGRESS"), "{}", account.status());
    assert!(is_lifted(&account, "orders").await.unwrap());
    attach(&account, "orders", &ui).await.unwrap();
    assert_eq!(account.policy_now(), Some(policy().to_text()));
    assert!(text.lock().unwrap().contains("The protection of stack orders is on again"));
}

#[tokio::test(start_paused = true)]
async fn the_policy_is_set_as_configured_and_a_foreign_one_is_kept() {
    let account = account().await;
    let (ui, text) = Ui::into_text(false);
    let stack = account.found().unwrap();
    assert!(configure(&account, &stack, None, &ui).await);
    assert_eq!(account.policy_now(), Some(policy().to_text()), "it is a foreign one");
    assert!(text.lock().unwrap().contains("does not ask for"), "{}", text.lock().unwrap());
    let ours = Policy::allowing_all();
    let ours = Policy::parse(&ours.to_text().replace("Update:*", "Update:Modify")).unwrap();
    assert!(ours.is_ours());
    assert!(configure(&account, &stack, Some(&ours), &ui).await);
    let set = account.count("set_policy");
    assert!(configure(&account, &stack, Some(&ours), &ui).await);
    assert_eq!(account.count("set_policy"), set, "nothing to do");
    assert!(configure(&account, &stack, None, &ui).await);
    let now = Policy::parse(&account.policy_now().unwrap()).unwrap();
    assert_eq!(now.judge(Action::Delete, "A", "AWS::SQS::Queue"), Verdict::Allowed);
}

#[tokio::test(start_paused = true)]
async fn a_policy_that_cannot_be_read_is_a_note_and_never_one_that_differs() {
    for code in ["AccessDenied", "ServiceUnavailable", "ValidationError"] {
        let account = account().await;
        account.unreadable_policy(code);
        let (ui, text) = Ui::into_text(false);
        let stack = account.found().unwrap();
        assert_eq!(protecting(&account, Some(&stack), &ui).await, None, "{code}");
        let note = text.lock().unwrap().clone();
        assert!(note.starts_with("note: ") && note.contains("not known"), "{note}");
        // None is configured: nothing is set, and nothing is reported as different.
        assert!(configure(&account, &stack, None, &ui).await, "{code}");
        assert!(!text.lock().unwrap().contains("warning"), "{}", text.lock().unwrap());
        assert_eq!(account.policy_now(), Some(policy().to_text()));
        // A policy that is configured is set without a comparison.
        let wanted = Policy::denying(true, &[].into(), &[].into());
        assert!(configure(&account, &stack, Some(&wanted), &ui).await, "{code}");
        assert_eq!(account.policy_now(), Some(wanted.to_text()));
        assert!(!text.lock().unwrap().contains("warning"), "{}", text.lock().unwrap());
    }
}
