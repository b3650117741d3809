-- What a command asked, as a digest: the same id with other content is another command, and gets no first answer. Rows of
-- the release before have none and are answered as before.
ALTER TABLE command ADD COLUMN asked bytea;
