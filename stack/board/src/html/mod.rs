//! The board as HTML: a page for a server, a file or a wall, and the fragment of a CloudWatch
//! widget. The style and the script are constants, so that the page's policy can name their hashes.

mod parts;
mod shell;
mod tiles;
mod untrusted;

pub use shell::{CAP, Mode, SCRIPT, STYLE, Size, Theme, View, html, policy};

#[cfg(test)]
mod tests;
