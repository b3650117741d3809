-- depends: st0026.pre.units-asked s0010.pre.tables-by-year
-- transactional: false
-- Duties and their versions are cut by year, beside the running work. Every change of a duty leaves a dead row behind,
-- because its state is in an index: vacuum follows at a twentieth of a year, not at a fifth, and not in small steps.
CALL cut_by_year('duty', 'id', 'fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05,
    autovacuum_analyze_scale_factor = 0.05, autovacuum_vacuum_cost_limit = 2000', '{duty_unit}');
CALL cut_by_year('duty_past', 'duty_id', 'autovacuum_analyze_scale_factor = 0.05,
    autovacuum_vacuum_cost_limit = 2000', '{}');
