-- depends: t0039.pre.calendars-that-return
-- The part in the work that a notice names somebody for whom the directory lacks, so that the answer comes onto the row
-- with it. Null for what asks about no name, and what the release before asked.
ALTER TABLE question ADD COLUMN IF NOT EXISTS role text CHECK (role IN ('lead', 'responsible', 'support'));
