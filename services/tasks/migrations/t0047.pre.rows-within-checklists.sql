-- depends: t0046.pre.vacuum-follows-duties
-- transactional: false
-- For the foreign key of the next one, built beside the running work.
DROP INDEX CONCURRENTLY IF EXISTS checklist_row_within;
CREATE UNIQUE INDEX CONCURRENTLY checklist_row_within ON checklist_row (id, checklist_id);
