-- depends: nt0032.pre.restored s0010.pre.tables-by-year
-- transactional: false
-- Duties are cut by year, beside the running work. Every sweep moves the day on which a duty is looked at again, which
-- is in an index: vacuum follows at a twentieth of a year, not at a fifth, and not in small steps.
CALL cut_by_year('duty', 'id', 'fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05,
    autovacuum_analyze_scale_factor = 0.05, autovacuum_vacuum_cost_limit = 2000', '{}');
