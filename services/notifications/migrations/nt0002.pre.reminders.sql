-- depends: nt0001.pre.directory
-- Duties as far as reminding needs them, what was reminded, and the inbox. No foreign keys to what events bring: they
-- arrive in any order.

CREATE TABLE item (
    id bigint PRIMARY KEY,
    checklist_id bigint NOT NULL,
    title text NOT NULL,
    revision integer NOT NULL
);

CREATE TABLE checklist (
    id bigint PRIMARY KEY,
    state text NOT NULL,
    version integer NOT NULL
);

-- `remind_on` is the next day on which there is something to say about an open duty; a sweep takes the rows whose day
-- has come. It is null when nothing will ever be due, so the index holds only what waits.
CREATE TABLE duty (
    id bigint PRIMARY KEY,
    checklist_id bigint NOT NULL,
    item_id bigint NOT NULL,
    unit_id bigint NOT NULL,
    due_on date NOT NULL,
    remind_on date,
    version integer NOT NULL,
    state text NOT NULL,
    is_open boolean NOT NULL,
    period text NOT NULL
) WITH (fillfactor = 85);
CREATE INDEX duty_to_remind ON duty (remind_on, unit_id, id) WHERE remind_on IS NOT NULL;

-- What was reminded: the key makes a second sweep, or a second copy of the events, harmless.
CREATE TABLE reminder (
    duty_id bigint NOT NULL,
    stage text NOT NULL CHECK (stage IN ('issued', 'due_soon', 'overdue')),
    slot date NOT NULL,
    reminded_at timestamptz NOT NULL,
    PRIMARY KEY (duty_id, stage, slot)
);

-- One merged message per person and day.
CREATE TABLE message (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id bigint NOT NULL,
    day date NOT NULL,
    is_read boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL,
    UNIQUE (person_id, day)
);
CREATE INDEX message_unread ON message (person_id) WHERE NOT is_read;

-- Written in the transaction that opens the message: checking a foreign key would cost more than all the rest.
CREATE TABLE message_line (
    message_id bigint NOT NULL,
    duty_id bigint NOT NULL,
    stage text NOT NULL,
    PRIMARY KEY (message_id, duty_id)
);

-- One row: the heartbeat of the tasks database that was handled last.
CREATE TABLE heartbeat (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    ticked_at timestamptz NOT NULL
);
