-- depends: t0016.pre.requests
-- Files that a unit keeps beside a duty: what they are and who added them. Their bytes lie in the portal's store under
-- `object_key`. A file that was removed keeps its row, with who removed it.
CREATE TABLE evidence (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    duty_id bigint NOT NULL REFERENCES duty,
    object_key uuid NOT NULL UNIQUE,
    name text NOT NULL,
    kind text NOT NULL,
    bytes bigint NOT NULL,
    sha256 text NOT NULL,
    -- Of the file as it was sent: a picture is kept as another one, without its place and its camera.
    sent_sha256 text NOT NULL,
    added_at timestamptz NOT NULL DEFAULT now(),
    added_by bigint NOT NULL,
    added_by_name text NOT NULL,
    added_by_post text NOT NULL,
    added_by_unit text NOT NULL,
    removed_at timestamptz,
    removed_by bigint,
    removed_by_name text,
    removed_by_post text,
    removed_by_unit text
);
CREATE INDEX evidence_duty ON evidence (duty_id);
-- The same file on the same duty is there once, however often it is sent.
CREATE UNIQUE INDEX evidence_held ON evidence (duty_id, sent_sha256) WHERE removed_at IS NULL;

ALTER TABLE checklist_row ADD COLUMN IF NOT EXISTS evidence_rule text NOT NULL DEFAULT 'optional'
    CHECK (evidence_rule IN ('optional', 'required'));
