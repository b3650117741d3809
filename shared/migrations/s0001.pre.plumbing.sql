-- Plumbing that every service's database has: outbox, inbox, commands, refusals, parking lot.

CREATE TABLE outbox (
    seq bigint GENERATED ALWAYS AS IDENTITY,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    id uuid NOT NULL,
    type text NOT NULL,
    payload jsonb NOT NULL,
    correlation_id text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now()
) PARTITION BY RANGE (created_at);

CREATE INDEX outbox_commit_order ON outbox (xid, seq);

CREATE TABLE outbox_other PARTITION OF outbox DEFAULT;

-- Called by the relay: makes the partitions of this month and the next ones. Months that already have rows in the
-- default partition stay there.
CREATE FUNCTION make_outbox_partitions(months integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    start date := date_trunc('month', now())::date;
    name text;
BEGIN
    FOR n IN 0 .. months LOOP
        name := 'outbox_' || to_char(start + make_interval(months => n), 'YYYYMM');
        IF to_regclass(name) IS NULL THEN
            BEGIN
                EXECUTE format('CREATE TABLE %I PARTITION OF outbox FOR VALUES FROM (%L) TO (%L)', name,
                    start + make_interval(months => n), start + make_interval(months => n + 1));
            EXCEPTION WHEN check_violation OR duplicate_table THEN
                NULL;
            END;
        END IF;
    END LOOP;
END $$;

DO $$ BEGIN PERFORM make_outbox_partitions(2); END $$;

CREATE FUNCTION announce_outbox() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NOTIFY outbox;
    RETURN NULL;
END $$;

CREATE TRIGGER outbox_written AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION announce_outbox();

CREATE TABLE outbox_position (
    reader text PRIMARY KEY,
    xid xid8 NOT NULL,
    seq bigint NOT NULL,
    moved_at timestamptz NOT NULL
);

CREATE TABLE inbox (
    queue text NOT NULL,
    event_id uuid NOT NULL,
    handled_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (queue, event_id)
);
CREATE INDEX inbox_handled_at ON inbox USING brin (handled_at);

CREATE TABLE command (
    id uuid PRIMARY KEY,
    operation text NOT NULL,
    person_id bigint,
    answer jsonb,
    received_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE refusal (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    operation text NOT NULL,
    person_id bigint,
    reason text NOT NULL,
    correlation_id text NOT NULL,
    refused_at timestamptz NOT NULL DEFAULT now()
);

-- The parking lot: messages that a consumer could not take, each with its reason and a way back.
CREATE TABLE parked_message (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    queue text NOT NULL,
    event_id text NOT NULL DEFAULT '',
    event_type text NOT NULL DEFAULT '',
    body bytea NOT NULL,
    reason text NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    state text NOT NULL DEFAULT 'parked' CHECK (state IN ('parked', 'replay_asked', 'replayed', 'discarded')),
    parked_at timestamptz NOT NULL DEFAULT now(),
    decided_at timestamptz,
    dead_letter_id uuid UNIQUE
);
CREATE INDEX parked_message_waiting ON parked_message (state, id) WHERE state IN ('parked', 'replay_asked');
