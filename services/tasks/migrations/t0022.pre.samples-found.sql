-- depends: t0022.pre.samples
-- transactional: false
-- What is in the draw of a checklist, by unit. Built beside the running work.
DROP INDEX CONCURRENTLY IF EXISTS duty_in_the_draw;
CREATE INDEX CONCURRENTLY duty_in_the_draw ON duty (checklist_id, unit_id) WHERE sampled_in IS NOT NULL;
