-- depends: t0037.pre.calendar
-- From how many working days before its due date a duty counts as due soon. Each row is a version that never changes: the
-- number from a day on, or null where what was planned for that day was taken back. Of one day the newest holds. The
-- release before knows none of it and counts by three.
CREATE TABLE light_rule (
    version integer PRIMARY KEY,
    from_day date NOT NULL,
    workdays integer CHECK (workdays BETWEEN 1 AND 15),
    reason text NOT NULL,
    person_id bigint NOT NULL,
    person_name text,
    post text,
    unit_name text,
    at timestamptz NOT NULL DEFAULT now()
);

-- What follows from them: [day, number] by the day, read where a transaction begins and told to the others.
CREATE TABLE light_table (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    version integer NOT NULL,
    rules jsonb NOT NULL,
    -- When it was told last: it is said again from time to time, for whoever missed it.
    told_at timestamptz NOT NULL DEFAULT now()
);
