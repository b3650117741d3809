-- depends: st0003.pre.figures
-- Since when somebody has taken on a duty's difficulty. Until it ends the duty is due on no day: `due_on` is the last one
-- there is, by which all counting goes, and the date that is shown stands here.
ALTER TABLE duty ADD COLUMN IF NOT EXISTS paused_on date;
ALTER TABLE duty ADD COLUMN IF NOT EXISTS told_due_on date;
