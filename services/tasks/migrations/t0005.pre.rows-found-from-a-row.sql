-- depends: t0003.pre.duties
-- transactional: false
-- Whoever deletes rows of a draft has PostgreSQL look whether a duty, a period or a question refers to them. Without these
-- it reads all duties of all years for each row. Built beside the running work: duties are written meanwhile.
DROP INDEX CONCURRENTLY IF EXISTS duty_item;
CREATE INDEX CONCURRENTLY duty_item ON duty (item_id);

DROP INDEX CONCURRENTLY IF EXISTS item_period_item;
CREATE INDEX CONCURRENTLY item_period_item ON item_period (item_id);

DROP INDEX CONCURRENTLY IF EXISTS question_row;
CREATE INDEX CONCURRENTLY question_row ON question (row_id);
