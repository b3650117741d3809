-- depends: nt0026.pre.weekly-cap
-- How often was written into a message. The release before does not count, and sets `changed_at` all the same.
ALTER TABLE message ADD COLUMN IF NOT EXISTS writings integer NOT NULL DEFAULT 1;

-- For which day and in which hour a post was last found to have nothing to hear, and what was written to it by then:
-- when last and how often. It is not asked about again before one of these is another.
ALTER TABLE contact ADD COLUMN IF NOT EXISTS looked_for timestamptz;
ALTER TABLE contact ADD COLUMN IF NOT EXISTS looked_change timestamptz;
ALTER TABLE contact ADD COLUMN IF NOT EXISTS looked_writings bigint;
