-- depends: nt0001.pre.directory
-- Who acted is shown by post and unit. Null until the person's next change is announced.
ALTER TABLE person ADD COLUMN IF NOT EXISTS post text;
