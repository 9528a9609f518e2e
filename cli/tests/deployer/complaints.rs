//! Complaints about other deployers, each with the behaviour of this one.

use super::account::{Account, Done, NAME, asked, deploy, rollout, said, template, wanted};
use guardian_cli::approve::Approval;
use guardian_cli::commands::attach::attach;
use guardian_cli::commands::cancel::cancel;
use guardian_cli::commands::drift::drift;
use guardian_cli::commands::recover::recover;
use guardian_cli::exit::Exit;
use guardian_cli::rollout::Prepared;
use guardian_cli::ui::Ui;
use guardian_deploy::change_set::{self, discard};
use guardian_deploy::recovery::Chosen;
use serde_json::{Value, json};
use std::time::Duration;

fn version(v: u32) -> Value {
    template(&[("A", json!({"V": v})), ("B", json!({"V": v})), ("C", json!({"V": 1}))])
}

fn failing(reason: &str) -> Value {
    template(&[("A", json!({"V": 9})), ("B", json!({"Fails": reason})), ("C", json!({"V": 1}))])
}

async fn secs(seconds: u64) {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
}

/// sam-cli#8017, #1600; aws-cli#3308; rain#73.
#[tokio::test(start_paused = true)]
async fn no_changes_are_a_success_and_leave_nothing() {
    let account = Account::new();
    deploy(&account, &version(1), false).await.unwrap();
    assert_eq!(deploy(&account, &version(1), false).await.unwrap(), Done::UpToDate);
    assert_eq!(account.count("execute"), 1);
    assert_eq!(account.orphans(), Vec::<String>::new());
}

