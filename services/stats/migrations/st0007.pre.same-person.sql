-- depends: st0006.pre.adjustments-taken-back st0006.pre.parts
-- The own account of who stands in for an absent one under this account: nobody decides on what he did himself.
ALTER TABLE person ADD COLUMN IF NOT EXISTS same_as bigint;
CREATE INDEX IF NOT EXISTS person_same_as ON person (same_as) WHERE same_as IS NOT NULL;
