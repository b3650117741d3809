-- depends: st0028.pre.dropped-years
-- Of how many units each row of a large checklist asks anything, and how many have signed for all of it, counted with how
-- far they are, and when. The release before counts neither: where it counts a row anew, these stay as they were then.
ALTER TABLE row_progress ADD COLUMN IF NOT EXISTS units_asked integer, ADD COLUMN IF NOT EXISTS units_signed integer,
    ADD COLUMN IF NOT EXISTS signed_at timestamptz;
ALTER TABLE units_asked ADD COLUMN IF NOT EXISTS units_signed integer;
