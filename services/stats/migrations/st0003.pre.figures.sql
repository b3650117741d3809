-- depends: st0002.pre.completion
-- The central store: indicators, reports with their rounds, what units submit, and the figures that were accepted.
-- Units, people and groups come by events in any order, so nothing refers to them by a foreign key.

ALTER TABLE person ADD COLUMN post text;
-- Few units are closed, and what is owed by them is looked for each minute.
CREATE INDEX unit_closed ON unit (id) WHERE NOT is_active;

-- A group arrives in parts; the newest version of which all parts are there is the one that holds.
CREATE TABLE group_part (
    group_id bigint NOT NULL,
    version integer NOT NULL,
    part integer NOT NULL,
    parts integer NOT NULL,
    name text NOT NULL,
    unit_ids bigint[] NOT NULL,
    PRIMARY KEY (group_id, version, part)
);

CREATE TABLE indicator (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL UNIQUE,
    name text NOT NULL,
    definition text NOT NULL,
    unit_of_measure text NOT NULL,
    decimals integer NOT NULL,
    period_kind text NOT NULL,
    type text NOT NULL,
    numerator_id bigint REFERENCES indicator,
    denominator_id bigint REFERENCES indicator,
    formula text NOT NULL DEFAULT '',
    bound numeric,
    may_be_negative boolean NOT NULL DEFAULT false,
    source text NOT NULL DEFAULT '',
    owner text NOT NULL DEFAULT '',
    basis_by text NOT NULL DEFAULT '',
    basis_number text NOT NULL DEFAULT '',
    basis_until date,
    valid_from date NOT NULL,
    valid_to date,
    is_invented boolean NOT NULL DEFAULT false,
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX indicator_numerator ON indicator (numerator_id);
CREATE INDEX indicator_denominator ON indicator (denominator_id);

-- Each version as it was, with who made it.
CREATE TABLE indicator_version (
    indicator_id bigint NOT NULL REFERENCES indicator,
    version integer NOT NULL,
    content jsonb NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    person_id bigint,
    person_post text,
    person_unit text,
    PRIMARY KEY (indicator_id, version)
);

-- `followed_on` is the day on which whom it asks was last made right; null once another report let go of somebody.
CREATE TABLE report (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    table_number text NOT NULL UNIQUE,
    name text NOT NULL,
    period_kind text NOT NULL,
    due_rule text NOT NULL,
    due_days integer NOT NULL,
    lock_rule text NOT NULL,
    lock_days integer NOT NULL,
    first_period text NOT NULL,
    last_period text,
    state text NOT NULL DEFAULT 'draft',
    basis_by text NOT NULL DEFAULT '',
    basis_number text NOT NULL DEFAULT '',
    basis_until date,
    contact text NOT NULL DEFAULT '',
    is_invented boolean NOT NULL DEFAULT false,
    version integer NOT NULL DEFAULT 1,
    followed_on date
);

CREATE TABLE report_version (
    report_id bigint NOT NULL REFERENCES report,
    version integer NOT NULL,
    content jsonb NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    person_id bigint,
    person_post text,
    person_unit text,
    PRIMARY KEY (report_id, version)
);

CREATE TABLE report_line (
    report_id bigint NOT NULL REFERENCES report,
    position integer NOT NULL,
    section text NOT NULL DEFAULT '',
    indicator_id bigint NOT NULL REFERENCES indicator,
    PRIMARY KEY (report_id, position),
    UNIQUE (report_id, indicator_id)
);
CREATE INDEX report_line_indicator ON report_line (indicator_id);

-- Whom a report names: a unit or a group.
CREATE TABLE report_recipient (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    report_id bigint NOT NULL REFERENCES report,
    unit_id bigint,
    group_id bigint,
    CHECK ((unit_id IS NULL) <> (group_id IS NULL)),
    UNIQUE (report_id, unit_id),
    UNIQUE (report_id, group_id)
);
CREATE INDEX report_recipient_group ON report_recipient (group_id);

-- From and until which day a unit is asked; `expected_until` is the first day on which it is no more. Where the lead
-- bureau set the end itself, belonging to a group begins nothing anew.
CREATE TABLE report_unit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    report_id bigint NOT NULL REFERENCES report,
    unit_id bigint NOT NULL,
    expected_from date NOT NULL,
    expected_until date,
    is_by_hand boolean NOT NULL DEFAULT false,
    UNIQUE (report_id, unit_id, expected_from)
);
CREATE INDEX report_unit_unit ON report_unit (unit_id);

-- How a unit wants its own submissions handled.
CREATE TABLE unit_setting (
    unit_id bigint PRIMARY KEY,
    needs_head boolean NOT NULL,
    version integer NOT NULL DEFAULT 1
);

