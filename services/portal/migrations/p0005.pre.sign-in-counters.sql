-- depends: p0004.pre.kept-commands
-- How often signing in failed, by digests of name, address and browser that only the portals can make. The release before
-- does not count here.
CREATE TABLE sign_in_counter (
    key bytea PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('pair', 'name', 'address', 'browser')),
    name_hash bytea,
    address_hash bytea,
    level double precision NOT NULL DEFAULT 0,
    counted_at timestamptz NOT NULL DEFAULT now(),
    next_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sign_in_counter_name ON sign_in_counter (name_hash);
CREATE INDEX sign_in_counter_counted ON sign_in_counter (counted_at);
