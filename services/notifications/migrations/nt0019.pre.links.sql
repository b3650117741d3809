-- depends: nt0022.pre.rhythm
-- A link of a letter: bound to a post, who holds it, and its unit. The token is in the letter alone, here only its hash.
CREATE TABLE link (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token_hash text NOT NULL UNIQUE,
    person_id bigint NOT NULL,
    holder integer NOT NULL,
    unit_id bigint NOT NULL,
    delivery_id bigint NOT NULL,
    made_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    revoked_by bigint,
    why text,
    wrong_digits integer NOT NULL DEFAULT 0
);
CREATE INDEX link_expires ON link (expires_at);
CREATE INDEX link_person ON link (person_id);

-- All links that were made up to a moment are void: one row, however many links there are.
CREATE TABLE links_voided (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    until timestamptz NOT NULL,
    voided_by bigint NOT NULL,
    why text NOT NULL
);

-- Whether the last digits of the post's phone are asked for, too: a row for each decision, the newest holds.
CREATE TABLE link_setting (
    version integer PRIMARY KEY,
    asks_digits boolean NOT NULL,
    changed_by bigint NOT NULL,
    changed_at timestamptz NOT NULL,
    reason text NOT NULL
);
