-- depends: s0008.pre.held-against-the-ledger
-- Tables of duties are cut by the years of their ids: a year can go as a whole, and what is vacuumed of a year does not
-- grow with those before. The key stays the id alone, so each statement of any release holds.

-- The ids of a year's duties: 100,000,000 of them, and the first four digits of each say the year. What came before
-- stays below.
CREATE FUNCTION first_id_of_year(year integer) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN year * 100000000::bigint;

CREATE FUNCTION year_in_china() RETURNS integer LANGUAGE sql STABLE
RETURN extract(year FROM now() AT TIME ZONE 'Asia/Shanghai')::integer;

-- The tables that are cut so, with the settings of their partitions.
CREATE FUNCTION tables_by_year() RETURNS TABLE (id oid, name name, options text) LANGUAGE sql STABLE
SET search_path TO public, pg_temp AS $$
    SELECT whole.oid, whole.relname, array_to_string(other.reloptions, ', ')
    FROM pg_partitioned_table JOIN pg_class AS whole ON whole.oid = partrelid
    JOIN pg_class AS other ON other.oid = partdefid
    JOIN pg_attribute AS key ON key.attrelid = partrelid AND key.attnum = partattrs[0]
    WHERE whole.relnamespace = 'public'::regnamespace AND key.atttypid = 'bigint'::regtype ORDER BY whole.relname
$$;

-- The partitions of this year and of the next one, as the owner. What finds none lies in the last partition, which
-- takes everything, so no insert ever fails; where rows of the year lie there already, they stay.
CREATE FUNCTION make_year_partitions() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path TO public, pg_temp SET lock_timeout TO '500ms' AS $$
DECLARE
    cut record;
    part text;
BEGIN
    FOR cut IN SELECT * FROM tables_by_year() LOOP
        FOR year IN year_in_china() .. year_in_china() + 1 LOOP
            part := format('%s_%s', cut.name, year);
            CONTINUE WHEN to_regclass(part) IS NOT NULL;
            BEGIN
                EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%s) TO (%s) WITH (%s)', part, cut.name,
                    first_id_of_year(year), first_id_of_year(year + 1), cut.options);
            EXCEPTION WHEN check_violation OR duplicate_table OR lock_not_available THEN
                -- Somebody is at work, or was quicker; it is tried again within the hour.
                NULL;
            END;
        END LOOP;
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION make_year_partitions() FROM PUBLIC;

-- PostgreSQL gathers statistics of each partition by itself, of the whole never, and plans joins by those.
CREATE FUNCTION gather_statistics_of_years() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path TO public, pg_temp SET lock_timeout TO '500ms' AS $$
DECLARE
    cut record;
BEGIN
    FOR cut IN
        SELECT name FROM tables_by_year() JOIN pg_class AS whole ON whole.oid = id
        CROSS JOIN LATERAL (
            SELECT sum(pg_stat_get_live_tuples(inhrelid)) AS rows FROM pg_inherits WHERE inhparent = id
        ) AS parts
        WHERE reltuples < 0 OR abs(parts.rows - reltuples) > greatest(reltuples / 10, 100)
    LOOP
        BEGIN
            EXECUTE format('ANALYZE %I', cut.name);
        EXCEPTION WHEN lock_not_available THEN
            NULL;
        END;
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION gather_statistics_of_years() FROM PUBLIC;

-- Waits a second at a time, so that nobody waits longer behind this one, who may wait for a long count.
CREATE FUNCTION lock_in_turns(name text) RETURNS void LANGUAGE plpgsql SET lock_timeout TO '1s' AS $$
BEGIN
    FOR attempt IN 1 .. 300 LOOP
        BEGIN
            EXECUTE format('LOCK TABLE public.%I IN ACCESS EXCLUSIVE MODE', name);
            RETURN;
        EXCEPTION WHEN lock_not_available THEN
            IF attempt = 300 THEN
                RAISE;
            END IF;
        END;
        PERFORM pg_sleep(0.5);
    END LOOP;
END $$;

-- Cuts a table by the years of its `key`, beside the running work: what is there becomes the first partition as it is.
-- That no id in it is too great is looked at without a lock. `options` are the settings of all partitions. Indexes of
-- `leaving` stay with the first partition under their names: a migration after this one drops them. It may be repeated
-- from wherever it was broken off.
CREATE PROCEDURE cut_by_year(name text, key text, options text, leaving text[] DEFAULT '{}') LANGUAGE plpgsql AS $$
DECLARE
    was CONSTANT text := name || '_first';
    ids CONSTANT text := name || '_first_ids';
    ends CONSTANT bigint := first_id_of_year(year_in_china());
    definitions text[];
    made text;
    found record;
BEGIN
    IF to_regclass('public.' || was) IS NOT NULL THEN
        RETURN;
    END IF;
    PERFORM lock_in_turns(name);
    EXECUTE format('ALTER TABLE %I DROP CONSTRAINT IF EXISTS %I', name, ids);
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I CHECK (%I < %s) NOT VALID', name, ids, key, ends);
    COMMIT;
    EXECUTE format('ALTER TABLE %I VALIDATE CONSTRAINT %I', name, ids);
    COMMIT;

    PERFORM lock_in_turns(name);
    definitions := ARRAY(
        SELECT format('ALTER TABLE public.%I ADD CONSTRAINT %I %s', name, conname, pg_get_constraintdef(oid))
        FROM pg_constraint WHERE conrelid = to_regclass('public.' || name) AND contype = 'p'
    ) || ARRAY(
        SELECT pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class AS index ON index.oid = indexrelid
        WHERE indrelid = to_regclass('public.' || name) AND NOT indisprimary AND index.relname <> ALL (leaving)
    ) || ARRAY(
        SELECT pg_get_triggerdef(oid) FROM pg_trigger
        WHERE tgrelid = to_regclass('public.' || name) AND NOT tgisinternal
    );
    FOR found IN
        SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass('public.' || name) AND NOT tgisinternal
    LOOP
        EXECUTE format('DROP TRIGGER %I ON %I', found.tgname, name);
    END LOOP;
    EXECUTE format('ALTER TABLE %I RENAME TO %I', name, was);
    FOR found IN
        SELECT index.relname FROM pg_index JOIN pg_class AS index ON index.oid = indexrelid
        WHERE indrelid = to_regclass('public.' || was) AND index.relname <> ALL (leaving)
    LOOP
        EXECUTE format('ALTER INDEX %I RENAME TO %I', found.relname, was || substr(found.relname, length(name) + 1));
    END LOOP;
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS) PARTITION BY RANGE (%I)', name, was, key);
    FOREACH made IN ARRAY definitions LOOP
        EXECUTE made;
    END LOOP;
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (MINVALUE) TO (%s)', name, was, ends);
    EXECUTE format('ALTER TABLE %I DROP CONSTRAINT %I, SET (%s)', was, ids, options);
    EXECUTE format('CREATE TABLE %I PARTITION OF %I DEFAULT WITH (%s)', name || '_other', name, options);
    PERFORM make_year_partitions();
    COMMIT;
    EXECUTE format('ANALYZE %I', name);
END $$;
