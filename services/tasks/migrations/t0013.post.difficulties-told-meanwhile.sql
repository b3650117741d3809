-- depends: t0013.pre.answers-to-units
-- The release before does not know of answers: a difficulty that was solved or told anew through it has none.
UPDATE duty SET blocker_answer = NULL
WHERE blocker_answer IS NOT NULL AND (
    blocked_reason IS NULL
    OR (SELECT max(id) FILTER (WHERE action = 'blocked') > max(id) FILTER (WHERE action = 'blocker_answered')
        FROM duty_history WHERE duty_id = duty.id));
