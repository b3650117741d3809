-- depends: t0014.pre.duties-say-who
-- transactional: false
-- An auditor reads what was done newest first, of all, of a person or of a unit. Built beside the running work. Reminders
-- are no changes, and there are more of them than of all else: the indexes leave them out.
DROP INDEX CONCURRENTLY IF EXISTS audit_log_newest;
CREATE INDEX CONCURRENTLY audit_log_newest ON audit_log (at, id);

DROP INDEX CONCURRENTLY IF EXISTS audit_log_person;
CREATE INDEX CONCURRENTLY audit_log_person ON audit_log (person_id, at, id);

DROP INDEX CONCURRENTLY IF EXISTS audit_log_unit;
CREATE INDEX CONCURRENTLY audit_log_unit ON audit_log (unit_name, at, id);

DROP INDEX CONCURRENTLY IF EXISTS audit_log_action;
CREATE INDEX CONCURRENTLY audit_log_action ON audit_log (action, at, id);

DROP INDEX CONCURRENTLY IF EXISTS duty_history_newest;
CREATE INDEX CONCURRENTLY duty_history_newest ON duty_history (at, id) WHERE action <> 'reminded';

DROP INDEX CONCURRENTLY IF EXISTS duty_history_person;
CREATE INDEX CONCURRENTLY duty_history_person ON duty_history (person_id, at, id) WHERE action <> 'reminded';

DROP INDEX CONCURRENTLY IF EXISTS duty_history_unit;
CREATE INDEX CONCURRENTLY duty_history_unit ON duty_history (unit_name, at, id) WHERE action <> 'reminded';
