-- depends: p0005.pre.sign-in-counters
-- When the audit log was last told that this account or address is held up: once in a while, however often it is tried.
ALTER TABLE sign_in_counter ADD COLUMN noted_at timestamptz;
