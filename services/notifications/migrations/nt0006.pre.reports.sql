-- depends: nt0002.pre.reminders
-- Reports as far as reminding needs them: rounds with their days, what each unit owes for them, and what was reminded.
-- No foreign keys: events arrive in any order.

CREATE TABLE report_round (
    id bigint PRIMARY KEY,
    report_name text NOT NULL,
    period text NOT NULL,
    due_on date NOT NULL,
    lock_on date NOT NULL,
    version integer NOT NULL
);

-- `remind_on` as in `duty`: the next day on which there is something to say, null when there never will be.
CREATE TABLE submission (
    id bigint PRIMARY KEY,
    round_id bigint NOT NULL,
    unit_id bigint NOT NULL,
    report_name text NOT NULL,
    period text NOT NULL,
    due_on date NOT NULL,
    lock_on date NOT NULL,
    state text NOT NULL,
    is_open boolean NOT NULL,
    is_correction boolean NOT NULL DEFAULT false,
    returned_on date,
    remind_on date,
    version integer NOT NULL
) WITH (fillfactor = 85);
CREATE INDEX submission_to_remind ON submission (remind_on, unit_id, id) WHERE remind_on IS NOT NULL;
CREATE INDEX submission_round ON submission (round_id);

CREATE TABLE submission_reminder (
    submission_id bigint NOT NULL,
    stage text NOT NULL,
    slot date NOT NULL,
    reminded_at timestamptz NOT NULL,
    PRIMARY KEY (submission_id, stage, slot)
);
CREATE INDEX submission_reminder_oldest ON submission_reminder (reminded_at);

CREATE TABLE message_submission (
    message_id bigint NOT NULL,
    submission_id bigint NOT NULL,
    stage text NOT NULL,
    PRIMARY KEY (message_id, submission_id)
);

-- The heartbeat of the stats database that was handled last; that of tasks is in `heartbeat`.
CREATE TABLE stats_heartbeat (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    ticked_at timestamptz NOT NULL
);
