-- depends: nt0027.pre.looks
-- From how many working days before its due date a duty counts as due soon, as events of tasks tell it: [day, number] by
-- the day from which it holds. Without a row it is three. The release before counts by that alone.
CREATE TABLE light_table (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    version integer NOT NULL,
    rules jsonb NOT NULL
);
