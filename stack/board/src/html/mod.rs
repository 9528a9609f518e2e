//! The board as HTML: a page for a server, a file or a wall, and the fragment of a CloudWatch
//! widget. The style and the script are constants, so that the page's policy can name their hashes.

mod parts;
mod shell;
mod tiles;
mod untrusted;
mod view;

pub use shell::{CAP, FILE_SCRIPT, SCRIPT, STYLE, html, policy};
pub use view::{Mode, Size, Theme, View};

#[cfg(test)]
mod tests;
