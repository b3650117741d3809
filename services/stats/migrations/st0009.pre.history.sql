-- depends: st0008.pre.targets
-- What was known of a duty before, so that a board can be seen as it was on any day. The row `duty` is the newest version;
-- a trigger keeps each one that it replaces, whichever release replaces it. `since_day` is the day of Asia/Shanghai from
-- which a version holds, null for one from before this table.
ALTER TABLE duty ADD COLUMN IF NOT EXISTS since_day date;

CREATE TABLE IF NOT EXISTS duty_past (
    duty_id bigint NOT NULL,
    version integer NOT NULL,
    since_day date,
    due_on date NOT NULL,
    told_due_on date,
    done_on date,
    paused_on date,
    is_blocked boolean NOT NULL,
    state text NOT NULL,
    bucket text NOT NULL,
    PRIMARY KEY (duty_id, version)
);

CREATE OR REPLACE FUNCTION keep_past_duty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO duty_past
        (duty_id, version, since_day, due_on, told_due_on, done_on, paused_on, is_blocked, state, bucket)
    VALUES (OLD.id, OLD.version, OLD.since_day, OLD.due_on, OLD.told_due_on, OLD.done_on, OLD.paused_on, OLD.is_blocked,
        OLD.state, OLD.bucket)
    ON CONFLICT (duty_id, version) DO NOTHING;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER keep_past_duty AFTER UPDATE ON duty
    FOR EACH ROW WHEN (NEW.version > OLD.version) EXECUTE FUNCTION keep_past_duty();

-- By how many duties each counter changed on a day: what it was at the end of an earlier day is what it is now without
-- the changes since. By day before all else, because only the days since are read.
CREATE TABLE IF NOT EXISTS item_day (
    checklist_id bigint NOT NULL,
    day date NOT NULL,
    item_id bigint NOT NULL,
    due_on date NOT NULL,
    bucket text NOT NULL,
    duties bigint NOT NULL,
    PRIMARY KEY (checklist_id, day, item_id, due_on, bucket)
) WITH (fillfactor = 50);

CREATE TABLE IF NOT EXISTS unit_day (
    checklist_id bigint NOT NULL,
    unit_id bigint NOT NULL,
    day date NOT NULL,
    due_on date NOT NULL,
    bucket text NOT NULL,
    duties bigint NOT NULL,
    PRIMARY KEY (checklist_id, unit_id, day, due_on, bucket)
) WITH (fillfactor = 50);
-- Who was late on a day: open duties alone, over all units.
CREATE INDEX IF NOT EXISTS unit_day_open ON unit_day (checklist_id, day, due_on)
    WHERE bucket IN ('open', 'open_blocked');

-- How far a checklist, an area or a measure was at the end of a day; `row_id` is 0 for the whole. What can be made again
-- from the changes at any time, kept so that a trend needs no count.
CREATE TABLE IF NOT EXISTS completion_day (
    checklist_id bigint NOT NULL,
    day date NOT NULL,
    row_id bigint NOT NULL,
    due bigint NOT NULL,
    due_done bigint NOT NULL,
    done bigint NOT NULL,
    done_late bigint NOT NULL,
    awaiting_review bigint NOT NULL,
    blocked bigint NOT NULL,
    overdue bigint NOT NULL,
    due_soon bigint NOT NULL,
    on_track bigint NOT NULL,
    not_applicable bigint NOT NULL,
    overdue_blocked bigint NOT NULL,
    PRIMARY KEY (checklist_id, day, row_id)
);
