-- depends: t0013.pre.answers-to-units
-- The units whose names come nearest to one that is in no directory, so that a question is answered by one click; and
-- which statements of a notice are parts of another target, so that targets are counted as the notice counts them.
ALTER TABLE question ADD COLUMN IF NOT EXISTS suggested bigint[] NOT NULL DEFAULT '{}';
ALTER TABLE target ADD COLUMN IF NOT EXISTS is_part boolean NOT NULL DEFAULT false;
