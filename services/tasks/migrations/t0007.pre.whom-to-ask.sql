-- depends: t0002.pre.checklists
-- One line with name and telephone, which the units of the checklist see beside what they owe.
ALTER TABLE checklist ADD COLUMN contact text NOT NULL DEFAULT '';
