-- depends: st0009.pre.history
-- transactional: false
-- Which units are late: open duties alone. Built beside the running work; the number of duties is left out, so that
-- counting stays out of the index.
DROP INDEX CONCURRENTLY IF EXISTS unit_count_open;
CREATE INDEX CONCURRENTLY unit_count_open ON unit_count (checklist_id, due_on) WHERE bucket IN ('open', 'open_blocked');
-- Units in directory order, of which a board shows the first that are late.
DROP INDEX CONCURRENTLY IF EXISTS unit_in_order;
CREATE INDEX CONCURRENTLY unit_in_order ON unit (code, id);
