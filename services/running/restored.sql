-- Run in every database that was put back to an earlier moment, before any process starts. Each part is for the database
-- that has the table.
DO $$ BEGIN
    -- Nobody knows what was sent outside the house since that moment: it is not sent once more.
    IF to_regclass('restored') IS NOT NULL THEN
        INSERT INTO restored (at) VALUES (now());
    END IF;
    -- A link that was made void since then, or whose post was handed over, would open again.
    IF to_regclass('links_voided') IS NOT NULL THEN
        -- By nobody: a database of an earlier release asks for a person there.
        INSERT INTO links_voided (until, voided_by, why) VALUES (now(), 0, '恢复备份 / restored from a backup');
    END IF;
    -- So would a session that was ended since then: everybody signs in again.
    IF to_regclass('session') IS NOT NULL THEN
        DELETE FROM session;
    END IF;
END $$;
