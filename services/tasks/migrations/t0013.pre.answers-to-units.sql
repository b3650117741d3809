-- depends: t0006.pre.no-passwords-in-answers
-- What the lead bureau last said to a unit about a difficulty and about a waiver, for the top of the unit's page; the
-- history keeps all of it. A difficulty waits for the lead bureau as long as it has no answer.
ALTER TABLE duty ADD COLUMN IF NOT EXISTS blocker_answer text;
ALTER TABLE duty ADD COLUMN IF NOT EXISTS waiver_refusal text;
