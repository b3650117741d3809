-- depends: t0043.pre.ledger-counts
-- Since when boards and reminders do not keep the single duties of a checklist any more; the ledger keeps them.
ALTER TABLE checklist ADD COLUMN IF NOT EXISTS dropped_on date;
