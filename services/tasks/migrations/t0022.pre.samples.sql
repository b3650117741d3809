-- depends: t0016.pre.requests
-- Which duties of sampled items are looked at is drawn with a seed of the checklist, so that anybody can repeat it. A
-- duty keeps with which revision it came into the draw, and whether it was drawn; both are null for what is not in it.
ALTER TABLE checklist ADD COLUMN IF NOT EXISTS sample_seed text,
    ADD COLUMN IF NOT EXISTS sample_percent integer NOT NULL DEFAULT 20 CHECK (sample_percent BETWEEN 1 AND 100);
-- `note_key` is the same for notes that say the same; null where a note says little.
ALTER TABLE duty ADD COLUMN IF NOT EXISTS sampled_in integer, ADD COLUMN IF NOT EXISTS is_sampled boolean,
    ADD COLUMN IF NOT EXISTS note_key text;
