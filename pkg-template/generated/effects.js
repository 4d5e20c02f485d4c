// Printed by `cargo xtask generate` from src/protocol: change that, not this.
/** How long after its attempt's deadline a copy in doubt is remembered. */
export const REMEMBERED_MS = 60000;
/** How many words follow each action, in their order. */
export const ACTION_WORDS = [0, 2, 1, 1, 0, 1, 0, 1, 1, 2, 2, 2, 5, 6, 6];

// What a call is, bit by bit.
/** It writes. */
export const FLAG_WRITES = 1;
/** The wire carries its nonce. */
export const FLAG_REPLAYABLE = 2;
/** The request needs the time of the edge it goes to. */
export const FLAG_NEEDS_CLOCK = 4;
/** It asks how one edge is. */
export const FLAG_IS_PROBE = 8;
/** It is sent without a key. */
export const FLAG_KEY_NEEDLESS = 16;
/** Its key has to be asked for. */
export const FLAG_KEY_ASKED = 32;
/** A refused key is asked for once more. */
export const FLAG_RENEWS = 64;
/** Whose it is, is known from the beginning. */
export const FLAG_KNOWN = 128;
/** It is recorded before it is sent. */
export const FLAG_RECORDED = 256;
/** It is one that was recorded before. */
export const FLAG_RESUMES = 512;
/** It is sent also where it cannot be recorded. */
export const FLAG_OPEN = 1024;
/** An earlier copy of it may have landed. */
export const FLAG_IN_DOUBT = 2048;
/** The directory of the edges is wanted. */
export const FLAG_DISCOVERS = 4096;
/** Its caller has given up already. */
export const FLAG_ABORTED = 8192;

// What a call is told.
/** Time has passed. */
export const INPUT_TICK = 0;
/** A probe ended. */
export const INPUT_PROBE = 1;
/** The attempt ended. */
export const INPUT_ENDED = 2;
/** The key is at hand, or is not to be had. */
export const INPUT_KEY = 3;
/** The store's update ended. */
export const INPUT_STORED = 4;
/** The caller gave up. */
export const INPUT_ABORT = 5;

// In the place of a status, how an attempt ended without one.
/** With what is no response. */
export const STATUS_NO_RESPONSE = -2;
/** The connection failed. */
export const STATUS_NETWORK = -1;
/** With a redirect that the platform hides. */
export const STATUS_REDIRECT = 0;

// What the body of an answer turned out to be.
/** What the operation promises. */
export const BODY_PROMISED = 0;
/** The answer to the operation, of which a figure is missing or does not fit. */
export const BODY_UNREADABLE = 1;
/** Too long. */
export const BODY_TOO_LARGE = 2;
/** The replay of another request. */
export const BODY_FOREIGN = 3;
/** A refusal for want of funds. */
export const BODY_INSUFFICIENT_FUNDS = 4;
/** Anything else. */
export const BODY_OTHER = 5;

// What an answer says beside, bit by bit.
/** The account does not show the event yet. */
export const ENDED_BEHIND = 1;
/** The ledger had the write already. */
export const ENDED_REPLAY = 2;
/** The bucket was deleted before. */
export const ENDED_DELETED = 4;

// What a call says: the first word of each of its sayings; what follows it is the boundary's.
/** Nothing more. */
export const ACTION_NOTHING = 0;
/** Send a probe: its number, and the edge. */
export const ACTION_PROBE = 1;
/** Cut this probe. */
export const ACTION_CUT_PROBE = 2;
/** Send the request to this edge. */
export const ACTION_SEND = 3;
/** Cut the attempt. */
export const ACTION_CUT_ATTEMPT = 4;
/** Ask this edge for the directory. */
export const ACTION_DISCOVER = 5;
/** Ask for the key. */
export const ACTION_ASK_KEY = 6;
/** Claim the record, within so many milliseconds. */
export const ACTION_CLAIM = 7;
/** Touch the record, for this edge or none. */
export const ACTION_TOUCH = 8;
/** Close the record: how, and for which ticket. */
export const ACTION_CLOSE = 9;
/** Keep the answer under this ticket, and drop those before the oldest. */
export const ACTION_KEEP = 10;
/** The body that a record has, which goes on. */
export const ACTION_LEFT = 11;
/** The answer that a record has: its status, edge and body. */
export const ACTION_DONE = 12;
/** An event: its kind, edge, figure, what more there is, and the reason. */
export const ACTION_EVENT = 13;
/** The end: reason, outcome, edge, attempts, milliseconds, and the ticket of a shared answer. */
export const ACTION_END = 14;

