-- depends: t0029.pre.units-that-review
-- Under which number the draft of an amendment stood, so that a page that was left open learns that it went out.
ALTER TABLE amendment ADD COLUMN IF NOT EXISTS draft_id bigint;
