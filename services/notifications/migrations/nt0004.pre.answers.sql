-- depends: nt0002.pre.reminders
-- What the lead bureau answered is told at once: what it was, and on which day, so that it is told once.
ALTER TABLE duty ADD COLUMN IF NOT EXISTS answer text;
ALTER TABLE duty ADD COLUMN IF NOT EXISTS answered_on date;

ALTER TABLE reminder DROP CONSTRAINT IF EXISTS reminder_stage_check;
ALTER TABLE reminder ADD CONSTRAINT reminder_stage_check
CHECK (stage IN ('issued', 'due_soon', 'overdue', 'answered', 'refused', 'returned')) NOT VALID;
