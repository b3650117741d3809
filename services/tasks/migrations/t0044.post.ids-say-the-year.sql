-- depends: t0043.post.ledger-counts-begin s0010.pre.tables-by-year
-- The first checklist of a year that is issued begins the ids of its duties: who keeps duties by the year finds them
-- together. Ids only ever rise, so what is added to the year before from then on has ids of the new year. Not before
-- all databases have the partitions: the tables that become the first ones take no such ids while they are cut.
CREATE FUNCTION begin_ids_of_year() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path TO public, pg_temp AS $$
DECLARE
    -- A checklist far ahead would leave no ids to the years before it.
    begins CONSTANT bigint := (
        SELECT first_id_of_year(year) FROM checklist WHERE id = NEW.checklist_id AND year <= year_in_china() + 1
    );
BEGIN
    IF begins > (SELECT last_value FROM duty_id_seq) THEN
        PERFORM pg_advisory_xact_lock(hashtext('ids of duties'));
        IF begins > (SELECT last_value FROM duty_id_seq) THEN
            PERFORM setval('duty_id_seq', begins, true);
        END IF;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER begin_ids_of_year AFTER INSERT ON issue_run FOR EACH ROW EXECUTE FUNCTION begin_ids_of_year();
