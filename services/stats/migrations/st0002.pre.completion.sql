-- depends: st0001.pre.directory
-- The projection of issued checklists, and the counters that the boards read.
-- No foreign keys: events arrive in any order.

CREATE TABLE checklist (
    id bigint PRIMARY KEY,
    title text NOT NULL,
    year integer NOT NULL,
    level_names text[] NOT NULL,
    state text NOT NULL,
    revision integer NOT NULL,
    version integer NOT NULL
);

CREATE TABLE issued_row (
    id bigint PRIMARY KEY,
    checklist_id bigint NOT NULL,
    parent_id bigint,
    level integer NOT NULL,
    position integer NOT NULL,
    title text NOT NULL,
    revision integer NOT NULL
);
CREATE INDEX issued_row_checklist ON issued_row (checklist_id);

-- `bucket` is what the duty counts as. `was_due_on` and `was_bucket` are the values before the last change: an upsert
-- fills them from the row that it has locked, so that it can return what to take off the counters.
CREATE TABLE duty (
    id bigint PRIMARY KEY,
    checklist_id bigint NOT NULL,
    item_id bigint NOT NULL,
    unit_id bigint NOT NULL,
    due_on date NOT NULL,
    done_on date,
    was_due_on date,
    version integer NOT NULL,
    is_blocked boolean NOT NULL,
    state text NOT NULL,
    bucket text NOT NULL,
    was_bucket text,
    period text NOT NULL
) WITH (fillfactor = 85);
CREATE INDEX duty_item ON duty (item_id, bucket, due_on);
CREATE INDEX duty_unit ON duty (unit_id, checklist_id);

-- Counters are updated in place at every batch: the free space keeps those updates out of the index.
CREATE TABLE item_count (
    checklist_id bigint NOT NULL,
    item_id bigint NOT NULL,
    due_on date NOT NULL,
    bucket text NOT NULL,
    duties bigint NOT NULL,
    PRIMARY KEY (checklist_id, item_id, due_on, bucket)
) WITH (fillfactor = 50);

CREATE TABLE unit_count (
    checklist_id bigint NOT NULL,
    unit_id bigint NOT NULL,
    due_on date NOT NULL,
    bucket text NOT NULL,
    duties bigint NOT NULL,
    PRIMARY KEY (checklist_id, unit_id, due_on, bucket)
) WITH (fillfactor = 50);

-- One row: the time of the newest event taken into account.
CREATE TABLE as_of (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    newest_event_at timestamptz NOT NULL
);
