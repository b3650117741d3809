-- depends: t0025.pre.years
-- The day that more time gave a duty, by an extension or after a pause. An amendment may move the due date beyond it and
-- the next one back again, but not before it. Where it is missing, the release before extended the duty: it is `due_on`.
ALTER TABLE duty ADD COLUMN IF NOT EXISTS extended_on date;
UPDATE duty SET extended_on = due_on WHERE first_due_on IS NOT NULL AND extended_on IS NULL;
