-- depends: nt0027.pre.looks
-- All links of a post that were given up to a moment are void, also one that is given in a transaction of then. The
-- release before does not write it, and makes void what it sees.
CREATE TABLE IF NOT EXISTS post_links_voided (
    person_id bigint PRIMARY KEY,
    until timestamptz NOT NULL,
    voided_by bigint,
    why text NOT NULL
);
