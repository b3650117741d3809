-- depends: st0005.pre.paused
-- Whose part a duty is, where a unit has split its own among those below it. The whole counts, its parts do not: they
-- are kept as if they were withdrawn, which the release before understands too.
ALTER TABLE duty ADD COLUMN IF NOT EXISTS parent_id bigint;
