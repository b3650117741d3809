-- depends: t0001.pre.directory
-- Plans with targets, checklists as trees of rows, the questions a person must answer before issuing.

CREATE TABLE plan (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    title text NOT NULL,
    from_year integer NOT NULL,
    to_year integer NOT NULL
);

CREATE TABLE checklist (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    plan_id bigint REFERENCES plan,
    title text NOT NULL,
    year integer NOT NULL,
    level_names text[] NOT NULL DEFAULT '{领域,举措,任务,事项,责任}' CHECK (cardinality(level_names) = 5),
    state text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'issuing', 'issued', 'closed')),
    revision integer NOT NULL DEFAULT 1,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    issued_at timestamptz
);

CREATE TABLE target (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    plan_id bigint NOT NULL REFERENCES plan,
    position integer NOT NULL,
    name text NOT NULL,
    quote text NOT NULL DEFAULT '',
    kind text NOT NULL,
    comparator text NOT NULL,
    value numeric,
    unit_of_measure text NOT NULL DEFAULT '',
    to_year integer NOT NULL,
    is_approximate boolean NOT NULL DEFAULT false
);

-- Levels 1 to 4; level 5 is the duty table. Units of a row hold for the rows below it that name none.
CREATE TABLE checklist_row (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    checklist_id bigint NOT NULL REFERENCES checklist ON DELETE CASCADE,
    parent_id bigint REFERENCES checklist_row ON DELETE CASCADE,
    level integer NOT NULL CHECK (level BETWEEN 1 AND 4),
    position integer NOT NULL,
    title text NOT NULL,
    body text NOT NULL DEFAULT '',
    due_on date,
    recurrence text NOT NULL DEFAULT 'once' CHECK (recurrence IN ('once', 'monthly', 'quarterly', 'yearly')),
    due_day integer CHECK (due_day BETWEEN 1 AND 31),
    review_rule text NOT NULL DEFAULT 'none' CHECK (review_rule IN ('none', 'all', 'sample')),
    acceptance_rule text NOT NULL DEFAULT '',
    version integer NOT NULL DEFAULT 1,
    CHECK ((level = 1) = (parent_id IS NULL))
);
CREATE INDEX checklist_row_tree ON checklist_row (checklist_id, level, parent_id, position);
CREATE INDEX checklist_row_parent ON checklist_row (parent_id);

CREATE TABLE row_unit (
    row_id bigint NOT NULL REFERENCES checklist_row ON DELETE CASCADE,
    position integer NOT NULL,
    role text NOT NULL CHECK (role IN ('lead', 'support')),
    unit_id bigint REFERENCES unit,
    group_id bigint REFERENCES unit_group,
    PRIMARY KEY (row_id, position),
    CHECK ((unit_id IS NULL) <> (group_id IS NULL))
);

CREATE TABLE question (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    checklist_id bigint NOT NULL REFERENCES checklist ON DELETE CASCADE,
    row_id bigint REFERENCES checklist_row ON DELETE CASCADE,
    target_id bigint REFERENCES target,
    group_id bigint REFERENCES unit_group,
    kind text NOT NULL,
    quote text NOT NULL DEFAULT '',
    text_zh text NOT NULL,
    text_en text NOT NULL,
    answer jsonb,
    answered_by bigint,
    answered_at timestamptz
);
CREATE INDEX question_checklist ON question (checklist_id);

-- Files on their way in or out, in chunks small enough for a message.
CREATE TABLE file (
    id uuid PRIMARY KEY,
    person_id bigint NOT NULL,
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE file_chunk (
    file_id uuid NOT NULL REFERENCES file ON DELETE CASCADE,
    number integer NOT NULL,
    content bytea NOT NULL,
    PRIMARY KEY (file_id, number)
);
