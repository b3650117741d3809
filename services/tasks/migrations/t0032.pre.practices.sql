-- depends: t0031.pre.notes-without-amendments
-- What a unit offers of a duty as good practice (典型经验), and what the lead bureau made of it. The unit's own words stay
-- beside those that were published. Its files are evidence of the duty, or were sent with the offer: their bytes lie in the
-- portal's store under `object_key`, which the row of the evidence may have too.
CREATE TABLE IF NOT EXISTS practice (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    duty_id bigint NOT NULL REFERENCES duty,
    state text NOT NULL DEFAULT 'offered'
        CHECK (state IN ('offered', 'published', 'put_aside', 'withdrawn', 'taken_back')),
    title text NOT NULL,
    text text NOT NULL,
    offered_title text NOT NULL,
    offered_text text NOT NULL,
    offered_at timestamptz NOT NULL DEFAULT now(),
    offered_by bigint NOT NULL,
    offered_by_name text NOT NULL,
    offered_by_post text NOT NULL,
    offered_by_unit text NOT NULL,
    published_at timestamptz,
    published_by bigint,
    published_by_name text,
    published_by_post text,
    published_by_unit text,
    ended_at timestamptz,
    ended_by bigint,
    ended_by_name text,
    ended_by_post text,
    ended_by_unit text,
    reason text NOT NULL DEFAULT '',
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX IF NOT EXISTS practice_duty ON practice (duty_id, id);
-- One at a time of each duty: what waits or is published.
CREATE UNIQUE INDEX IF NOT EXISTS practice_live ON practice (duty_id) WHERE state IN ('offered', 'published');
CREATE INDEX IF NOT EXISTS practice_waiting ON practice (offered_at, id) WHERE state = 'offered';
CREATE INDEX IF NOT EXISTS practice_published ON practice (published_at DESC, id DESC) WHERE state = 'published';

CREATE TABLE IF NOT EXISTS practice_file (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    practice_id bigint NOT NULL REFERENCES practice,
    object_key uuid NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    bytes bigint NOT NULL,
    sha256 text NOT NULL,
    -- Of the file as it was sent, as evidence has it.
    sent_sha256 text NOT NULL,
    UNIQUE (practice_id, sent_sha256)
);
CREATE INDEX IF NOT EXISTS practice_file_key ON practice_file (object_key);
