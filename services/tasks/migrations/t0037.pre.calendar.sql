-- depends: t0036.pre.practices-corrected
-- The calendar of working days. The table of a year in force, names by ISO date; without a row the year is as the package
-- knows it. It is put together of the two tables below, and told to the others. The release before knows none of it.
CREATE TABLE calendar_year (
    year integer PRIMARY KEY,
    version integer NOT NULL,
    is_announced boolean NOT NULL,
    off jsonb NOT NULL,
    worked jsonb NOT NULL,
    fingerprint text NOT NULL,
    -- When it was told last: it is said again from time to time, for whoever missed it.
    told_at timestamptz NOT NULL DEFAULT now()
);

-- What the State Council announced for a year, as the administrator imported it: it stands for what the package knows.
CREATE TABLE announced_year (
    year integer PRIMARY KEY,
    off jsonb NOT NULL,
    worked jsonb NOT NULL,
    reason text NOT NULL,
    person_id bigint NOT NULL,
    person_name text,
    post text,
    unit_name text,
    at timestamptz NOT NULL DEFAULT now()
);
-- Single days that the administrator changed, on top of it: a local holiday, a weekend on which all work.
CREATE TABLE own_day (
    day date PRIMARY KEY,
    is_worked boolean NOT NULL,
    name text NOT NULL,
    reason text NOT NULL,
    person_id bigint NOT NULL,
    person_name text,
    post text,
    unit_name text,
    at timestamptz NOT NULL DEFAULT now()
);

-- Due dates that are to follow another calendar: those written for a day from `from_day` to `until_day`, as far as the
-- duty `duties_after`. Gone over twice: what was begun by the calendar before and ended meanwhile is found then.
CREATE TABLE calendar_move (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    from_day date NOT NULL,
    until_day date NOT NULL,
    reason text NOT NULL,
    duties_after bigint NOT NULL DEFAULT 0,
    is_again boolean NOT NULL DEFAULT false,
    moved integer NOT NULL DEFAULT 0,
    asked_by bigint,
    asked_by_name text,
    asked_by_post text,
    asked_by_unit text,
    asked_at timestamptz NOT NULL DEFAULT now(),
    done_at timestamptz,
    correlation_id text NOT NULL DEFAULT ''
);
CREATE INDEX calendar_move_open ON calendar_move (id) WHERE done_at IS NULL;
-- By which calendars due dates have been gone over, so that one that comes with a release is noticed.
CREATE TABLE seen_calendar (fingerprint text PRIMARY KEY, seen_at timestamptz NOT NULL DEFAULT now());
