-- depends: st0010.pre.open-units
-- What the nightly recount found: one row a day, so that of several processes one counts. `wrong` has the first cells.
CREATE TABLE IF NOT EXISTS count_check (
    day date PRIMARY KEY,
    checked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    cells integer NOT NULL,
    wrong jsonb NOT NULL DEFAULT '[]'
);
