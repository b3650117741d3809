-- depends: t0013.pre.answers-to-units
-- transactional: false
-- The lead bureau's queue with the difficulties that wait for an answer, oldest first; the pages count it at every look.
-- Built beside the running work. `duty_waiting` stays: the release before reads its queue from it.
DROP INDEX CONCURRENTLY IF EXISTS duty_to_decide;
CREATE INDEX CONCURRENTLY duty_to_decide ON duty (changed_at, id)
WHERE state = 'submitted' OR waiver_reason IS NOT NULL OR (blocked_reason IS NOT NULL AND blocker_answer IS NULL);