CREATE TABLE round (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    report_id bigint NOT NULL REFERENCES report,
    period text NOT NULL,
    opens_on date NOT NULL,
    due_on date NOT NULL,
    lock_on date NOT NULL,
    version integer NOT NULL DEFAULT 1,
    UNIQUE (report_id, period)
);

-- What a round asks: the lines that its report had, as far as their indicators were valid. A report that is changed
-- afterwards asks otherwise from its next round on.
CREATE TABLE round_line (
    round_id bigint NOT NULL REFERENCES round,
    position integer NOT NULL,
    section text NOT NULL DEFAULT '',
    indicator_id bigint NOT NULL REFERENCES indicator,
    PRIMARY KEY (round_id, position),
    UNIQUE (round_id, indicator_id)
);
CREATE INDEX round_line_indicator ON round_line (indicator_id, round_id);

-- What one unit owes for one round: made when the round opens, so that who is missing is a row.
CREATE TABLE submission (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    round_id bigint NOT NULL REFERENCES round,
    report_id bigint NOT NULL,
    unit_id bigint NOT NULL,
    period text NOT NULL,
    is_expected boolean NOT NULL DEFAULT true,
    state text NOT NULL DEFAULT 'open',
    waits_for bigint,
    is_correction boolean NOT NULL DEFAULT false,
    reason text NOT NULL DEFAULT '',
    returned_reason text NOT NULL DEFAULT '',
    first_submitted_at timestamptz,
    submitted_at timestamptz,
    submitted_by bigint,
    accepted_at timestamptz,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    proxy_reason text NOT NULL DEFAULT '',
    proxy_paper_on date,
    proxy_by text NOT NULL DEFAULT '',
    definition text NOT NULL DEFAULT '',
    version integer NOT NULL DEFAULT 1,
    UNIQUE (round_id, unit_id)
) WITH (fillfactor = 85);
CREATE INDEX submission_unit ON submission (unit_id, report_id, period);
CREATE INDEX submission_waiting ON submission (state, report_id) WHERE state IN ('at_head', 'at_upper', 'at_lead');

-- The form as it stands: what was typed, and what it means where that is clear.
CREATE TABLE submission_cell (
    submission_id bigint NOT NULL REFERENCES submission,
    indicator_id bigint NOT NULL REFERENCES indicator,
    typed text NOT NULL DEFAULT '',
    typed_total text NOT NULL DEFAULT '',
    value numeric,
    no_figure text NOT NULL DEFAULT '',
    returned_reason text NOT NULL DEFAULT '',
    PRIMARY KEY (submission_id, indicator_id)
);
CREATE INDEX submission_cell_indicator ON submission_cell (indicator_id);

CREATE TABLE submission_history (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    submission_id bigint NOT NULL REFERENCES submission,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    action text NOT NULL,
    state text NOT NULL,
    reason text NOT NULL DEFAULT '',
    detail jsonb NOT NULL DEFAULT '{}',
    person_id bigint,
    person_post text,
    person_unit text
);
CREATE INDEX submission_history_submission ON submission_history (submission_id, id);
-- The auditor reads it newest first, and no drafts: there are more of them than of all else.
CREATE INDEX submission_history_newest ON submission_history (at, id) WHERE action <> 'saved';

-- Who may still change what is locked: named, with a reason and an end.
CREATE TABLE lock_exception (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    round_id bigint NOT NULL REFERENCES round,
    unit_id bigint NOT NULL,
    reason text NOT NULL,
    until_on date NOT NULL,
    granted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    person_id bigint,
    person_post text,
    person_unit text
);
CREATE INDEX lock_exception_round ON lock_exception (round_id, unit_id);

CREATE INDEX lock_exception_newest ON lock_exception (granted_at);

-- A check of a report: a condition that must hold, or the unit's own past.
CREATE TABLE check_rule (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    report_id bigint NOT NULL REFERENCES report,
    name text NOT NULL,
    kind text NOT NULL,
    condition text NOT NULL DEFAULT '',
    indicator_id bigint REFERENCES indicator,
    strictness text NOT NULL,
    sentence_zh text NOT NULL,
    sentence_en text NOT NULL DEFAULT '',
    state text NOT NULL DEFAULT 'draft',
    version integer NOT NULL DEFAULT 1,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    person_id bigint,
    person_post text,
    person_unit text
);
CREATE INDEX check_rule_report ON check_rule (report_id);
CREATE INDEX check_rule_indicator ON check_rule (indicator_id);

