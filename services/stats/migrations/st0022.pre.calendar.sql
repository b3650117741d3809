-- depends: st0021.pre.meetings
-- The days off of the years for which tasks has a table of its own, as its events tell them: names by ISO date. Without
-- a row a year is as the package knows it. The release before counts by that alone.
CREATE TABLE calendar_year (
    year integer PRIMARY KEY,
    version integer NOT NULL,
    is_announced boolean NOT NULL,
    off jsonb NOT NULL,
    worked jsonb NOT NULL,
    fingerprint text NOT NULL
);
