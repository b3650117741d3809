-- depends: s0006.pre.working-role
-- A listener knows what it should have heard: heartbeats say which events lay before them. What it lacks, it asks for.

-- Up to where the heartbeats of a source have said what there was to hear.
CREATE TABLE heard_position (
    source text PRIMARY KEY,
    xid xid8 NOT NULL,
    seq bigint NOT NULL,
    ticked_at timestamptz NOT NULL
);

-- Events of a source that have not come, or, where `event_ids` is null, a stretch of which it is not known what was in it.
CREATE TABLE gap (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source text NOT NULL,
    after_xid xid8 NOT NULL,
    after_seq bigint NOT NULL,
    until_xid xid8 NOT NULL,
    until_seq bigint NOT NULL,
    event_ids uuid[],
    noticed_at timestamptz NOT NULL DEFAULT now(),
    asked_at timestamptz,
    asked integer NOT NULL DEFAULT 0
);

-- Events that came and failed, and until when they are on their way back: they are not missing.
CREATE TABLE failing_event (
    event_id uuid PRIMARY KEY,
    until timestamptz NOT NULL
);

-- What a listener of this database's events wants to be sent again, to it alone: the events of `event_ids`, all of the
-- stretch, or what there was in it.
CREATE TABLE resend_request (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    consumer text NOT NULL,
    wants text NOT NULL CHECK (wants IN ('events', 'everything', 'names')),
    after_xid xid8 NOT NULL,
    after_seq bigint NOT NULL,
    until_xid xid8 NOT NULL,
    until_seq bigint NOT NULL,
    event_ids uuid[],
    asked_at timestamptz NOT NULL DEFAULT now()
);
