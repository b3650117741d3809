-- depends: s0004.pre.retention
-- transactional: false
-- The oldest rows are found without reading the rest. Those of the inbox lay under a BRIN index, which forgets what is
-- old as soon as new rows take the place of deleted ones. Built beside the running work.
DROP INDEX CONCURRENTLY IF EXISTS inbox_oldest;
CREATE INDEX CONCURRENTLY inbox_oldest ON inbox (handled_at);
DROP INDEX CONCURRENTLY IF EXISTS inbox_handled_at;

DROP INDEX CONCURRENTLY IF EXISTS command_oldest;
CREATE INDEX CONCURRENTLY command_oldest ON command (received_at);

DROP INDEX CONCURRENTLY IF EXISTS refusal_oldest;
CREATE INDEX CONCURRENTLY refusal_oldest ON refusal (refused_at);
