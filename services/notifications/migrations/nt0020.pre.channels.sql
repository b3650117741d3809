-- depends: nt0022.pre.rhythm
-- By which account a delivery went, and into how many parts a short message was cut; null of mail.
ALTER TABLE delivery ADD COLUMN IF NOT EXISTS account text;
ALTER TABLE delivery ADD COLUMN IF NOT EXISTS segments integer;
