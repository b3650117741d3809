-- depends: nt0025.pre.silences-and-slips
-- How many messages a post gets on a channel in a week at most; the newest row holds, and without any the usual number.
CREATE TABLE weekly_cap (
    version integer PRIMARY KEY,
    most smallint NOT NULL,
    author_id bigint NOT NULL,
    author text NOT NULL,
    reason text NOT NULL,
    saved_at timestamptz NOT NULL
);
