-- depends: nt0028.pre.lights nt0029.pre.links-of-a-post
-- How much later by the clock here a heartbeat comes than it says by the clock of its sender: the least since
-- `counted_since`, and the least of the hour before. The two clocks may differ by any amount; what a heartbeat is later
-- than that is how late it is. The release before writes `ticked_at` alone.
ALTER TABLE heartbeat
    ADD COLUMN least_delay interval,
    ADD COLUMN least_delay_before interval,
    ADD COLUMN counted_since timestamptz;
ALTER TABLE stats_heartbeat
    ADD COLUMN least_delay interval,
    ADD COLUMN least_delay_before interval,
    ADD COLUMN counted_since timestamptz;
