-- depends: nt0009.pre.difficulties-asked-of
-- Whose part a duty is, where a unit has split its own among those below it: the message says which unit that was.
ALTER TABLE duty ADD COLUMN IF NOT EXISTS parent_id bigint;
