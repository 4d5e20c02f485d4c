//! The watch over a silent attempt. A health probe is free, so silence is answered with a question: an edge that
//! answers it is slow, and the attempt goes on; one that does not is dead.

use super::edge::Edge;

const SILENT_MIN_MS: u64 = 100;
const ANSWER_MIN_MS: u64 = 200;
/// A timer that is later than this shows that the process stood still.
const LATE_MS: u64 = 10;
/// How long it then looks before it judges.
const LOOK_MS: u64 = 100;
/// Where nothing is known of an edge, a cold connection over a long distance must not look dead.
const UNKNOWN_MS: u64 = 1_000;

/// How long an edge that lives may take to answer a probe: `max(200 ms, 6 × rtt)`.
pub(super) fn answer_within_ms(edge: Option<&Edge>) -> u64 {
    // A request is there and back too: the way is no longer than that, even if the first probe of a cold process
    // took ten times as long.
    let rtt_ms = edge.and_then(|edge| edge.rtt_ms().into_iter().chain(edge.latency_ms).min());
    rtt_ms.map_or(UNKNOWN_MS, |ms| ANSWER_MIN_MS.max(6 * ms))
}

/// What the watch wants done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alarm {
    /// Nothing yet.
    None,
    /// The attempt is suspect: probe its edge, and those not heard of lately.
    Suspect,
    /// The edge is dead: leave as soon as another has answered.
    Dead,
}

/// The watch over one attempt. Times are the platform's monotonic milliseconds.
#[derive(Clone, Debug)]
pub struct Watch {
    sent_at_ms: u64,
    /// How long a silence is suspect; doubled each time the edge proves alive.
    patience_ms: u64,
    answer_within_ms: u64,
    asked_at_ms: u64,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Calm {
        suspect_at_ms: u64,
    },
    /// `late_at_ms`: whoever looks only then was not there to hear the answer.
    Asked {
        dead_at_ms: u64,
        late_at_ms: u64,
    },
    Dead,
}

impl Watch {
    /// Watches an attempt sent to `edge`: suspect when silent for `max(100 ms, 4 × latency)`, dead when its
    /// probe is silent for `max(200 ms, 6 × rtt)`. Without a latency the RTT stands for it.
    pub fn new(edge: Option<&Edge>, sent_at_ms: u64) -> Self {
        let patience_ms = edge.and_then(Edge::expected_ms).map_or(UNKNOWN_MS, |ms| SILENT_MIN_MS.max(4 * ms));
        let answer_within_ms = answer_within_ms(edge);
        let state = State::Calm { suspect_at_ms: sent_at_ms + patience_ms };
        Watch { sent_at_ms, patience_ms, answer_within_ms, asked_at_ms: sent_at_ms, state }
    }

    /// What `now_ms` means for the attempt.
    pub fn tick(&mut self, now_ms: u64) -> Alarm {
        match self.state {
            State::Calm { suspect_at_ms } if now_ms >= suspect_at_ms => {
                self.ask(now_ms);
                Alarm::Suspect
            }
            // The silence may be one's own: an engine that stood still runs its timers before it reads the network. Once, since
            // where every timer is late nobody would ever leave.
            State::Asked { late_at_ms, .. } if now_ms > late_at_ms => {
                self.state = State::Asked { dead_at_ms: now_ms + LOOK_MS, late_at_ms: u64::MAX };
                Alarm::None
            }
            State::Asked { dead_at_ms, .. } if now_ms >= dead_at_ms => {
                self.state = State::Dead;
                Alarm::Dead
            }
            State::Dead => Alarm::Dead,
            _ => Alarm::None,
        }
    }

    /// The edge is asked for a sign of life.
    pub fn ask(&mut self, now_ms: u64) {
        let dead_at_ms = now_ms + self.answer_within_ms;
        self.asked_at_ms = now_ms;
        self.state = State::Asked { dead_at_ms, late_at_ms: dead_at_ms + LATE_MS };
    }

    /// The edge answered a probe, whatever it said: it is alive, only slow. Ask again later each time.
    pub fn alive(&mut self, now_ms: u64) {
        if !matches!(self.state, State::Calm { .. }) {
            self.patience_ms = self.patience_ms.saturating_mul(2);
            self.state = State::Calm { suspect_at_ms: now_ms + self.patience_ms };
        }
    }

    /// The probe of the suspect failed outright.
    pub fn unreachable(&mut self) {
        if matches!(self.state, State::Asked { .. }) {
            self.state = State::Dead;
        }
    }

    /// Since when the edge has been asked and has not answered.
    pub fn asked_at_ms(&self) -> Option<u64> {
        (!matches!(self.state, State::Calm { .. })).then_some(self.asked_at_ms)
    }

    /// Whether the edge has been asked, and has time left to answer.
    pub fn is_waiting(&self) -> bool {
        matches!(self.state, State::Asked { .. })
    }

    /// When to look again.
    pub fn wake_at_ms(&self) -> Option<u64> {
        match self.state {
            State::Calm { suspect_at_ms: at_ms } | State::Asked { dead_at_ms: at_ms, .. } => Some(at_ms),
            State::Dead => None,
        }
    }

    /// How long the attempt has been silent.
    pub fn silent_ms(&self, now_ms: u64) -> u64 {
        now_ms.saturating_sub(self.sent_at_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_then_no_answer_is_death() {
        let mut watch = Watch::new(None, 0);
        assert_eq!((watch.tick(999), watch.tick(1_000)), (Alarm::None, Alarm::Suspect));
        assert_eq!((watch.tick(1_999), watch.tick(2_000)), (Alarm::None, Alarm::Dead));
    }

    #[test]
    fn a_process_that_stood_still_looks_once_more() {
        let mut watch = Watch::new(None, 0);
        assert_eq!((watch.tick(9_000), watch.tick(30_000)), (Alarm::Suspect, Alarm::None));
        let mut heard = watch.clone();
        heard.alive(30_001);
        assert_eq!(heard.tick(30_100), Alarm::None);
        assert_eq!((watch.tick(30_099), watch.tick(40_000)), (Alarm::None, Alarm::Dead));
    }

    #[test]
    fn a_late_timer_is_no_pause() {
        let mut watch = Watch::new(None, 0);
        assert_eq!((watch.tick(1_000), watch.tick(2_010)), (Alarm::Suspect, Alarm::Dead));
    }

    #[test]
    fn a_slow_edge_is_asked_again_at_growing_intervals() {
        let mut watch = Watch::new(None, 0);
        let mut asked = Vec::new();
        for now_ms in 0..20_000 {
            if watch.tick(now_ms) == Alarm::Suspect {
                asked.push(now_ms);
                watch.alive(now_ms);
            }
        }
        assert_eq!(asked, [1_000, 3_000, 7_000, 15_000]);
    }
}
