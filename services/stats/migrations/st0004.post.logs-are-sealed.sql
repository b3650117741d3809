-- depends: st0003.pre.figures s0005.pre.sealed-logs
-- transactional: false
CALL seal_rows_of('audit_log', 'true', 'at', NULL);
CALL seal_rows_of('submission_history', 'action <> ''saved''', 'at', NULL);
CALL seal_rows_of('lock_exception', 'true', 'granted_at', NULL);
CALL seal_rows_of('adjustment', 'true', 'known_since', NULL);
CALL seal_rows_of('refusal', 'true', 'refused_at', 180);
CALL seal_rows_of('log_cut', 'true', 'cut_at', NULL);
