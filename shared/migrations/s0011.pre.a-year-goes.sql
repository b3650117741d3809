-- depends: s0010.pre.tables-by-year
-- Where duties are kept by the year: the partitions of a year go, as the owner, with nothing in them but duties of
-- checklists that were dropped. Whoever writes to them waits meanwhile, others read on; a year that is not over stays.
CREATE FUNCTION drop_year_of_duties(year integer) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path TO public, pg_temp SET lock_timeout TO '1s' AS $$
DECLARE
    part CONSTANT text := 'duty_' || year;
    cut record;
    has_others boolean;
BEGIN
    IF year >= year_in_china() OR to_regclass(part) IS NULL THEN
        RAISE EXCEPTION '% is no year of duties that may go', year USING ERRCODE = 'restrict_violation';
    END IF;
    EXECUTE format('LOCK TABLE %I IN SHARE MODE', part);
    EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE checklist_id <> ALL (
        ARRAY(SELECT id FROM checklist WHERE dropped_on IS NOT NULL)))', part) INTO has_others;
    IF has_others THEN
        RAISE EXCEPTION '% has duties that were not dropped', part USING ERRCODE = 'restrict_violation';
    END IF;
    FOR cut IN SELECT name FROM tables_by_year() LOOP
        EXECUTE format('DROP TABLE IF EXISTS %I', cut.name || '_' || year);
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION drop_year_of_duties(integer) FROM PUBLIC;
