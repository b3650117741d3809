-- depends: t0016.pre.requests-so-far
-- transactional: false
-- The submissions that wait for the lead bureau, oldest first; what else waits are requests. Built beside the running
-- work. The indexes of the queue so far stay as long as a process of the release before may read them.
DROP INDEX CONCURRENTLY IF EXISTS duty_submitted;
CREATE INDEX CONCURRENTLY duty_submitted ON duty (changed_at, id) WHERE state = 'submitted';
