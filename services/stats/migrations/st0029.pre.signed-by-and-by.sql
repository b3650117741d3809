-- depends: st0028.pre.dropped-years
-- Of how many units each row of a large checklist asks anything, and how many have signed for all of it, counted with how
-- far they are. The release before counts neither: what it writes lacks them, or keeps those of the time before.
ALTER TABLE row_progress ADD COLUMN IF NOT EXISTS units_asked integer, ADD COLUMN IF NOT EXISTS units_signed integer;
ALTER TABLE units_asked ADD COLUMN IF NOT EXISTS units_signed integer;
