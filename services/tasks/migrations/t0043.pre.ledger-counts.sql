-- depends: t0042.pre.notice-figures
-- The nights on which the ledger of duties was counted for whoever listens, so that of several processes one counts.
-- Without a row nobody does: the release before could not read what it would hear.
CREATE TABLE ledger_count (
    day date PRIMARY KEY,
    counted_at timestamptz NOT NULL DEFAULT now(),
    cells integer NOT NULL,
    parts integer NOT NULL
);
