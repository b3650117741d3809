-- depends: nt0018.pre.reminder-policies
-- How often a post wants mail. The release before writes contacts without it, and its senders do not look at it.
ALTER TABLE contact ADD COLUMN IF NOT EXISTS rhythm text NOT NULL DEFAULT 'daily';
