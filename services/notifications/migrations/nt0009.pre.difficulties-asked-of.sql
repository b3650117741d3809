-- depends: nt0007.pre.extensions
-- A duty whose difficulty somebody has taken on is not reminded of. And whom a unit asked to help with one, who is told
-- once; the newest asking of a duty holds.
ALTER TABLE duty ADD COLUMN IF NOT EXISTS is_paused boolean NOT NULL DEFAULT false;
CREATE TABLE asked (
    duty_id bigint PRIMARY KEY,
    unit_id bigint NOT NULL,
    version integer NOT NULL,
    asked_on date NOT NULL,
    is_told boolean NOT NULL DEFAULT false
);
CREATE INDEX asked_untold ON asked (duty_id) WHERE NOT is_told;
ALTER TABLE reminder DROP CONSTRAINT IF EXISTS reminder_stage_check;
ALTER TABLE reminder ADD CONSTRAINT reminder_stage_check CHECK (stage IN (
    'issued', 'due_soon', 'overdue', 'amended', 'withdrawn', 'urged', 'remarked', 'asked', 'taken_on', 'answered',
    'refused', 'extended', 'not_extended', 'returned')) NOT VALID;