// How a record is closed.
/** With the answer. */
export const CLOSE_COMPLETE = 0;
/** The nonce is free again. */
export const CLOSE_FREE = 1;
/** It stays unfinished. */
export const CLOSE_LEAVE = 2;

// Why a call ended.
/** With the answer of the last attempt. */
export const REASON_ANSWERED = 0;
/** Its bucket was deleted by an attempt before. */
export const REASON_DELETED = 1;
/** With the error of the last attempt. */
export const REASON_FAILED = 2;
/** The deadline passed. */
export const REASON_DEADLINE = 3;
/** The caller gave up. */
export const REASON_ABORTED = 4;
/** There was no key. */
export const REASON_KEYLESS = 5;
/** With the answer that another call of this write got. */
export const REASON_SHARED = 6;
/** With the answer that the record has. */
export const REASON_REPLAYED = 7;
/** The nonce belongs to another request. */
export const REASON_CONFLICT = 8;
/** The account does not show the event in time. */
export const REASON_BEHIND = 9;
/** The same, and it was read as often as it may be. */
export const REASON_BEHIND_TOO_OFTEN = 10;
/** Another tab or worker has the record. */
export const REASON_TAKEN_OVER = 11;
/** The record that was to be resumed is gone. */
export const REASON_ENDED_MEANWHILE = 12;
/** The store holds something else under the name of the write. */
export const REASON_CORRUPT = 13;
/** The store did not record the write. */
export const REASON_STORE_FAILED = 14;

// What a store is to do with the bytes under a name.
/** The call is over. */
export const CHANGE_TOO_LATE = -1;
/** Nothing. */
export const CHANGE_KEEP = 0;
/** Put these. */
export const CHANGE_PUT = 1;
/** Remove them. */
export const CHANGE_REMOVE = 2;

// How a store's update ended.
/** It resolved. */
export const STORED_DONE = 0;
/** It failed. */
export const STORED_FAILED = 1;
/** It failed, and nothing was written. */
export const STORED_UNWRITTEN = 2;
/** Nobody can tell whose record it is. */
export const STORED_OWNERLESS = 3;

// What a health probe said, bit by bit; with no answer at all, -1 in their place.
/** It is ready. */
export const HEALTH_READY = 1;
/** It has too much to do. */
export const HEALTH_OVERLOADED = 2;

// What a row of a store holds.
/** Nothing of this client's ledger. */
export const ROW_OTHER = 0;
/** A write that is finished. */
export const ROW_FINISHED = 1;
/** A write that nobody is likely to be at. */
export const ROW_LEFT = 2;
/** A write that somebody is at. */
export const ROW_ALIVE = 3;
/** A write whose call holds a lock as long as it lives: whoever wants to know asks for that lock. */
export const ROW_NEEDS_LOCK = 4;

// What is known of a row's lock.
/** Nobody asked for it. */
export const LOCK_NOT_ASKED = -2;
/** Nobody can tell. */
export const LOCK_UNKNOWN = -1;
/** It could be taken. */
export const LOCK_FREE = 0;
/** Another call has it. */
export const LOCK_HELD = 1;

// Which records are taken away.
/** The unfinished one of a nonce. */
export const REMOVAL_DISCARD = 0;
/** Those that are finished. */
export const REMOVAL_FORGET = 1;
/** All. */
export const REMOVAL_FORGET_ALL = 2;

// Whether an edge may be used.
/** It may. */
export const EDGE_STATE_UP = 0;
/** It rests. */
export const EDGE_STATE_COOLING = 1;
/** It is tried again. */
export const EDGE_STATE_HALF_OPEN = 2;
