-- depends: t0037.pre.calendar
-- When due dates were gone over by a release's calendar last; `seen_at` is when it was last running. The release before
-- writes a row once, and notices none that returns.
ALTER TABLE seen_calendar ADD COLUMN IF NOT EXISTS gone_over_at timestamptz;
UPDATE seen_calendar SET gone_over_at = seen_at WHERE gone_over_at IS NULL;
ALTER TABLE seen_calendar ALTER COLUMN gone_over_at SET DEFAULT now();
