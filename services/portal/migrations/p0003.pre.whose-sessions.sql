-- depends: p0002.pre.uploads
-- Which holder of the post signed in: with the next one it ends. And from whose own account the session was begun, when
-- it is for a post that somebody stands in for.
ALTER TABLE session
    ADD COLUMN IF NOT EXISTS holder integer NOT NULL DEFAULT 0,
    ADD COLUMN IF NOT EXISTS own_person_id bigint;
