-- depends: t0026.pre.parts
-- transactional: false
-- The parts of a duty. Built beside the running work.
DROP INDEX CONCURRENTLY IF EXISTS duty_parts;
CREATE INDEX CONCURRENTLY duty_parts ON duty (parent_id) WHERE parent_id IS NOT NULL;
