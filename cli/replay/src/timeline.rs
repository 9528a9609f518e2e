//! A state that changes over time, between two instants.

use serde::Serialize;

/// What was the case from `from_ms` until before `to_ms` (milliseconds since the epoch).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Timeline<S> {
    from_ms: i64,
    to_ms: i64,
    changes: Vec<(i64, S)>,
}

/// A stretch of a timeline with one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Segment<S> {
    /// Its first millisecond.
    pub from_ms: i64,
    /// The millisecond after its last.
    pub to_ms: i64,
    /// The state.
    pub state: S,
}

impl<S> Segment<S> {
    /// How long it lasts, in milliseconds.
    pub fn len_ms(&self) -> i64 {
        self.to_ms - self.from_ms
    }
}

impl<S: Copy + PartialEq> Timeline<S> {
    /// `state` from beginning to end; an end before the beginning is taken for an empty timeline.
    pub fn new(from_ms: i64, to_ms: i64, state: S) -> Self {
        Self { from_ms, to_ms: to_ms.max(from_ms), changes: vec![(from_ms, state)] }
    }

    /// From `at_ms` on the state is this one. Instants before the beginning move to it, those
    /// before the last change to that; at or after the end nothing changes any more.
    pub fn set(&mut self, at_ms: i64, state: S) {
        let last = self.changes.last().map_or(self.from_ms, |(at, _)| *at);
        let at_ms = at_ms.max(last);
        if at_ms >= self.to_ms && at_ms > self.from_ms {
            return;
        }
        if self.changes.last().is_some_and(|(at, _)| *at == at_ms) {
            self.changes.pop();
        }
        if self.changes.last().is_none_or(|(_, s)| *s != state) {
            self.changes.push((at_ms, state));
        }
    }

    /// First instant, in milliseconds since the epoch.
    pub fn from_ms(&self) -> i64 {
        self.from_ms
    }

    /// The instant after the last, in milliseconds since the epoch.
    pub fn to_ms(&self) -> i64 {
        self.to_ms
    }

    /// The state at an instant; outside of the timeline, that of its nearest end.
    pub fn at(&self, ms: i64) -> S {
        let after = self.changes.partition_point(|(at, _)| *at <= ms);
        self.changes[after.saturating_sub(1)].1
    }

    /// Its stretches, in order, without gaps; no two neighbours have one state.
    pub fn segments(&self) -> impl Iterator<Item = Segment<S>> + '_ {
        let ends = self.changes.iter().skip(1).map(|(at, _)| *at).chain([self.to_ms]);
        self.changes.iter().zip(ends).map(|(&(from_ms, state), to_ms)| Segment {
            from_ms,
            to_ms,
            state,
        })
    }

    /// The stretches in which this and another timeline are both constant.
    pub fn zip<T: Copy + PartialEq>(&self, other: &Timeline<T>) -> Vec<Segment<(S, T)>> {
        let mut cuts: Vec<i64> = self.changes.iter().map(|(at, _)| *at).collect();
        cuts.extend(other.changes.iter().map(|(at, _)| *at));
        cuts.retain(|at| (self.from_ms..self.to_ms).contains(at));
        cuts.sort_unstable();
        cuts.dedup();
        let ends = cuts.iter().skip(1).copied().chain([self.to_ms]).collect::<Vec<_>>();
        let both = |at: i64| (self.at(at), other.at(at));
        cuts.into_iter()
            .zip(ends)
            .map(|(from_ms, to_ms)| Segment { from_ms, to_ms, state: both(from_ms) })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_kept_in_order_and_repeated_states_are_one_stretch() {
        let mut line = Timeline::new(10, 100, 'a');
        line.set(20, 'b');
        line.set(30, 'b');
        line.set(30, 'a');
        line.set(30, 'b');
        line.set(25, 'c');
        line.set(100, 'd');
        let parts: Vec<_> = line.segments().map(|s| (s.from_ms, s.to_ms, s.state)).collect();
        assert_eq!(parts, [(10, 20, 'a'), (20, 25, 'b'), (25, 100, 'c')]);
        assert_eq!((line.at(0), line.at(24), line.at(999)), ('a', 'b', 'c'));
    }

    #[test]
    fn two_timelines_are_cut_wherever_either_changes() {
        let mut a = Timeline::new(0, 10, 1);
        a.set(4, 2);
        let mut b = Timeline::new(0, 10, 'x');
        b.set(4, 'y');
        b.set(7, 'z');
        let parts: Vec<_> = a.zip(&b).iter().map(|s| (s.from_ms, s.to_ms, s.state)).collect();
        assert_eq!(parts, [(0, 4, (1, 'x')), (4, 7, (2, 'y')), (7, 10, (2, 'z'))]);
    }
}
