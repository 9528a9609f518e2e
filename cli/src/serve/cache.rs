//! The board of a server: read when a client asks for it, but not more often than its interval allows,
//! however many ask. A target that cannot be read keeps its last reading, with its age in a banner.

use crate::board::source::{Kept, read_all};
use crate::board::targets::Targets;
use guardian_aws::clock::now_ms;
use guardian_board::text::ago;
use guardian_board::{Banner, Board};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// How long the reading of a target may take before its old one is shown.
const PATIENCE: Duration = Duration::from_secs(30);
/// Rows that are read in a second, at most: a watcher costs about the same at any size.
const ROWS_A_SECOND: usize = 200;

/// The board and its targets.
#[derive(Debug)]
pub struct Cache {
    targets: Targets,
    every_ms: i64,
    read: Mutex<Read>,
}

#[derive(Debug, Default)]
struct Read {
    kept: Kept,
    /// When reading ended last.
    at_ms: i64,
}

impl Cache {
    /// Reads these targets, but not more often than every `every_ms` milliseconds.
    pub fn new(targets: Targets, every_ms: i64) -> Self {
        Self { targets, every_ms, read: Mutex::default() }
    }

    /// Milliseconds from one reading to the next, for this many machines.
    fn pause_ms(&self, machines: usize) -> i64 {
        let rows = machines.saturating_mul(1_000) / ROWS_A_SECOND;
        self.every_ms.max(i64::try_from(rows).unwrap_or(i64::MAX))
    }

    /// The board, not older than it may be. Requests during a reading wait for that reading, which goes on
    /// if the client that caused it disconnects: so no client can cause more readings.
    pub async fn board(self: &Arc<Self>) -> Arc<Board> {
        let cache = Arc::clone(self);
        tokio::spawn(async move { cache.current().await }).await.unwrap_or_else(|error| {
            let why = Banner::Note(format!("the board cannot be read: {error}"));
            Arc::new(Board { banners: vec![why], ..Board::default() })
        })
    }

    async fn current(&self) -> Arc<Board> {
        let mut read = self.read.lock().await;
        if let Some(board) = read.kept.last() {
            let age_ms = now_ms().saturating_sub(read.at_ms);
            if (0..self.pause_ms(board.counts.total)).contains(&age_ms) {
                return Arc::clone(board);
            }
        }
        let sources = read_all(&self.targets.readers, PATIENCE).await;
        let now_ms = now_ms();
        read.at_ms = now_ms;
        let settings = &self.targets.settings;
        read.kept.board(sources, settings, now_ms, |at_ms, why| old(at_ms, why, now_ms))
    }

    /// Seconds from one refresh of a page to the next.
    pub fn refresh_s(&self, board: &Board) -> u32 {
        u32::try_from(self.pause_ms(board.counts.total) / 1_000).unwrap_or(u32::MAX).max(1)
    }
}

fn old(at_ms: i64, why: &str, now_ms: i64) -> String {
    format!("{why}; what is shown was read {}", ago(now_ms.saturating_sub(at_ms)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use guardian_board::{Audience, Machine, Settings, Source, Target};

    fn source(region: &str) -> Source {
        let target = Target { account: "1".into(), region: region.into() };
        Source {
            machines: vec![Machine::new("order", target.clone())],
            target,
            ..Source::default()
        }
    }

    fn refused(region: &str) -> Source {
        let unreadable = Some("AccessDeniedException".to_owned());
        Source { unreadable, machines: Vec::new(), ..source(region) }
    }

    #[test]
    fn a_target_that_cannot_be_read_keeps_its_machines_and_says_how_old_they_are() {
        let mut kept = Kept::default();
        let settings = Settings::default();
        let mut board =
            |read, at| kept.board(read, &settings, at, |at_ms, why| old(at_ms, why, at));
        board(vec![source("a-1"), refused("b-1")], 0);
        board(vec![refused("a-1"), refused("b-1")], 60_000);
        let shown = board(vec![refused("a-1"), refused("b-1")], 120_000);
        assert_eq!(shown.counts.total, 1);
        let texts: Vec<String> =
            shown.banners.iter().map(|banner| banner.text(120_000, Audience::Team)).collect();
        let expected = [
            "cannot read 1/a-1: AccessDeniedException; what is shown was read 2 min ago",
            "cannot read 1/b-1: AccessDeniedException",
        ];
        assert_eq!(texts, expected);
        let shown = board(vec![source("a-1"), source("b-1")], 180_000);
        assert_eq!((shown.counts.total, shown.banners.len()), (2, 0));
    }

    #[test]
    fn ten_thousand_machines_are_read_once_in_fifty_seconds() {
        let (readers, settings, routes) = Default::default();
        let targets = Targets { readers, settings, routes };
        let cache = Cache::new(targets, 15_000);
        assert_eq!((cache.pause_ms(8), cache.pause_ms(10_000)), (15_000, 50_000));
    }
}
