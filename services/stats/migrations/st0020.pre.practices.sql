-- depends: st0012.pre.statements
-- Good practice (典型经验) that was published, as tasks tells it, for the bulletin. What was taken back stays, as that.
CREATE TABLE IF NOT EXISTS practice (
    id bigint PRIMARY KEY,
    checklist_id bigint NOT NULL,
    unit_id bigint NOT NULL,
    title text NOT NULL,
    text text NOT NULL,
    published_at timestamptz NOT NULL,
    is_taken_back boolean NOT NULL,
    version integer NOT NULL
);
CREATE INDEX IF NOT EXISTS practice_published ON practice (checklist_id, published_at) WHERE NOT is_taken_back;
