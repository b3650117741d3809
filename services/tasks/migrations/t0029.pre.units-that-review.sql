-- depends: t0027.pre.posts
-- Which unit looks at what is submitted of an item, instead of the lead bureau.
ALTER TABLE checklist_row ADD COLUMN IF NOT EXISTS reviewer_unit_id bigint REFERENCES unit;
CREATE INDEX IF NOT EXISTS checklist_row_reviewer ON checklist_row (reviewer_unit_id)
    WHERE reviewer_unit_id IS NOT NULL;
