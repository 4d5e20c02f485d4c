//! Plans that are written by hand, each for one thing that the policy once did wrong.

use crate::plan::{Act, CallEnd, CallPlan, ClientPlan, Fault, FaultKind, Pause, Plan, World};

/// When the calls of a herd begin: long after the first credit.
pub const HERD_FROM_MS: u64 = 2_000;

impl Plan {
    /// A credit to warm up, then one amid which the process stands still twice, the second time once the watch has asked.
    pub fn of_pauses(first_ms: u64, second_ms: u64) -> Self {
        let pause = |at_ms, for_ms| Pause { at_ms, for_ms, clock_stops: false, astray_ms: 0 };
        let mut client = ClientPlan::steady(vec![credit(0, 0), credit(1_000, 1)]);
        client.pauses = vec![pause(1_001, first_ms), pause(1_001 + first_ms, second_ms)];
        Plan::of_one_client(client, Vec::new())
    }

    /// A credit to warm up, then `count` calls, a quarter of them credits and a millisecond apart, that meet `kind` in the
    /// pinned region. The first of them may be killed while it looks for a sign of life.
    pub fn of_a_herd(count: u64, kind: FaultKind, first_is_killed: bool) -> Self {
        let mut calls: Vec<CallPlan> = (0..=count).map(|at| credit(at * 1_000, at)).collect();
        for (at, call) in calls.iter_mut().enumerate().skip(1) {
            call.at_ms = HERD_FROM_MS + at as u64;
            if at % 4 != 0 {
                call.act = Act::Read;
            }
        }
        if first_is_killed {
            calls[1].end = CallEnd::Killed { after_ms: 150 };
        }
        let fault = Fault { region: Some(0), from_ms: HERD_FROM_MS - 100, until_ms: 20_000, kind };
        Plan::of_one_client(ClientPlan::steady(calls), vec![fault])
    }

    /// A credit that ends long before the other regions have answered, and a read right after it that the pinned one does
    /// not hear.
    pub fn of_silence_after_the_race() -> Self {
        let read = CallPlan { act: Act::Read, ..credit(100, 1) };
        let fault = Fault { region: Some(0), from_ms: 50, until_ms: 20_000, kind: FaultKind::BlackHole };
        let plan = Plan::of_one_client(ClientPlan::steady(vec![credit(0, 0), read]), vec![fault]);
        Plan { rtts_ms: vec![5, 40, 120], ..plan }
    }

    /// A credit by which far regions become known, then one whose region refuses connections.
    pub fn of_a_far_region_that_refuses() -> Self {
        let fault = Fault { region: Some(0), from_ms: 5_000, until_ms: 60_000, kind: FaultKind::Refuse };
        let calls = vec![credit(0, 0), credit(6_000, 1)];
        let client = ClientPlan { knows_all: true, ..ClientPlan::steady(calls) };
        Plan { rtts_ms: vec![700, 760, 900], ..Plan::of_one_client(client, vec![fault]) }
    }

    /// A read over two regions that answer every probe and nothing else.
    pub fn of_regions_that_only_seem_alive() -> Self {
        let read = CallPlan { act: Act::Read, ..credit(1_000, 1) };
        let broken = |region| Fault {
            region: Some(region),
            from_ms: 500,
            until_ms: 40_000,
            kind: FaultKind::ResetBefore,
        };
        let plan =
            Plan::of_one_client(ClientPlan::steady(vec![credit(0, 0), read]), vec![broken(0), broken(1)]);
        Plan { rtts_ms: vec![5, 40], ..plan }
    }

    /// A credit by which all regions become known, then one that meets a stall of one region or of all,
    /// `begins_ms` after it began. Its caller may give up and call again.
    pub fn of_a_stall(
        region: Option<usize>,
        begins_ms: u64,
        for_ms: u64,
        gives_up_after_ms: Option<u64>,
    ) -> Self {
        let from_ms = 5_000;
        let mut calls = vec![credit(0, 0), credit(from_ms + begins_ms, 1)];
        if let Some(after_ms) = gives_up_after_ms {
            let again = credit(calls[1].at_ms + after_ms + 100, 1);
            calls[1].end = CallEnd::Aborted { after_ms };
            calls.push(again);
        }
        // What is said to last so long lasts so long from the credit on.
        let until_ms = from_ms + begins_ms + for_ms;
        let fault = Fault { region, from_ms, until_ms, kind: FaultKind::Held };
        let client = ClientPlan { knows_all: true, ..ClientPlan::steady(calls) };
        let plan = Plan::of_one_client(client, vec![fault]);
        Plan {
            seed: begins_ms,
            rtts_ms: vec![5, 40, 120],
            replication_ms: 150,
            spread: begins_ms.is_multiple_of(2),
            ..plan
        }
    }

    /// Regions near each other, so that the others have answered before the first call ends.
    fn of_one_client(client: ClientPlan, faults: Vec<Fault>) -> Self {
        Plan {
            seed: 1,
            world: World::Storm,
            rtts_ms: vec![20, 25, 30],
            replication_ms: 50,
            spread: false,
            one_connection: false,
            faults,
            clients: vec![client],
            settled_at_ms: 40_000,
        }
    }
}

fn credit(at_ms: u64, nonce: u64) -> CallPlan {
    CallPlan { at_ms, act: Act::Write { amount: 1 }, nonce, only: None, end: CallEnd::Awaited }
}
