-- depends: s0001.pre.plumbing
-- What this service knows of units and people, from their events; see shared/directory.py.

CREATE TABLE unit (
    id bigint PRIMARY KEY,
    code text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    parent_id bigint,
    is_active boolean NOT NULL,
    version integer NOT NULL
);
CREATE INDEX unit_parent ON unit (parent_id);

CREATE TABLE person (
    id bigint PRIMARY KEY,
    unit_id bigint NOT NULL,
    roles text[] NOT NULL,
    is_active boolean NOT NULL,
    version integer NOT NULL
);
CREATE INDEX person_unit ON person (unit_id);
