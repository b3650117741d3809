-- After a restore the broker is empty, and what it held at the moment of the backup is known to the outbox alone. This moves
-- the relay one day back, in the databases that have one; consumers pass over what they have already taken into effect.
UPDATE outbox_position AS position
SET xid = earlier.xid, seq = earlier.seq, moved_at = now()
FROM (
    SELECT xid, seq
    FROM outbox
    WHERE created_at < (SELECT max(created_at) FROM outbox) - interval '1 day'
    ORDER BY xid DESC, seq DESC
    LIMIT 1
) AS earlier
WHERE position.reader = 'relay' AND (earlier.xid, earlier.seq) < (position.xid, position.seq);
