-- depends: t0025.pre.years
-- A duty that a unit has split among units below it (分解): each of them has a duty of its own for the same item and
-- period, which knows whose part it is. Null for what was issued. The release before takes it for a duty like any other.
ALTER TABLE duty ADD COLUMN IF NOT EXISTS parent_id bigint REFERENCES duty;
