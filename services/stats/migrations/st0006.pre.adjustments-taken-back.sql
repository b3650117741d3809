-- depends: st0005.pre.paused st0003.pre.figures
-- Which adjustment one takes back, as its opposite; each once.
ALTER TABLE adjustment ADD COLUMN IF NOT EXISTS takes_back_id bigint REFERENCES adjustment;
CREATE UNIQUE INDEX IF NOT EXISTS adjustment_taken_back ON adjustment (takes_back_id) WHERE takes_back_id IS NOT NULL;