-- Why a figure that a soft check doubts is right all the same: read by the lead bureau, and asked again after its end.
CREATE TABLE explanation (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    check_id bigint NOT NULL REFERENCES check_rule,
    unit_id bigint NOT NULL,
    submission_id bigint NOT NULL REFERENCES submission,
    period text NOT NULL,
    until_period text NOT NULL,
    text text NOT NULL,
    state text NOT NULL DEFAULT 'given',
    answer text NOT NULL DEFAULT '',
    given_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    person_id bigint,
    person_post text,
    person_unit text,
    UNIQUE (check_id, submission_id)
);
CREATE INDEX explanation_unit ON explanation (unit_id, check_id);
CREATE INDEX explanation_submission ON explanation (submission_id);

-- One row: the newest moment at which anything became known. Whoever records takes it first and waits for the one
-- before, so that what is known at a moment never changes afterwards, whatever the machine's clock does.
CREATE TABLE fact_clock (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    newest timestamptz NOT NULL
);
INSERT INTO fact_clock (newest) VALUES (clock_timestamp());

CREATE TABLE import_run (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source text NOT NULL,
    is_invented boolean NOT NULL DEFAULT false,
    state text NOT NULL DEFAULT 'staging',
    cells integer NOT NULL DEFAULT 0,
    wrong integer NOT NULL DEFAULT 0,
    applied integer NOT NULL DEFAULT 0,
    begun_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    person_id bigint,
    person_post text,
    person_unit text
);

CREATE TABLE import_cell (
    run_id bigint NOT NULL REFERENCES import_run,
    number integer NOT NULL,
    place text NOT NULL,
    indicator text NOT NULL,
    unit text NOT NULL,
    period text NOT NULL,
    typed text NOT NULL,
    indicator_id bigint,
    unit_id bigint,
    value numeric,
    no_figure text NOT NULL DEFAULT '',
    problem_zh text NOT NULL DEFAULT '',
    problem_en text NOT NULL DEFAULT '',
    PRIMARY KEY (run_id, number)
);

-- Append-only. `value` null is "no figure", with its word.
CREATE TABLE fact (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    indicator_id bigint NOT NULL REFERENCES indicator,
    unit_id bigint NOT NULL,
    period text NOT NULL,
    value numeric,
    no_figure text NOT NULL DEFAULT '',
    known_since timestamptz NOT NULL,
    origin text NOT NULL,
    reason text NOT NULL DEFAULT '',
    source text NOT NULL DEFAULT '',
    submission_id bigint,
    import_id bigint,
    person_id bigint,
    person_post text,
    person_unit text
);
CREATE INDEX fact_cell ON fact (indicator_id, period, unit_id, known_since DESC, id DESC);
CREATE INDEX fact_unit ON fact (unit_id, period);
CREATE INDEX fact_external ON fact (known_since) WHERE origin = 'external';

-- What the lead bureau adds to a sum at a node of the tree: a row of its own for ever.
CREATE TABLE adjustment (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    indicator_id bigint NOT NULL REFERENCES indicator,
    unit_id bigint NOT NULL,
    period text NOT NULL,
    amount numeric NOT NULL,
    reason text NOT NULL,
    known_since timestamptz NOT NULL,
    person_id bigint,
    person_post text,
    person_unit text
);
CREATE INDEX adjustment_cell ON adjustment (indicator_id, period, unit_id);
CREATE INDEX adjustment_newest ON adjustment (known_since);

-- The newest facts and their sums up the tree: `own` is the unit's own, `total` with all below it, `adjusted` what was
-- added there and below. Made from facts, adjustments and the tree alone, and can be made again.
CREATE TABLE figure (
    indicator_id bigint NOT NULL,
    period text NOT NULL,
    unit_id bigint NOT NULL,
    own numeric,
    own_fact_id bigint,
    total numeric NOT NULL DEFAULT 0,
    adjusted numeric NOT NULL DEFAULT 0,
    reporting integer NOT NULL DEFAULT 0,
    without integer NOT NULL DEFAULT 0,
    PRIMARY KEY (indicator_id, period, unit_id)
) WITH (fillfactor = 70);
CREATE INDEX figure_unit ON figure (unit_id, period);

-- Who did what, where no history of its own says so: checks, settings of units, days of units, ends of imports. `before`
-- and `after` hold the fields that the page of the auditor shows.
CREATE TABLE audit_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    action text NOT NULL,
    subject text NOT NULL,
    report_id bigint REFERENCES report,
    unit_id bigint,
    before jsonb,
    after jsonb,
    person_id bigint,
    person_post text,
    person_unit text,
    correlation_id text NOT NULL DEFAULT ''
);
CREATE INDEX audit_log_newest ON audit_log (at, id);
CREATE INDEX audit_log_report ON audit_log (report_id);
