-- depends: t0005.pre.who-did-it s0004.pre.refusals-say-who
-- transactional: false
-- What was done before gets the posts and units of now, the best that is known of it. A history has millions of rows, and
-- one long transaction would hold back every relay of the server: so this goes in steps that each commit, and may be
-- repeated from wherever it was broken off.

CREATE OR REPLACE PROCEDURE say_who_did_it(size bigint) LANGUAGE plpgsql AS $$
DECLARE
    first bigint;
    last bigint;
BEGIN
    SELECT min(id), max(id) INTO first, last FROM duty_history WHERE post IS NULL AND person_id IS NOT NULL;
    WHILE first <= last LOOP
        UPDATE duty_history AS did SET post = person.post, unit_name = unit.name
        FROM person JOIN unit ON unit.id = person.unit_id
        WHERE person.id = did.person_id AND did.post IS NULL AND did.id >= first AND did.id < first + size;
        COMMIT;
        first := first + size;
    END LOOP;

    SELECT min(id), max(id) INTO first, last FROM audit_log WHERE post IS NULL AND person_id IS NOT NULL;
    WHILE first <= last LOOP
        UPDATE audit_log AS did SET person_name = person.display_name, post = person.post, unit_name = unit.name
        FROM person JOIN unit ON unit.id = person.unit_id
        WHERE person.id = did.person_id AND did.post IS NULL AND did.id >= first AND did.id < first + size;
        COMMIT;
        first := first + size;
    END LOOP;

    SELECT min(id), max(id) INTO first, last FROM refusal WHERE post IS NULL AND person_id IS NOT NULL;
    WHILE first <= last LOOP
        UPDATE refusal AS did SET person_name = person.display_name, post = person.post, unit_name = unit.name
        FROM person JOIN unit ON unit.id = person.unit_id
        WHERE person.id = did.person_id AND did.post IS NULL AND did.id >= first AND did.id < first + size;
        COMMIT;
        first := first + size;
    END LOOP;

    UPDATE issue_run SET asked_by_post = person.post, asked_by_unit = unit.name
    FROM person JOIN unit ON unit.id = person.unit_id
    WHERE person.id = asked_by AND asked_by_post IS NULL;

    UPDATE question SET answered_by_post = person.post, answered_by_unit = unit.name
    FROM person JOIN unit ON unit.id = person.unit_id
    WHERE person.id = answered_by AND answered_by_post IS NULL;
    COMMIT;
END $$;

CALL say_who_did_it(10000);
