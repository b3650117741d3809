-- depends: t0001.pre.directory
-- What people say of forms and rules that do not work, and the public answers. Who said it is kept as of then.
CREATE TABLE suggestion (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    about text NOT NULL DEFAULT '',
    text text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    made_by bigint NOT NULL,
    made_by_post text NOT NULL,
    made_by_unit text NOT NULL,
    answer text NOT NULL DEFAULT '',
    answered_at timestamptz,
    answered_by bigint,
    answered_by_post text,
    answered_by_unit text
);
-- The list: what waits for an answer first, oldest first; then the newest answers.
CREATE INDEX suggestion_listed ON suggestion ((answered_at IS NOT NULL), answered_at DESC, id);
