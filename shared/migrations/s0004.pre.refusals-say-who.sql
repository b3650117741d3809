-- depends: s0003.pre.commands-know-their-content
-- Who was refused, as they were called then: whoever reads the log later must not find the post of today. A service
-- leaves null what it does not know.
ALTER TABLE refusal ADD COLUMN person_name text, ADD COLUMN post text, ADD COLUMN unit_name text;
