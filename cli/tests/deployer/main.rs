//! The deployer against CloudFormation in memory and in simulated time: a script that answers by
//! the clock (`following`), and an account with stacks that go through CloudFormation's states
//! (everything else); stack sets have an account of their own (`sets`).

#![allow(clippy::unwrap_used, reason = "a double that breaks is a test that fails")]

mod account;
mod complaints;
mod following;
mod killed;
mod protected;
mod sets;
mod together;
