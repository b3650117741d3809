-- depends: st0011.pre.count-check
-- What notices say of targets, as tasks tells it when a checklist goes out. Each waits until somebody makes a target of it
-- (`target_id`) or puts it aside.
CREATE TABLE IF NOT EXISTS stated_target (
    id bigint PRIMARY KEY,
    plan text NOT NULL,
    from_year integer NOT NULL,
    name text NOT NULL,
    quote text NOT NULL,
    comparator text NOT NULL,
    value numeric,
    unit_of_measure text NOT NULL,
    to_year integer NOT NULL,
    is_part boolean NOT NULL,
    told_at timestamptz NOT NULL,
    target_id bigint REFERENCES target,
    put_aside_at timestamptz
);
CREATE INDEX IF NOT EXISTS stated_target_open ON stated_target (id) WHERE target_id IS NULL AND put_aside_at IS NULL;
