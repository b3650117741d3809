-- depends: st0012.pre.statements
-- Which indicator plays which part on the page of economy and employment. Append-only: each change of a part is a row
-- with the version that it made, and without an indicator where nothing plays the part any more.
CREATE TABLE IF NOT EXISTS economy_role (
    role text NOT NULL,
    version integer NOT NULL,
    indicator_id bigint REFERENCES indicator,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    person_id bigint,
    person_post text,
    person_unit text,
    PRIMARY KEY (role, version)
);
CREATE INDEX IF NOT EXISTS economy_role_indicator ON economy_role (indicator_id);
