-- depends: nt0022.pre.rhythm
-- For a while nothing is said on the days of the policy: of a unit, a checklist or report, a stage, or of all that.
CREATE TABLE silence (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    scope text NOT NULL,
    subject_id bigint NOT NULL,
    unit_id bigint,
    stage text,
    from_day date NOT NULL,
    until_day date NOT NULL,
    reason text NOT NULL,
    author_id bigint NOT NULL,
    author text NOT NULL,
    made_at timestamptz NOT NULL,
    ended_by text,
    ended_at timestamptz,
    end_reason text
);

-- What was not said because of it. `kind` is that of a policy's scope, and `subject_id` a duty or a submission.
CREATE TABLE silenced (
    kind text NOT NULL,
    subject_id bigint NOT NULL,
    day date NOT NULL,
    stage text NOT NULL,
    silence_id bigint NOT NULL REFERENCES silence,
    PRIMARY KEY (kind, subject_id, day)
);
CREATE INDEX silenced_by_silence ON silenced (silence_id, day);
CREATE INDEX silenced_by_day ON silenced (day);

-- The slips that were issued on what is late. `level` counts those that stand, from 1.
CREATE TABLE slip (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    subject_id bigint NOT NULL,
    unit_id bigint NOT NULL,
    level smallint NOT NULL,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    audience text[] NOT NULL,
    due_on date NOT NULL,
    issued_on date NOT NULL,
    settled_on date,
    settled_why text
);
CREATE UNIQUE INDEX slip_standing ON slip (kind, subject_id, level) WHERE settled_on IS NULL;
CREATE INDEX slip_of ON slip (kind, subject_id);
CREATE INDEX slip_by_settling ON slip (settled_on) WHERE settled_on IS NOT NULL;

-- When a sweep last came to its end, by the clock of the database.
CREATE TABLE sweep (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    ended_at timestamptz NOT NULL
);
