-- depends: t0043.pre.ledger-counts
-- No process of the release before listens any more: from the next night on the ledger is counted.
INSERT INTO ledger_count (day, counted_at, cells, parts) VALUES ('2000-01-01', '2000-01-01 00:00:00+00', 0, 0)
ON CONFLICT (day) DO NOTHING;