/// sam#1865; cdk#901.
#[tokio::test(start_paused = true)]
async fn a_stack_whose_first_create_failed_long_ago_blocks_no_deploy() {
    let account = Account::new();
    account.put("ROLLBACK_COMPLETE", &template(&[]));
    assert_eq!(deploy(&account, &version(1), false).await.unwrap(), Done::Deployed);
    assert_eq!(account.holds(), wanted(&version(1)));
    assert_eq!(account.orphans(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_stack_that_was_up_is_not_deleted_although_its_status_is_of_a_failed_create() {
    for (deploys, status) in
        [(1, "ROLLBACK_COMPLETE"), (2, "ROLLBACK_COMPLETE"), (2, "CREATE_FAILED")]
    {
        let account = Account::new();
        for v in 1..=deploys {
            deploy(&account, &version(v), false).await.unwrap();
        }
        account.mislabel(status);
        let refused = deploy(&account, &version(3), false).await.unwrap_err();
        assert_eq!(refused.exit, Exit::Stuck);
        let message = said(&refused);
        assert!(message.contains("CREATE_COMPLETE at"), "{message}");
        assert!(message.contains("`guardian destroy --stack-name orders`"), "{message}");
        assert_eq!(
            (account.count("delete_stack"), account.count("execute")),
            (0, deploys as usize)
        );
        assert_eq!(account.holds(), wanted(&version(deploys)));
    }
}

/// sam#4585: deleting what blocks must never reach a stack that was up.
#[tokio::test(start_paused = true)]
async fn a_failed_update_is_never_answered_by_deleting_the_stack() {
    let account = Account::new();
    deploy(&account, &version(1), false).await.unwrap();
    deploy(&account, &failing("Limit exceeded"), false).await.unwrap_err();
    assert_eq!(account.status(), "UPDATE_ROLLBACK_COMPLETE");
    assert_eq!(deploy(&account, &version(2), false).await.unwrap(), Done::Deployed);
    assert_eq!(account.count("delete_stack"), 0);
}

/// A first create that fails leaves nothing, and says why.
#[tokio::test(start_paused = true)]
async fn a_failed_first_create_is_deleted_and_the_next_one_succeeds() {
    let account = Account::new();
    let failure = deploy(&account, &failing("Queue already exists"), false).await.unwrap_err();
    assert_eq!(failure.exit, Exit::RolledBack);
    assert!(said(&failure).contains("nothing of it remains"), "{}", said(&failure));
    assert!(account.found().is_none());
    assert_eq!(account.orphans(), Vec::<String>::new());
    assert_eq!(deploy(&account, &version(1), false).await.unwrap(), Done::Deployed);
}

/// rain#527: a stuck rollback has a recovery action, with and without a resource that cannot be fixed.
#[tokio::test(start_paused = true)]
async fn a_stuck_rollback_is_reported_and_recovered() {
    for (skip, fixed) in [(Vec::new(), true), (vec!["A".to_owned()], false)] {
        let account = Account::new();
        deploy(&account, &version(1), false).await.unwrap();
        account.stubborn("A", Some("AccessDenied: sqs:SetQueueAttributes"));
        let stuck = deploy(&account, &failing("Limit exceeded"), false).await.unwrap_err();
        assert_eq!(stuck.exit, Exit::Stuck);
        assert!(said(&stuck).contains("guardian recover --stack-name orders"), "{}", said(&stuck));
        let again = deploy(&account, &version(2), false).await.unwrap_err();
        assert_eq!(again.exit, Exit::Stuck, "it is not tried on a stuck stack");

        let (ui, text) = Ui::into_text(false);
        if fixed {
            // Without a change the rollback fails again, and says so.
            let plain = Chosen::default();
            let failure = recover(&account, NAME, &plain, true, &ui).await.unwrap_err();
            assert_eq!(failure.exit, Exit::Stuck);
            assert!(said(&failure).contains("sqs:SetQueueAttributes"), "{}", said(&failure));
            account.stubborn("A", None);
        }
        let chosen = Chosen { skip, ..Chosen::default() };
        let exit = recover(&account, NAME, &chosen, true, &ui).await.unwrap();
        assert_eq!(exit, Exit::Done);
        assert!(text.lock().unwrap().contains("A (AWS::SQS::Queue): update failed"));
        assert_eq!(account.status(), "UPDATE_ROLLBACK_COMPLETE");
        account.stubborn("A", None);
        assert_eq!(deploy(&account, &version(2), false).await.unwrap(), Done::Deployed);
        assert_eq!(account.holds(), wanted(&version(2)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_failed_delete_is_recovered_by_a_retry_or_by_retaining_resources() {
    let retain = Chosen { retain: vec!["B".to_owned()], ..Chosen::default() };
    let force = Chosen { force: true, ..Chosen::default() };
    for chosen in [Chosen::default(), retain, force] {
        let account = Account::new();
        account.put("DELETE_FAILED", &version(1));
        account.stubborn("B", Some("The queue is in use"));
        let (ui, _) = Ui::into_text(false);
        let ended = recover(&account, NAME, &Chosen::default(), true, &ui).await;
        assert_eq!(ended.unwrap_err().exit, Exit::Stuck, "the safe way never leaves anything");
        if chosen == Chosen::default() {
            account.stubborn("B", None);
        }
        assert_eq!(recover(&account, NAME, &chosen, true, &ui).await.unwrap(), Exit::Done);
        assert!(account.found().is_none());
        let left = usize::from(chosen != Chosen::default());
        assert_eq!(account.orphans().len(), left, "{chosen:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn recovery_changes_no_stack_that_is_deployed_protected_or_not_approved() {
    let (ui, text) = Ui::into_text(false);
    let account = Account::new();
    let chosen = Chosen::default();
    assert_eq!(recover(&account, NAME, &chosen, true, &ui).await.unwrap(), Exit::Done);
    deploy(&account, &version(1), false).await.unwrap();
    assert_eq!(recover(&account, NAME, &chosen, true, &ui).await.unwrap(), Exit::Done);
    assert!(text.lock().unwrap().contains("needs no recovery"));
    let force = Chosen { force: true, ..Chosen::default() };
    let refused = recover(&account, NAME, &force, true, &ui).await.unwrap_err();
    assert_eq!(refused.exit, Exit::Invalid);

    let account = Account::new();
    account.put("ROLLBACK_COMPLETE", &template(&[]));
    let refused = recover(&account, NAME, &chosen, false, &ui).await.unwrap_err();
    assert_eq!(refused.exit, Exit::NotApproved);
    account.protect_now();
    assert_eq!(recover(&account, NAME, &chosen, true, &ui).await.unwrap(), Exit::Stuck);
    assert_eq!(account.count("delete_stack"), 0);
}

#[tokio::test(start_paused = true)]
async fn recovery_waits_for_the_operation_in_progress_and_diagnoses_again() {
    let account = Account::new();
    deploy(&account, &version(1), false).await.unwrap();
    let (ui, text) = Ui::into_text(false);
    let late = async {
        secs(5).await;
        recover(&account, NAME, &Chosen::default(), true, &ui).await.unwrap()
    };
    let two = version(2);
    let (deployed, exit) = tokio::join!(deploy(&account, &two, false), late);
    assert_eq!((deployed.unwrap(), exit), (Done::Deployed, Exit::Done));
    let text = text.lock().unwrap();
    assert!(
        text.contains("An operation is in progress") && text.contains("needs no recovery"),
        "{text}"
    );
}

/// aws-cdk-cli#1503, #1767: a comparison leaves no change behind.
#[tokio::test(start_paused = true)]
async fn a_change_set_that_was_only_shown_leaves_neither_itself_nor_a_stack() {
    let account = Account::new();
    let made = change_set::prepare(&account, &asked(None, &version(1))).await.unwrap().unwrap();
    discard(&account, &made.stack_id, &made.id, true).await.unwrap();
    secs(10).await;
    assert!(account.found().is_none());
    deploy(&account, &version(1), false).await.unwrap();
    let stack = account.found();
    let made =
        change_set::prepare(&account, &asked(stack.as_ref(), &version(2))).await.unwrap().unwrap();
    discard(&account, &made.stack_id, &made.id, false).await.unwrap();
    assert_eq!(account.found(), stack);
    assert_eq!(account.orphans(), Vec::<String>::new());
}

/// cdk#14780, #8893: the root cause comes first, not a cancellation.
#[tokio::test(start_paused = true)]
async fn the_first_line_shows_the_root_cause_and_the_fix() {
    let account = Account::new();
    deploy(&account, &version(1), false).await.unwrap();
    let reason = "User: ann is not authorized to perform: sqs:SetQueueAttributes on resource: x";
    let failure = deploy(&account, &failing(reason), false).await.unwrap_err();
    assert_eq!(failure.exit, Exit::RolledBack);
    let said = said(&failure);
    let mut lines = said.lines();
    assert!(lines.next().unwrap().contains("failed and was rolled back"), "{said}");
    assert!(lines.next().unwrap().starts_with("B (AWS::SQS::Queue): User: ann"), "{said}");
    assert!(!said.contains("cancelled"), "{said}");
    assert!(said.contains("lack `sqs:SetQueueAttributes`"), "{said}");
    assert_eq!(account.holds(), wanted(&version(1)));
}

/// aws-cdk#3781: after detaching, an operation can be attached to or cancelled from anywhere.
#[tokio::test(start_paused = true)]
async fn an_operation_is_followed_from_any_terminal_from_its_beginning_to_its_end() {
    let account = Account::new();
    deploy(&account, &version(1), false).await.unwrap();
    let (ui, text) = Ui::into_text(false);
    let late = async {
        secs(6).await;
        attach(&account, NAME, &ui).await.unwrap()
    };
    let two = version(2);
    let (deployed, exit) = tokio::join!(deploy(&account, &two, false), late);
    assert_eq!((deployed.unwrap(), exit), (Done::Deployed, Exit::Done));
    let text = text.lock().unwrap().clone();
    assert!(text.contains("update in progress since"), "{text}");
    let changed = text.matches("update complete").count();
    // Those of A, B and the stack, and the sentence at the end, but not those of the create before.
    assert_eq!(changed, 5, "{text}");
    assert!(!text.contains("create complete"), "{text}");

    assert_eq!(attach(&account, NAME, &ui).await.unwrap(), Exit::Done);
    assert_eq!(attach(&Account::new(), NAME, &ui).await.unwrap_err().exit, Exit::Error);
}

#[tokio::test(start_paused = true)]
async fn attaching_to_a_deploy_that_fails_shows_its_root_cause_and_has_its_exit_code() {
    let account = Account::new();
    deploy(&account, &version(1), false).await.unwrap();
    let (ui, _) = Ui::into_text(false);
    let late = async {
        secs(8).await;
        attach(&account, NAME, &ui).await.unwrap_err()
    };
    let bad = failing("Limit exceeded");
    let (deployed, attached) = tokio::join!(deploy(&account, &bad, false), late);
    assert_eq!((deployed.unwrap_err().exit, attached.exit), (Exit::RolledBack, Exit::RolledBack));
    assert!(said(&attached).contains("B (AWS::SQS::Queue): Limit exceeded"), "{}", said(&attached));
}

#[tokio::test(start_paused = true)]
async fn cancelling_rolls_an_update_back_and_deletes_a_first_create() {
    let (ui, text) = Ui::into_text(false);
    for first in [false, true] {
        let account = Account::new();
        if !first {
            deploy(&account, &version(1), false).await.unwrap();
        }
        let late = async {
            secs(5).await;
            cancel(&account, NAME, true, &ui).await.unwrap()
        };
        let two = version(2);
        let (deployed, exit) = tokio::join!(deploy(&account, &two, false), late);
        assert_eq!(exit, Exit::Done);
        assert_eq!(deployed.unwrap_err().exit, Exit::RolledBack);
        if first {
            assert!(account.found().is_none());
        } else {
            assert_eq!(account.holds(), wanted(&version(1)));
            let refused = cancel(&account, NAME, true, &ui).await.unwrap_err();
            assert!(said(&refused).contains("cannot be cancelled"), "{}", said(&refused));
        }
        assert_eq!(account.orphans(), Vec::<String>::new());
    }
    assert!(text.lock().unwrap().contains("it is as before the update"));
}

/// rain#48; cdk#1380: without a terminal there is no question, and nothing is changed.
#[tokio::test(start_paused = true)]
async fn without_a_terminal_to_ask_on_nothing_is_deleted() {
    let account = Account::new();
    account.put("ROLLBACK_COMPLETE", &template(&[]));
    let (ui, _) = Ui::into_text(false);
    let mut rollout = rollout(&account, &ui, false);
    rollout.approval = Approval::Any;
    let refused = rollout.prepare(|existing| asked(existing, &version(1))).await.unwrap_err();
    assert_eq!(refused.exit, Exit::NotApproved);
    assert_eq!((account.count("delete_stack"), account.count("create_change_set")), (0, 0));
}

/// cdk#23883: a short operation is reported soon after its end.
#[tokio::test(start_paused = true)]
async fn the_end_of_a_small_deploy_is_reported_within_seconds() {
    let account = Account::new();
    let began = tokio::time::Instant::now();
    deploy(&account, &template(&[("A", json!({"V": 1}))]), false).await.unwrap();
    // Three seconds for the change set, two for the resource.
    assert!(began.elapsed() < Duration::from_secs(9), "{:?}", began.elapsed());
}

/// aws-cdk-cli#801; rain#370: an older plan never runs beside a newer one.
#[tokio::test(start_paused = true)]
async fn a_newer_plan_supersedes_older_ones() {
    let account = Account::new();
    deploy(&account, &version(1), false).await.unwrap();
    let (ui, _) = Ui::into_text(false);
    let rollout = rollout(&account, &ui, false);
    let mut kept = Vec::new();
    for v in [2, 3] {
        let named = |existing: Option<&guardian_deploy::Stack>| {
            let request = asked(existing, &version(v));
            let name = change_set::plan_name(&v.to_string());
            guardian_deploy::stack::ChangeSetRequest { name, ..request }
        };
        let Prepared::Change(Some(stack), made) = rollout.prepare(named).await.unwrap() else {
            panic!("nothing to do")
        };
        let gone = change_set::discard_superseded(&account, &stack.id, &made.id).await.unwrap();
        assert_eq!(gone.len(), kept.len());
        kept.push(made);
    }
    let refused = rollout.execute(&kept[0]).await.unwrap_err();
    assert_eq!(refused.exit, Exit::NotApproved);
    rollout.execute(&kept[1]).await.unwrap();
    assert_eq!(account.holds(), wanted(&version(3)));
}

#[tokio::test(start_paused = true)]
async fn drift_is_found_on_every_page_and_ends_with_2() {
    let account = Account::new();
    deploy(&account, &version(1), false).await.unwrap();
    let (ui, text) = Ui::into_text(false);
    assert_eq!(drift(&account, NAME, &ui).await.unwrap(), Exit::Done);
    account.by_hand("C", json!({"V": 7}));
    assert_eq!(drift(&account, NAME, &ui).await.unwrap(), Exit::Differences);
    let text = text.lock().unwrap().clone();
    assert!(text.contains("no drift in 3 resources"), "{text}");
    assert!(text.contains("~ C (AWS::SQS::Queue) was changed"), "{text}");
    assert!(text.contains("1 changed, 0 deleted, 2 unchanged"), "{text}");
    assert_eq!(drift(&Account::new(), NAME, &ui).await.unwrap_err().exit, Exit::Error);
}
