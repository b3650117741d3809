-- Months of the event log are months in UTC, whatever the time zone of the session that cuts them. Until now a migration
-- cut its first partitions in the zone of its client and the relay the others in UTC, which left gaps east of Greenwich
-- and overlaps west of it. A new partition begins where the one before it ends, so that neither is left.

CREATE OR REPLACE FUNCTION make_outbox_partitions(months integer) RETURNS void LANGUAGE plpgsql SET timezone TO 'UTC' AS $$
DECLARE
    month timestamptz;
    begins timestamptz;
    ends timestamptz;
    name text;
BEGIN
    FOR n IN 0 .. months LOOP
        month := date_trunc('month', now()) + make_interval(months => n);
        name := 'outbox_' || to_char(month, 'YYYYMM');
        CONTINUE WHEN to_regclass(name) IS NOT NULL;
        WITH bound AS (
            SELECT substring(found.bound FROM $re$FROM \('([^']+)'\)$re$)::timestamptz AS first,
                substring(found.bound FROM $re$TO \('([^']+)'\)$re$)::timestamptz AS last
            FROM (
                SELECT pg_get_expr(part.relpartbound, part.oid) AS bound
                FROM pg_inherits JOIN pg_class part ON part.oid = pg_inherits.inhrelid
                WHERE pg_inherits.inhparent = 'outbox'::regclass
            ) AS found
            WHERE found.bound <> 'DEFAULT'
        )
        SELECT coalesce(max(last) FILTER (WHERE first < month AND last > month - interval '1 day'), month),
            coalesce(min(first) FILTER (WHERE first > month), month + interval '1 month')
        INTO begins, ends FROM bound;
        ends := least(ends, month + interval '1 month');
        CONTINUE WHEN begins >= ends;
        BEGIN
            EXECUTE format('CREATE TABLE %I PARTITION OF outbox FOR VALUES FROM (%L) TO (%L)', name, begins, ends);
        EXCEPTION WHEN check_violation OR duplicate_table THEN
            -- Rows of that month lie in the default partition already, or another session was quicker.
            NULL;
        END;
    END LOOP;
END $$;
