-- depends: nt0017.pre.decided-offers
-- When is reminded, as data: versions by scope. Nothing is changed in a version, and none goes. Without any, the policy
-- in the code holds.
CREATE TABLE policy (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    scope text NOT NULL,
    subject_id bigint NOT NULL,
    version integer NOT NULL,
    effective_from date NOT NULL,
    content jsonb,
    author_id bigint NOT NULL,
    author text NOT NULL,
    reason text NOT NULL,
    saved_at timestamptz NOT NULL,
    UNIQUE (scope, subject_id, version)
);

-- What is to be planned anew from a day on, and how far that has come. The first row is for the policy that this release
-- brings.
CREATE TABLE replanning (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    scope text NOT NULL,
    subject_id bigint NOT NULL,
    from_day date NOT NULL,
    duties_after bigint NOT NULL DEFAULT 0,
    submissions_after bigint NOT NULL DEFAULT 0
);
INSERT INTO replanning (scope, subject_id, from_day) VALUES ('all', 0, '2026-01-01');

-- The calendars of working days by which was planned: another one moves days.
CREATE TABLE planned_calendar (
    fingerprint text PRIMARY KEY,
    seen_at timestamptz NOT NULL
);

-- Of which report a round is; null as long as no event has said so.
ALTER TABLE report_round ADD COLUMN IF NOT EXISTS report_id bigint;
ALTER TABLE submission ADD COLUMN IF NOT EXISTS report_id bigint;

-- In which words a stage was told, null for what has none; and whether mail tells it, too.
ALTER TABLE message_line ADD COLUMN IF NOT EXISTS words_zh text;
ALTER TABLE message_line ADD COLUMN IF NOT EXISTS words_en text;
ALTER TABLE message_line ADD COLUMN IF NOT EXISTS by_mail boolean NOT NULL DEFAULT true;
ALTER TABLE message_submission ADD COLUMN IF NOT EXISTS words_zh text;
ALTER TABLE message_submission ADD COLUMN IF NOT EXISTS words_en text;
ALTER TABLE message_submission ADD COLUMN IF NOT EXISTS by_mail boolean NOT NULL DEFAULT true;
