-- depends: t0031.pre.notes-without-amendments
-- transactional: false
-- Nobody searches with it any more.
DROP INDEX CONCURRENTLY IF EXISTS duty_history_pairs;
