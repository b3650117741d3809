-- depends: t0006.pre.no-passwords-in-answers
-- Who changed a duty, as they were called then: beside post and unit, for the auditor's list. What was written before, and
-- what a process of the release before writes, stays null and is shown by post and unit.
ALTER TABLE duty_history ADD COLUMN person_name text;
