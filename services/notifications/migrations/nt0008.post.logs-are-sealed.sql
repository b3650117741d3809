-- depends: s0005.pre.sealed-logs
-- transactional: false
CALL seal_rows_of('refusal', 'true', 'refused_at', 180);
CALL seal_rows_of('log_cut', 'true', 'cut_at', NULL);
