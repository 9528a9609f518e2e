//! A model of CloudFormation's stack sets, by a clock that the caller keeps: an operation goes through
//! its accounts and regions, some at once, and begins no other once one has failed. It knows neither
//! the wire nor the types of a client.

use crate::cloudformation::{Answer, refuse};
use std::collections::BTreeMap;

/// An account and a region.
pub type Pair = (String, String);

/// What a stack set, or a stack of it, is made of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Definition {
    /// Template.
    pub template: String,
    /// Parameters: name to value.
    pub parameters: BTreeMap<String, String>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// Whether its roles are those of AWS Organizations.
    pub service_managed: bool,
}

/// A stack of the set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stack {
    /// What it was made of; none if its create has not succeeded.
    pub made_of: Option<Definition>,
    /// CURRENT, OUTDATED or INOPERABLE.
    pub status: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Create,
    Update,
    Delete,
}

/// The result of an operation in one account and region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationResult {
    /// PENDING, RUNNING, SUCCEEDED, FAILED or CANCELLED.
    pub status: &'static str,
    /// Why it failed.
    pub reason: Option<String>,
}

/// An operation.
#[derive(Debug)]
pub struct Operation {
    /// Id.
    pub id: String,
    action: Action,
    began: i64,
    at_once: usize,
    pairs: Vec<Pair>,
    /// The results where it is done.
    done: Vec<OperationResult>,
    /// How many results there were when it was stopped.
    stopped: Option<usize>,
}

impl Operation {
    /// CREATE, UPDATE or DELETE.
    pub fn action(&self) -> &'static str {
        match self.action {
            Action::Create => "CREATE",
            Action::Update => "UPDATE",
            Action::Delete => "DELETE",
        }
    }

    /// RUNNING, STOPPING, STOPPED, FAILED or SUCCEEDED.
    pub fn status(&self) -> &'static str {
        match (self.is_over(), self.stopped.is_some()) {
            (false, true) => "STOPPING",
            (false, false) => "RUNNING",
            (true, true) => "STOPPED",
            (true, false) if has_failed(&self.done) => "FAILED",
            (true, false) => "SUCCEEDED",
        }
    }

    /// The result in each account and region, in their order.
    pub fn results(&self) -> impl Iterator<Item = (&Pair, OperationResult)> {
        let running = self.done.len() / self.at_once;
        self.pairs.iter().enumerate().map(move |(number, pair)| {
            let status = if number / self.at_once == running { "RUNNING" } else { "PENDING" };
            let open = OperationResult { status, reason: None };
            (pair, self.done.get(number).cloned().unwrap_or(open))
        })
    }

    fn is_over(&self) -> bool {
        self.done.len() == self.pairs.len()
    }
}

fn has_failed(results: &[OperationResult]) -> bool {
    results.iter().any(|result| result.status == "FAILED")
}

/// An account with one stack set. Times are seconds of the caller's clock.
#[derive(Debug)]
pub struct StackSets {
    /// Where stacks fail, with the reason.
    pub fails: BTreeMap<Pair, String>,
    each: i64,
    at_once: usize,
    now: i64,
    set: Option<Definition>,
    stacks: BTreeMap<Pair, Stack>,
    operations: Vec<Operation>,
}

impl StackSets {
    /// An account without a stack set. An operation takes `each` seconds in `at_once` accounts and
    /// regions, and then as long in the next ones.
    pub fn new(each: i64, at_once: usize) -> Self {
        Self {
            fails: BTreeMap::new(),
            each,
            at_once,
            now: 0,
            set: None,
            stacks: BTreeMap::new(),
            operations: Vec::new(),
        }
    }

