-- depends: st0027.pre.duties-by-year
-- Since when the single duties of a checklist are not kept any more, and when the last of them went from here. The
-- release before knows neither, and no year is dropped as long as one of its processes is left.
ALTER TABLE checklist ADD COLUMN IF NOT EXISTS dropped_on date, ADD COLUMN IF NOT EXISTS gone_at timestamptz;
