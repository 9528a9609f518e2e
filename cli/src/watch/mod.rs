//! `guardian status --watch`: the board, live. The core is pure: [`state::State`] and an event become the
//! next state and the effects; [`draw`] is a function of the state. Terminal, input and AWS are
//! in `screen`, `shell` and `worker`.

pub mod details;
pub mod draw;
pub mod form;
pub mod header;
pub mod id;
pub mod keys;
pub mod layout;
pub mod lines;
pub mod pace;
pub mod screen;
pub mod shell;
pub mod state;
pub mod update;
mod worker;

#[cfg(test)]
mod tests;
