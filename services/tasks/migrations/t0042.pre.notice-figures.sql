-- depends: t0041.pre.notice-pieces
-- Figures with a unit of measure in the words of a measure: proposed as targets, and only a person takes them.
CREATE TABLE notice_figure (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    checklist_id bigint NOT NULL REFERENCES checklist ON DELETE CASCADE,
    position integer NOT NULL,
    row_id bigint REFERENCES checklist_row ON DELETE SET NULL,
    name text NOT NULL,
    quote text NOT NULL,
    kind text NOT NULL,
    comparator text NOT NULL,
    value numeric,
    unit_of_measure text NOT NULL DEFAULT '',
    to_year integer NOT NULL,
    is_approximate boolean NOT NULL DEFAULT false,
    is_part boolean NOT NULL DEFAULT false,
    state text NOT NULL DEFAULT 'offered' CHECK (state IN ('offered', 'taken', 'declined')),
    target_id bigint REFERENCES target ON DELETE SET NULL
);
CREATE INDEX notice_figure_checklist ON notice_figure (checklist_id, position);
CREATE INDEX notice_figure_row ON notice_figure (row_id);
CREATE INDEX notice_figure_target ON notice_figure (target_id);
