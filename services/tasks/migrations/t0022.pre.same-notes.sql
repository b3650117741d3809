-- depends: t0022.pre.samples
-- transactional: false
-- Notes of one item that say the same. Built beside the running work.
DROP INDEX CONCURRENTLY IF EXISTS duty_same_note;
CREATE INDEX CONCURRENTLY duty_same_note ON duty (item_id, note_key) WHERE note_key IS NOT NULL;
