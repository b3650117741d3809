-- depends: t0016.pre.requests
-- What a leader remarks (批示) on a duty, or on an item and so on one duty of each of its units; open until each has
-- answered. Who it was is kept as of then.
CREATE TABLE remark (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    item_id bigint NOT NULL REFERENCES checklist_row,
    text text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    made_by bigint NOT NULL,
    made_by_post text NOT NULL,
    made_by_unit text NOT NULL
);
-- A row of a draft that is deleted looks for remarks on it.
CREATE INDEX remark_item ON remark (item_id);
CREATE TABLE remark_answer (
    remark_id bigint NOT NULL REFERENCES remark,
    duty_id bigint NOT NULL REFERENCES duty,
    answer text NOT NULL DEFAULT '',
    answered_at timestamptz,
    answered_by bigint,
    answered_by_post text,
    answered_by_unit text,
    PRIMARY KEY (remark_id, duty_id)
);
CREATE INDEX remark_answer_duty ON remark_answer (duty_id);
CREATE INDEX remark_answer_open ON remark_answer (remark_id) WHERE answered_at IS NULL;
