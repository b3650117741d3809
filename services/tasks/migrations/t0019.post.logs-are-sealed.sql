-- depends: t0005.post.who-did-it-meanwhile s0005.pre.sealed-logs
-- transactional: false
-- After the last process of the release before has ended and its rows say who did it: from then on no row changes.
-- A reminder changes nothing and issuing has an entry of its own; there are more of these than of all else.
CALL seal_rows_of('audit_log', 'true', 'at', NULL);
CALL seal_rows_of('duty_history', 'action NOT IN (''reminded'', ''issued'')', 'at', NULL);
CALL seal_rows_of('refusal', 'true', 'refused_at', 180);
CALL seal_rows_of('log_cut', 'true', 'cut_at', NULL);
