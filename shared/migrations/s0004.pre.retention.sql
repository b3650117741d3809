-- depends: s0004.pre.refusals-say-who
-- How long rows stay: what an operator chose instead of the defaults in the code, how the work goes, and what is gone from
-- the event log.

-- `days` null is for ever; without a row the default holds.
CREATE TABLE retention_policy (
    name text PRIMARY KEY,
    days integer CHECK (days > 0),
    chosen_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE retention_run (
    policy text PRIMARY KEY,
    done_at timestamptz,
    deleted bigint NOT NULL
);

-- Up to here the heartbeats that are older than their policy allows have gone from the event log.
CREATE TABLE outbox_swept (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    xid xid8 NOT NULL,
    seq bigint NOT NULL
);

-- A month that has gone from the event log: from then on no projection can be made anew from it.
CREATE TABLE outbox_dropped (
    partition text PRIMARY KEY,
    rows bigint NOT NULL,
    dropped_at timestamptz NOT NULL DEFAULT now()
);
