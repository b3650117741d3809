-- depends: t0033.pre.meetings
-- When the words of what is published were last changed, and by whom; null where everybody reads them as published.
ALTER TABLE practice ADD COLUMN IF NOT EXISTS corrected_at timestamptz;
ALTER TABLE practice ADD COLUMN IF NOT EXISTS corrected_by bigint;
ALTER TABLE practice ADD COLUMN IF NOT EXISTS corrected_by_name text;
ALTER TABLE practice ADD COLUMN IF NOT EXISTS corrected_by_post text;
ALTER TABLE practice ADD COLUMN IF NOT EXISTS corrected_by_unit text;
