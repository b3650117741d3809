-- depends: s0001.pre.plumbing
-- Who is signed in. The cookie holds the random id, this table only its hash.

CREATE TABLE session (
    id_hash bytea PRIMARY KEY,
    person_id bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX session_last_seen ON session (last_seen_at);
CREATE INDEX session_person ON session (person_id);