    /// Advances the clock.
    pub fn advance(&mut self, now: i64) {
        self.now = now;
        let Self { fails, each, set, stacks, operations, .. } = self;
        let Some(operation) = operations.last_mut() else { return };
        while !operation.is_over() {
            let number = operation.done.len();
            let (turn, first) = (number / operation.at_once, number - number % operation.at_once);
            let stopped = operation.stopped.is_some_and(|stopped| first > stopped);
            if stopped || has_failed(&operation.done[..first]) {
                operation.done.push(OperationResult { status: "CANCELLED", reason: None });
                continue;
            }
            let turns = i64::try_from(turn).unwrap_or(i64::MAX).saturating_add(1);
            if now < operation.began.saturating_add(each.saturating_mul(turns)) {
                return;
            }
            let pair = operation.pairs[number].clone();
            let reason = fails.get(&pair).cloned();
            match (&reason, operation.action) {
                (Some(_), Action::Delete) => {
                    stacks.entry(pair).and_modify(|stack| stack.status = "INOPERABLE");
                }
                (Some(_), Action::Create | Action::Update) => {
                    let outdated = Stack { made_of: None, status: "OUTDATED" };
                    stacks.entry(pair).or_insert(outdated).status = "OUTDATED";
                }
                (None, Action::Delete) => drop(stacks.remove(&pair)),
                (None, Action::Create | Action::Update) => {
                    stacks.insert(pair, Stack { made_of: set.clone(), status: "CURRENT" });
                }
            }
            let status = if reason.is_some() { "FAILED" } else { "SUCCEEDED" };
            operation.done.push(OperationResult { status, reason });
        }
    }

    /// The set.
    pub fn set(&self) -> Answer<&Definition> {
        match &self.set {
            Some(set) => Ok(set),
            None => refuse("StackSetNotFoundException", "there is no such stack set"),
        }
    }

    /// Its stacks.
    pub fn stacks(&self) -> &BTreeMap<Pair, Stack> {
        &self.stacks
    }

    /// Its operations, oldest first.
    pub fn operations(&self) -> Answer<&[Operation]> {
        self.set().map(|_| self.operations.as_slice())
    }

    /// The operation with this id.
    pub fn operation(&self, id: &str) -> Answer<&Operation> {
        match self.operations()?.iter().find(|operation| operation.id == id) {
            Some(operation) => Ok(operation),
            None => refuse("OperationNotFoundException", "there is no such operation"),
        }
    }

    /// Creates the set, without stacks.
    pub fn create(&mut self, definition: Definition) -> Answer<()> {
        if self.set.is_some() {
            return refuse("NameAlreadyExistsException", "the stack set exists already");
        }
        self.set = Some(definition);
        Ok(())
    }

    /// Changes the set, and begins to update its stacks.
    pub fn update(&mut self, definition: Definition, id: &str) -> Answer<()> {
        self.check_free(id)?;
        self.set = Some(definition);
        let usable = self.stacks.iter_mut().filter(|(_, stack)| stack.status != "INOPERABLE");
        let pairs = usable.map(|(pair, stack)| {
            stack.status = "OUTDATED";
            pair.clone()
        });
        let pairs = pairs.collect();
        self.begin(Action::Update, pairs, id);
        Ok(())
    }

    /// Begins to create stacks.
    ///
    /// # Panics
    ///
    /// If there is one already.
    pub fn create_stacks(&mut self, pairs: Vec<Pair>, id: &str) -> Answer<()> {
        self.check_free(id)?;
        for pair in &pairs {
            let new = Stack { made_of: None, status: "OUTDATED" };
            assert!(self.stacks.insert(pair.clone(), new).is_none(), "{pair:?} is there");
        }
        self.begin(Action::Create, pairs, id);
        Ok(())
    }

    /// Begins to delete stacks.
    pub fn delete_stacks(&mut self, pairs: Vec<Pair>, id: &str) -> Answer<()> {
        self.check_free(id)?;
        self.begin(Action::Delete, pairs, id);
        Ok(())
    }

    /// Deletes the set.
    pub fn delete(&mut self) -> Answer<()> {
        self.set()?;
        if !self.stacks.is_empty() {
            return refuse("StackSetNotEmptyException", "the stack set has stacks");
        }
        self.set = None;
        Ok(())
    }

    /// Stops an operation: where it is in progress it is finished.
    pub fn stop(&mut self, id: &str) -> Answer<()> {
        self.operation(id)?;
        for operation in self.operations.iter_mut().filter(|operation| operation.id == id) {
            operation.stopped = Some(operation.done.len());
        }
        Ok(())
    }

