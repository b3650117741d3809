-- depends: st0007.pre.same-person
-- What is to be reached of an indicator. Append-only: a changed target is a further version, and one that was dropped
-- too, so that what was to be reached at any moment stays known.
CREATE TABLE IF NOT EXISTS target (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
CREATE TABLE IF NOT EXISTS target_version (
    target_id bigint NOT NULL REFERENCES target,
    version integer NOT NULL,
    indicator_id bigint NOT NULL REFERENCES indicator,
    unit_id bigint NOT NULL,
    comparator text NOT NULL,
    value numeric,
    baseline numeric,
    tolerance numeric,
    course text NOT NULL,
    first_month text NOT NULL,
    last_month text NOT NULL,
    words text NOT NULL DEFAULT '',
    whole_id bigint REFERENCES target,
    is_dropped boolean NOT NULL DEFAULT false,
    reason text NOT NULL DEFAULT '',
    known_since timestamptz NOT NULL,
    person_id bigint,
    person_post text,
    person_unit text,
    PRIMARY KEY (target_id, version)
);
CREATE INDEX IF NOT EXISTS target_version_indicator ON target_version (indicator_id);
CREATE INDEX IF NOT EXISTS target_version_whole ON target_version (whole_id) WHERE whole_id IS NOT NULL;

-- How a version is split: over years, over units, or both.
CREATE TABLE IF NOT EXISTS target_share (
    target_id bigint NOT NULL,
    version integer NOT NULL,
    position integer NOT NULL,
    year integer,
    unit_id bigint,
    value numeric NOT NULL,
    PRIMARY KEY (target_id, version, position),
    FOREIGN KEY (target_id, version) REFERENCES target_version,
    CHECK (year IS NOT NULL OR unit_id IS NOT NULL)
);
