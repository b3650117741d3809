-- depends: t0039.pre.calendars-that-return
-- The source of a draft beside it: each piece of the notice in its order, and what became of it. A piece stands in the
-- draft by its row, its target or its part of the head; else it is left out, for `reason`, or because its row was
-- deleted. Drafts of the release before have none, and the release before leaves them alone.
CREATE TABLE notice_piece (
    checklist_id bigint NOT NULL REFERENCES checklist ON DELETE CASCADE,
    number integer NOT NULL,
    -- Where it stood in the source: the line, and its first sign there, both from 0.
    line integer NOT NULL,
    start integer NOT NULL,
    text text NOT NULL,
    row_id bigint REFERENCES checklist_row ON DELETE SET NULL,
    target_id bigint REFERENCES target ON DELETE SET NULL,
    part text NOT NULL DEFAULT '',
    reason text,
    PRIMARY KEY (checklist_id, number)
);
CREATE INDEX notice_piece_row ON notice_piece (row_id);
-- Of a piece that was left out the nearest one before it that became a row, which may be thousands of pieces away.
CREATE INDEX notice_piece_placed ON notice_piece (checklist_id, number) WHERE row_id IS NOT NULL;
CREATE INDEX notice_piece_target ON notice_piece (target_id);

-- What was done with the pieces and measures of a draft, so that the last can be undone: the rows, questions, pieces
-- and figures as they were, and the rows as the change left them. The newest of each draft stay.
CREATE TABLE draft_change (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    checklist_id bigint NOT NULL REFERENCES checklist ON DELETE CASCADE,
    kind text NOT NULL,
    subject text NOT NULL,
    person_id bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    before jsonb NOT NULL,
    after jsonb NOT NULL
);
CREATE INDEX draft_change_checklist ON draft_change (checklist_id, id);
