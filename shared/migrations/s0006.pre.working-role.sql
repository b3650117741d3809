-- depends: s0005.pre.sealed-logs
-- The processes work as a role that owns nothing and may neither change nor delete rows of the log. What they need of the
-- owner are three functions; each checks what it is asked. A release before this one works as the owner, as ever.

ALTER FUNCTION make_outbox_partitions(integer) SECURITY DEFINER;
ALTER FUNCTION make_outbox_partitions(integer) SET search_path TO public, pg_temp;
REVOKE ALL ON FUNCTION make_outbox_partitions(integer) FROM PUBLIC;

-- A month of the event log goes: one that ended long enough ago, and nothing else of that name.
CREATE FUNCTION drop_outbox_month(name text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path TO public, pg_temp SET timezone TO 'UTC' AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_inherits JOIN pg_class AS part ON part.oid = inhrelid
        WHERE inhparent = 'public.outbox'::regclass AND part.relname = name AND name ~ '^outbox_[0-9]{6}$'
            AND substring(pg_get_expr(part.relpartbound, part.oid) FROM 'TO \(''([^'']+)''\)')::timestamptz
                <= now() - interval '90 days'
    ) THEN
        RAISE EXCEPTION '% is no month of the event log that may go', name USING ERRCODE = 'restrict_violation';
    END IF;
    EXECUTE format('DROP TABLE public.%I', name);
END $$;
REVOKE ALL ON FUNCTION drop_outbox_month(text) FROM PUBLIC;

-- Rows of a log that a policy lets go, up to so many of the oldest; returns how many. Those that wait for their seals stay.
-- The cut is on record before, and the trigger on the table says whether it goes too near.
CREATE FUNCTION cut_log(name text, moment text, days integer, at_once integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path TO public, pg_temp AS $$
DECLARE
    number bigint;
BEGIN
    IF name <> 'refusal' THEN
        RAISE EXCEPTION 'no policy lets rows of % go', name USING ERRCODE = 'restrict_violation';
    END IF;
    EXECUTE format('INSERT INTO log_cut (source, before) SELECT %L, now() - make_interval(days => $1)
        WHERE EXISTS (SELECT FROM public.%I WHERE %I < now() - make_interval(days => $1))', name, name, moment) USING days;
    EXECUTE format('DELETE FROM public.%1$I WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM public.%1$I AS log
            WHERE %2$I < now() - make_interval(days => $1)
                AND NOT EXISTS (SELECT FROM log_waiting WHERE source = %1$L AND row_id = log.id)
            ORDER BY %2$I LIMIT $2
        ))', name, moment) USING days, at_once;
    GET DIAGNOSTICS number = ROW_COUNT;
    RETURN number;
END $$;
REVOKE ALL ON FUNCTION cut_log(text, text, integer, integer) FROM PUBLIC;
