-- depends: st0023.pre.lights
-- How many units are through with a row of a large checklist, as it was counted last: to count it while somebody waits
-- would take as long as it has duties. The release before counts for itself and never reads it.
CREATE TABLE row_progress (
    row_id bigint PRIMARY KEY,
    checklist_id bigint NOT NULL,
    day date NOT NULL,
    counted_at timestamptz NOT NULL,
    seconds double precision NOT NULL,
    stamp text NOT NULL,
    units_total integer NOT NULL,
    units_done integer NOT NULL,
    missing text[] NOT NULL,
    missing_more integer NOT NULL,
    pending text[] NOT NULL,
    pending_more integer NOT NULL
);
CREATE INDEX row_progress_checklist ON row_progress (checklist_id);
