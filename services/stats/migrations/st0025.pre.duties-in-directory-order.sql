-- depends: st0024.pre.row-progress
-- transactional: false
-- The duties of an item, unit by unit in the order of the directory: of a large item a board shows the first of them and
-- need not sort all. Built beside the running work.
DROP INDEX CONCURRENTLY IF EXISTS duty_unit_item;
CREATE INDEX CONCURRENTLY duty_unit_item ON duty (unit_id, checklist_id, item_id);
