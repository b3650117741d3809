-- depends: t0014.pre.duties-say-who
-- What a unit asks about a duty, with the answer. An extension that was granted moves the duty's due date; the first one
-- stays beside it. Waivers and difficulties are columns of the duty as before.
CREATE TABLE request (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    duty_id bigint NOT NULL REFERENCES duty,
    kind text NOT NULL CHECK (kind IN ('extension')),
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'granted', 'refused', 'taken_back', 'ended')),
    reason text NOT NULL,
    wanted_on date NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT now(),
    asked_by bigint NOT NULL,
    asked_by_name text NOT NULL,
    asked_by_post text NOT NULL,
    asked_by_unit text NOT NULL,
    answer text NOT NULL DEFAULT '',
    granted_on date,
    answered_at timestamptz,
    answered_by bigint,
    answered_by_name text,
    answered_by_post text,
    answered_by_unit text,
    ended_at timestamptz
);
CREATE INDEX request_duty ON request (duty_id);
-- What a unit waits for, or has not gone on from: one of a kind at a time. And the lead bureau's queue, oldest first.
CREATE UNIQUE INDEX request_standing ON request (duty_id, kind) WHERE ended_at IS NULL;
CREATE INDEX request_waiting ON request (asked_at, id) WHERE state = 'open';

ALTER TABLE duty ADD COLUMN IF NOT EXISTS first_due_on date;