    /// Refuses a second operation at a time, and the same id again, as CloudFormation does.
    fn check_free(&self, id: &str) -> Answer<()> {
        let operations = self.operations()?;
        if operations.iter().any(|operation| operation.id == id) {
            return refuse("OperationIdAlreadyExistsException", "the operation exists already");
        }
        if operations.iter().any(|operation| !operation.is_over()) {
            return refuse("OperationInProgressException", "another operation is in progress");
        }
        Ok(())
    }

    fn begin(&mut self, action: Action, pairs: Vec<Pair>, id: &str) {
        let (id, began, at_once) = (id.to_owned(), self.now, self.at_once.max(1));
        let (done, stopped) = (Vec::new(), None);
        let operation = Operation { id, action, began, at_once, pairs, done, stopped };
        self.operations.push(operation);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(accounts: &[&str]) -> Vec<Pair> {
        accounts.iter().map(|account| ((*account).to_owned(), "r1".to_owned())).collect()
    }

    /// An operation that creates stacks in accounts 1, 2 and 3, and fails in 2.
    fn creating(at_once: usize) -> StackSets {
        let mut sets = StackSets::new(5, at_once);
        sets.create(Definition::default()).unwrap();
        sets.fails.insert(pairs(&["2"])[0].clone(), "quota reached".to_owned());
        sets.create_stacks(pairs(&["1", "2", "3"]), "a").unwrap();
        sets
    }

    fn seen(sets: &mut StackSets, now: i64) -> (&'static str, Vec<&'static str>) {
        sets.advance(now);
        let operation = sets.operation("a").unwrap();
        (operation.status(), operation.results().map(|(_, result)| result.status).collect())
    }

    #[test]
    fn an_operation_goes_on_one_by_one_and_begins_no_other_after_a_failure() {
        let mut sets = creating(1);
        assert_eq!(seen(&mut sets, 4), ("RUNNING", vec!["RUNNING", "PENDING", "PENDING"]));
        assert_eq!(seen(&mut sets, 5), ("RUNNING", vec!["SUCCEEDED", "RUNNING", "PENDING"]));
        assert_eq!(seen(&mut sets, 10), ("FAILED", vec!["SUCCEEDED", "FAILED", "CANCELLED"]));
        let statuses: Vec<&str> = sets.stacks().values().map(|stack| stack.status).collect();
        assert_eq!(statuses, ["CURRENT", "OUTDATED", "OUTDATED"]);
    }

    #[test]
    fn what_has_begun_at_once_is_finished_in_spite_of_a_failure() {
        let mut sets = creating(usize::MAX);
        assert_eq!(seen(&mut sets, 4), ("RUNNING", vec!["RUNNING"; 3]));
        assert_eq!(seen(&mut sets, 5), ("FAILED", vec!["SUCCEEDED", "FAILED", "SUCCEEDED"]));
    }

    #[test]
    fn a_stopped_operation_finishes_what_is_in_progress() {
        let mut sets = creating(1);
        sets.fails.clear();
        assert_eq!(seen(&mut sets, 7).0, "RUNNING");
        sets.stop("a").unwrap();
        assert_eq!(seen(&mut sets, 9), ("STOPPING", vec!["SUCCEEDED", "RUNNING", "PENDING"]));
        assert_eq!(seen(&mut sets, 10), ("STOPPED", vec!["SUCCEEDED", "SUCCEEDED", "CANCELLED"]));
    }

    #[test]
    fn a_second_operation_and_a_set_with_stacks_are_refused() {
        let mut sets = creating(1);
        let code = |answer: Answer<()>| answer.unwrap_err().code;
        assert_eq!(code(sets.delete_stacks(pairs(&["1"]), "b")), "OperationInProgressException");
        let again = sets.delete_stacks(pairs(&["1"]), "a");
        assert_eq!(code(again), "OperationIdAlreadyExistsException");
        assert_eq!(code(sets.delete()), "StackSetNotEmptyException");
        assert_eq!(code(sets.stop("b")), "OperationNotFoundException");
        assert_eq!(code(StackSets::new(1, 1).delete()), "StackSetNotFoundException");
    }
}
