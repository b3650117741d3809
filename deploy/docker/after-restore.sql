-- Run in every database that pg_restore has filled. The outbox is read in the order of transaction ids, and a restored
-- server counts them from the start: the old rows would lie in its future, and new ones before what was sent already.
-- So the old rows get numbers from before any transaction. Those of the last two days are sent once more, since the four
-- dumps were not taken at one moment; whoever has such an event already takes no notice of it.
BEGIN;
UPDATE outbox
SET xid = CASE WHEN created_at < (SELECT max(created_at) FROM outbox) - interval '2 days' THEN '1' ELSE '2' END::xid8;
UPDATE outbox_position SET xid = '1', seq = 9223372036854775807, moved_at = now();
-- What was looked through for old heartbeats is told in the old numbers, too: begin again.
DO $$ BEGIN
    IF to_regclass('outbox_swept') IS NOT NULL THEN
        DELETE FROM outbox_swept;
    END IF;
END $$;
-- So are the rows of the log that wait for their seals.
DO $$ BEGIN
    IF to_regclass('log_waiting') IS NOT NULL THEN
        UPDATE log_waiting SET xid = '1';
    END IF;
END $$;
COMMIT;
