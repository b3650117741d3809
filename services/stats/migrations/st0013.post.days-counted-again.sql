-- depends: st0012.pre.statements
-- While processes of the release before ran beside those of this one, they moved counters and noted no day. What days
-- changed is counted again from the versions of the duties, under a lock that consumers wait for.
LOCK TABLE duty, item_day, unit_day IN SHARE ROW EXCLUSIVE MODE;
CREATE TEMPORARY TABLE step ON COMMIT DROP AS
WITH held AS (
    SELECT duty_id, version, since_day, due_on, bucket FROM duty_past
    UNION ALL SELECT id, version, since_day, due_on, bucket FROM duty
), moved AS (
    SELECT duty_id, since_day AS day, due_on, bucket, lag(due_on) OVER earlier AS was_due_on,
        lag(bucket) OVER earlier AS was_bucket
    FROM held WINDOW earlier AS (PARTITION BY duty_id ORDER BY version)
), changed AS (
    SELECT duty_id, day, due_on, bucket, 1 AS number FROM moved
    UNION ALL SELECT duty_id, day, was_due_on, was_bucket, -1 FROM moved WHERE was_bucket IS NOT NULL
)
SELECT duty.checklist_id, duty.item_id, duty.unit_id, day, changed.due_on, changed.bucket, number
FROM changed JOIN duty ON duty.id = duty_id WHERE day IS NOT NULL;
DELETE FROM item_day;
INSERT INTO item_day (checklist_id, item_id, day, due_on, bucket, duties)
SELECT checklist_id, item_id, day, due_on, bucket, sum(number) FROM step
GROUP BY checklist_id, item_id, day, due_on, bucket HAVING sum(number) <> 0;
DELETE FROM unit_day;
INSERT INTO unit_day (checklist_id, unit_id, day, due_on, bucket, duties)
SELECT checklist_id, unit_id, day, due_on, bucket, sum(number) FROM step
GROUP BY checklist_id, unit_id, day, due_on, bucket HAVING sum(number) <> 0;
DELETE FROM completion_day;
