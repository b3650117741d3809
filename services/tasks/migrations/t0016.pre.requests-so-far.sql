-- depends: t0016.pre.requests
-- The waivers and difficulties that stand, as requests; who asked, from the history. Each duty is locked, so that what
-- the release before changes meanwhile waits and is then heard by the trigger.
INSERT INTO request (duty_id, kind, state, reason, answer, asked_at, asked_by, asked_by_name, asked_by_post,
    asked_by_unit, answered_at, answered_by, answered_by_name, answered_by_post, answered_by_unit)
SELECT held.id, found.kind, found.state, found.reason, coalesce(found.answer, ''), coalesce(asked.at, held.changed_at),
    asked.person_id, asked.person_name, asked.post, asked.unit_name,
    answered.at, answered.person_id, answered.person_name, answered.post, answered.unit_name
FROM (
    SELECT id, changed_at, waiver_reason, waiver_refusal, blocked_reason, blocker_answer FROM duty
    WHERE waiver_reason IS NOT NULL OR waiver_refusal IS NOT NULL OR blocked_reason IS NOT NULL
    ORDER BY id FOR NO KEY UPDATE
) AS held
CROSS JOIN LATERAL (
    SELECT 'waiver' AS kind, 'open' AS state, waiver_reason AS reason, NULL AS answer,
        'waiver_asked' AS asking, NULL AS answering
    WHERE waiver_reason IS NOT NULL
    UNION ALL
    -- The words of what was refused stand in the history alone.
    SELECT 'waiver', 'refused', coalesce((SELECT text FROM duty_history
        WHERE duty_id = held.id AND action = 'waiver_asked' ORDER BY id DESC LIMIT 1), ''), waiver_refusal,
        'waiver_asked', 'waiver_refused'
    WHERE waiver_reason IS NULL AND waiver_refusal IS NOT NULL
    UNION ALL
    SELECT 'blocker', CASE WHEN blocker_answer IS NULL THEN 'open' ELSE 'answered' END, blocked_reason, blocker_answer,
        'blocked', CASE WHEN blocker_answer IS NOT NULL THEN 'blocker_answered' END
    WHERE blocked_reason IS NOT NULL
) AS found
LEFT JOIN LATERAL (SELECT * FROM duty_history
    WHERE duty_id = held.id AND action = found.asking ORDER BY id DESC LIMIT 1) AS asked ON true
LEFT JOIN LATERAL (SELECT * FROM duty_history
    WHERE duty_id = held.id AND action = found.answering ORDER BY id DESC LIMIT 1) AS answered ON true
ON CONFLICT DO NOTHING;
