-- depends: nt0006.pre.reports
-- What the lead bureau answers to a question for more time is told at once; a duty that got it says so in its line.
-- So is what an amendment changed or withdrew.
ALTER TABLE duty ADD COLUMN IF NOT EXISTS first_due_on date;

ALTER TABLE reminder DROP CONSTRAINT IF EXISTS reminder_stage_check;
ALTER TABLE reminder ADD CONSTRAINT reminder_stage_check CHECK (stage IN (
    'issued', 'due_soon', 'overdue', 'amended', 'withdrawn', 'urged', 'remarked', 'answered', 'refused', 'extended', 'not_extended',
    'returned')) NOT VALID;
