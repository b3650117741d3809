-- depends: st0012.pre.statements
-- Bulletins (通报): drafts that people edit, and those that were signed. `facts` is what was read as of the day `as_of`,
-- `composed` the text that was made of it by rule, `fields` what people made of that. A signed one keeps its file.
CREATE TABLE IF NOT EXISTS bulletin (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    checklist_id bigint NOT NULL,
    kind text NOT NULL,
    first_on date NOT NULL,
    as_of date NOT NULL,
    state text NOT NULL DEFAULT 'draft',
    version integer NOT NULL DEFAULT 1,
    fields jsonb NOT NULL,
    composed jsonb NOT NULL,
    facts jsonb NOT NULL,
    corrects_id bigint REFERENCES bulletin,
    number integer,
    year integer,
    issued_on date,
    reason text NOT NULL DEFAULT '',
    document bytea CHECK (octet_length(document) <= 10000000),
    sha256 text,
    made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    made_by bigint,
    made_post text,
    made_unit text,
    signed_at timestamptz,
    signed_by bigint,
    signed_post text,
    signed_unit text,
    UNIQUE (year, number),
    CHECK (state <> 'signed' OR (number IS NOT NULL AND year IS NOT NULL AND issued_on IS NOT NULL
        AND document IS NOT NULL AND sha256 IS NOT NULL AND signed_at IS NOT NULL))
);
CREATE INDEX IF NOT EXISTS bulletin_checklist ON bulletin (checklist_id, as_of);
-- One draft of a period: whoever clicks once more is led to it.
CREATE UNIQUE INDEX IF NOT EXISTS bulletin_draft
    ON bulletin (checklist_id, kind, first_on, as_of, coalesce(corrects_id, 0)) WHERE state = 'draft';

-- Each edit, with what it made of the fields.
CREATE TABLE IF NOT EXISTS bulletin_version (
    bulletin_id bigint NOT NULL REFERENCES bulletin,
    version integer NOT NULL,
    fields jsonb NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    person_id bigint,
    person_post text,
    person_unit text,
    PRIMARY KEY (bulletin_id, version)
);

-- What was signed or withdrawn stays as it is, whoever asks for a change.
CREATE OR REPLACE FUNCTION keep_bulletin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'bulletin % is %, and changes no more', OLD.id, OLD.state;
END $$;
DROP TRIGGER IF EXISTS kept ON bulletin;
CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON bulletin
    FOR EACH ROW WHEN (OLD.state <> 'draft') EXECUTE FUNCTION keep_bulletin();
