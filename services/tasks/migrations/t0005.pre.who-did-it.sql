-- depends: t0003.pre.duties
-- Who did it, as they were called and where they worked then. People change their posts; what they did stays theirs of
-- that day. The release before leaves these columns null.
ALTER TABLE audit_log ADD COLUMN person_name text, ADD COLUMN post text, ADD COLUMN unit_name text;
ALTER TABLE duty_history ADD COLUMN post text, ADD COLUMN unit_name text;
ALTER TABLE issue_run ADD COLUMN asked_by_post text, ADD COLUMN asked_by_unit text;
ALTER TABLE question ADD COLUMN answered_by_post text, ADD COLUMN answered_by_unit text;
