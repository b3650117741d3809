-- depends: t0026.pre.days-that-extensions-gave t0026.pre.parts
-- An account is a post's: who holds it is counted in `holder`, and who held it before is kept. Who stands in for an
-- absent holder acts under an account of its own in that post, which knows by `same_as` whose own account it belongs to.
ALTER TABLE person
    ADD COLUMN IF NOT EXISTS same_as bigint REFERENCES person,
    ADD COLUMN IF NOT EXISTS holder integer NOT NULL DEFAULT 0,
    ADD COLUMN IF NOT EXISTS held_since timestamptz;
CREATE INDEX IF NOT EXISTS person_same_as ON person (same_as) WHERE same_as IS NOT NULL;

CREATE TABLE IF NOT EXISTS former_holder (
    person_id bigint NOT NULL REFERENCES person,
    holder integer NOT NULL,
    name text NOT NULL,
    held_from timestamptz,
    held_until timestamptz NOT NULL,
    PRIMARY KEY (person_id, holder)
);

-- `post_holder` and `substitute_holder` are the holders who agreed on it: it ends with either of them.
CREATE TABLE IF NOT EXISTS substitution (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id bigint NOT NULL REFERENCES person,
    post_holder integer NOT NULL,
    substitute_id bigint NOT NULL REFERENCES person,
    substitute_holder integer NOT NULL,
    account_id bigint NOT NULL REFERENCES person,
    from_on date NOT NULL,
    until_on date NOT NULL CHECK (until_on >= from_on),
    made_at timestamptz NOT NULL DEFAULT now(),
    made_by_name text,
    ended_at timestamptz
);
CREATE INDEX IF NOT EXISTS substitution_of_post ON substitution (person_id);
CREATE INDEX IF NOT EXISTS substitution_of_substitute ON substitution (substitute_id) WHERE ended_at IS NULL;
CREATE INDEX IF NOT EXISTS substitution_of_account ON substitution (account_id) WHERE ended_at IS NULL;
CREATE INDEX IF NOT EXISTS substitution_until ON substitution (until_on) WHERE ended_at IS NULL;
