-- depends: p0001.pre.sessions
-- Files of the store that may belong to no duty: noted before they are stored or removed, forgotten once that is known.
CREATE TABLE upload (
    object_key uuid PRIMARY KEY,
    begun_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX upload_begun ON upload (begun_at);
