-- depends: s0007.pre.what-was-heard
-- Once a night tasks says what its ledger of duties counts; whoever keeps a picture of the duties holds it against that.

-- A part of a count, until the count is whole and all that was told before it has been heard.
CREATE TABLE ledger_part (
    counted_at timestamptz NOT NULL,
    part integer NOT NULL,
    parts integer NOT NULL,
    day date NOT NULL,
    until_xid xid8 NOT NULL,
    until_seq bigint NOT NULL,
    -- [checklist, item, due date, state, duties, sum of versions, digest] each.
    cells jsonb NOT NULL,
    told_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (counted_at, part)
);

-- What came of a count: how many cells differ, with the first of them, and the items that are left to the next count.
CREATE TABLE ledger_check (
    counted_at timestamptz PRIMARY KEY,
    day date NOT NULL,
    checked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    items integer NOT NULL,
    cells integer NOT NULL,
    wrong jsonb NOT NULL,
    unsettled jsonb NOT NULL
);
