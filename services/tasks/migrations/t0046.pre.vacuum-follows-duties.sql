-- depends: t0045.pre.dropped-years
-- Every change of a duty leaves a dead row behind, because what waits for the lead bureau is in an index by the moment
-- of the change: vacuum follows at a twentieth of all duties, not at a fifth, and not in small steps.
ALTER TABLE duty SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05,
    autovacuum_vacuum_cost_limit = 2000);
