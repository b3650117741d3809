-- depends: t0002.pre.checklists
-- Issuing and duties.

-- One run per checklist and revision: issuing the same revision twice is refused by this key. A run is preparing until
-- its units are resolved and its chunks cut, running until all chunks are done.
CREATE TABLE issue_run (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    checklist_id bigint NOT NULL REFERENCES checklist,
    revision integer NOT NULL,
    state text NOT NULL DEFAULT 'preparing' CHECK (state IN ('preparing', 'running', 'done')),
    asked_by bigint NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT now(),
    done_at timestamptz,
    correlation_id text NOT NULL DEFAULT '',
    UNIQUE (checklist_id, revision)
);

-- When each item is due, one row per period, working days applied. `written_due_on` is the date before moving.
CREATE TABLE item_period (
    run_id bigint NOT NULL REFERENCES issue_run,
    item_id bigint NOT NULL REFERENCES checklist_row,
    period text NOT NULL,
    written_due_on date NOT NULL,
    due_on date NOT NULL,
    is_provisional boolean NOT NULL,
    PRIMARY KEY (run_id, item_id, period)
);

-- The resumable work of a run: a chunk is done exactly when its transaction committed; `duties` is what it made.
CREATE TABLE issue_chunk (
    run_id bigint NOT NULL REFERENCES issue_run,
    number integer NOT NULL,
    is_done boolean NOT NULL DEFAULT false,
    duties integer NOT NULL DEFAULT 0,
    PRIMARY KEY (run_id, number)
);

-- Who gets which items, groups resolved and frozen when the run is prepared. One row per unit, not one per unit and
-- item: a whole country would write four million rows in one transaction, and the outbox cannot be read past it.
CREATE TABLE issue_unit (
    run_id bigint NOT NULL REFERENCES issue_run,
    chunk integer NOT NULL,
    unit_id bigint NOT NULL,
    lead_item_ids bigint[] NOT NULL,
    support_item_ids bigint[] NOT NULL,
    PRIMARY KEY (run_id, chunk, unit_id)
);

CREATE TABLE duty (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    checklist_id bigint NOT NULL REFERENCES checklist,
    item_id bigint NOT NULL REFERENCES checklist_row,
    unit_id bigint NOT NULL REFERENCES unit,
    period text NOT NULL,
    revision integer NOT NULL,
    role text NOT NULL CHECK (role IN ('lead', 'support')),
    written_due_on date NOT NULL,
    due_on date NOT NULL,
    is_provisional boolean NOT NULL DEFAULT false,
    state text NOT NULL DEFAULT 'issued'
        CHECK (state IN ('issued', 'acknowledged', 'submitted', 'accepted', 'returned', 'waived', 'withdrawn')),
    done_on date,
    blocked_reason text,
    waiver_reason text,
    returned_reason text,
    last_note text,
    version integer NOT NULL DEFAULT 1,
    changed_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (unit_id, item_id, period)
);
-- The lead bureau's queue, oldest first.
CREATE INDEX duty_waiting ON duty (changed_at, id) WHERE state = 'submitted' OR waiver_reason IS NOT NULL;

CREATE TABLE duty_history (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    duty_id bigint NOT NULL REFERENCES duty,
    version integer NOT NULL,
    action text NOT NULL,
    person_id bigint,
    text text NOT NULL DEFAULT '',
    at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX duty_history_duty ON duty_history (duty_id, id);
