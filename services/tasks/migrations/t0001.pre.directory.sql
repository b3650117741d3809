-- depends: s0001.pre.plumbing
-- Units, unit groups, people by post.

CREATE TABLE unit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL UNIQUE,
    name text NOT NULL UNIQUE,
    kind text NOT NULL CHECK (kind IN ('county', 'leading_group', 'lead', 'department', 'township', 'village')),
    parent_id bigint REFERENCES unit,
    aliases text[] NOT NULL DEFAULT '{}',
    is_active boolean NOT NULL DEFAULT true,
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX unit_parent ON unit (parent_id);

CREATE TABLE unit_group (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    aliases text[] NOT NULL DEFAULT '{}',
    version integer NOT NULL DEFAULT 1
);

CREATE TABLE unit_group_member (
    group_id bigint NOT NULL REFERENCES unit_group ON DELETE CASCADE,
    unit_id bigint NOT NULL REFERENCES unit,
    PRIMARY KEY (group_id, unit_id)
);

CREATE TABLE person (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sign_in_name text NOT NULL UNIQUE,
    display_name text NOT NULL,
    post text NOT NULL,
    unit_id bigint NOT NULL REFERENCES unit,
    roles text[] NOT NULL,
    password_hash text NOT NULL,
    must_change_password boolean NOT NULL DEFAULT true,
    failures integer NOT NULL DEFAULT 0,
    locked_until timestamptz,
    is_active boolean NOT NULL DEFAULT true,
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX person_unit ON person (unit_id);

CREATE TABLE audit_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    person_id bigint,
    action text NOT NULL,
    subject text NOT NULL,
    detail jsonb NOT NULL DEFAULT '{}',
    correlation_id text NOT NULL DEFAULT ''
);
