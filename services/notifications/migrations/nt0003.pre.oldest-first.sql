-- depends: nt0002.pre.reminders
-- transactional: false
-- The oldest messages and reminders are found without reading the rest. Built beside the running work.
DROP INDEX CONCURRENTLY IF EXISTS message_oldest;
CREATE INDEX CONCURRENTLY message_oldest ON message (is_read, changed_at);

DROP INDEX CONCURRENTLY IF EXISTS reminder_oldest;
CREATE INDEX CONCURRENTLY reminder_oldest ON reminder (reminded_at);
