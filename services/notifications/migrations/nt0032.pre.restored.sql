-- depends: nt0031.pre.heartbeats-by-their-own-clock
-- When the databases were put back to an earlier moment. What was sent since that moment is forgotten; so what the house
-- said up to then is told by no channel any more.
CREATE TABLE restored (
    at timestamptz PRIMARY KEY
);
