-- depends: t0016.pre.requests
-- Whom a unit asks to help with its difficulty, the lead bureau where it is null; and since when somebody has taken it on,
-- which keeps the days from counting. It stays when the difficulty is answered or solved.
ALTER TABLE request ADD COLUMN IF NOT EXISTS asked_unit_id bigint REFERENCES unit;
ALTER TABLE request ADD COLUMN IF NOT EXISTS accepted_on date;
ALTER TABLE request DROP CONSTRAINT request_state_check;
ALTER TABLE request ADD CONSTRAINT request_state_check
    CHECK (state IN ('open', 'accepted', 'granted', 'refused', 'answered', 'taken_back', 'solved', 'ended'));
CREATE INDEX request_difficulty ON request (asked_at, id) WHERE kind = 'blocker' AND ended_at IS NULL;
