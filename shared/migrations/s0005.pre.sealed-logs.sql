-- depends: s0004.pre.retention
-- The log of a database is a chain: each of its rows gets a seal, which holds the hash of the row and of the seal before.
-- The rows themselves are written as ever, by any release; a trigger notes that they wait, and the relay seals them in the
-- order of their commits.

CREATE TABLE log_waiting (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    source text NOT NULL,
    row_id bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (source, row_id)
);
CREATE INDEX log_waiting_commit_order ON log_waiting (xid, id);

-- `content` is the hash of the row, `hash` that of the seal itself with `previous`, the one before.
CREATE TABLE log_seal (
    seq bigint PRIMARY KEY,
    source text NOT NULL,
    row_id bigint NOT NULL,
    at timestamptz NOT NULL,
    content bytea NOT NULL,
    previous bytea NOT NULL,
    algorithm text NOT NULL,
    sealed_at timestamptz NOT NULL,
    hash bytea NOT NULL,
    UNIQUE (source, row_id)
);

-- Rows that went by policy: whatever was older than `before`. The seals of those rows stay, and this row is sealed, too.
CREATE TABLE log_cut (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source text NOT NULL,
    before timestamptz NOT NULL,
    cut_at timestamptz NOT NULL DEFAULT now(),
    xid xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX log_cut_of_transaction ON log_cut (xid);
CREATE INDEX log_cut_latest ON log_cut (source, before);

CREATE FUNCTION refuse_log_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '审计记录只能增加，不能改动或删除：% / rows of % are only ever added, never changed or deleted',
        TG_TABLE_NAME, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

-- The arguments: the column of the row's moment, and how many days it must stay at least.
CREATE FUNCTION refuse_log_deletion_without_cut() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM log_cut
        WHERE source = TG_TABLE_NAME AND xid = pg_current_xact_id()
            AND (to_jsonb(OLD) ->> TG_ARGV[0])::timestamptz < before
            AND before <= now() - make_interval(days => TG_ARGV[1]::integer)
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '审计记录只能按保留期限删除：% / rows of % go by their retention policy alone',
        TG_TABLE_NAME, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

-- The argument: which of the rows wait.
CREATE FUNCTION let_log_rows_wait() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('INSERT INTO log_waiting (source, row_id) SELECT %L, id FROM added WHERE %s ORDER BY id',
        TG_TABLE_NAME, TG_ARGV[0]);
    RETURN NULL;
END $$;

CREATE TRIGGER log_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON log_seal
FOR EACH STATEMENT EXECUTE FUNCTION refuse_log_change();

-- From now on the rows of a table wait for their seals, and nobody changes them; those that are there already wait, too, in
-- steps that each commit. It may be repeated from wherever it was broken off. `days` is how long rows must stay that a
-- policy lets go, null where none does.
CREATE PROCEDURE seal_rows_of(name text, condition text, moment text, days integer) LANGUAGE plpgsql AS $$
DECLARE
    first bigint;
    last bigint;
    size CONSTANT bigint := 10000;
BEGIN
    EXECUTE format('CREATE OR REPLACE TRIGGER log_waits AFTER INSERT ON %I REFERENCING NEW TABLE AS added
        FOR EACH STATEMENT EXECUTE FUNCTION let_log_rows_wait(%L)', name, condition);
    IF days IS NULL THEN
        EXECUTE format('CREATE OR REPLACE TRIGGER log_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON %I
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_log_change()', name);
    ELSE
        EXECUTE format('CREATE OR REPLACE TRIGGER log_stays BEFORE UPDATE OR TRUNCATE ON %I
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_log_change()', name);
        EXECUTE format('CREATE OR REPLACE TRIGGER log_stays_until_cut BEFORE DELETE ON %I
            FOR EACH ROW EXECUTE FUNCTION refuse_log_deletion_without_cut(%L, %L)', name, moment, days);
    END IF;
    COMMIT;
    EXECUTE format('SELECT min(id), max(id) FROM %I', name) INTO first, last;
    WHILE first <= last LOOP
        EXECUTE format('INSERT INTO log_waiting (source, row_id)
            SELECT %L, id FROM %I AS log WHERE id >= $1 AND id < $2 AND (%s)
                AND NOT EXISTS (SELECT FROM log_seal WHERE source = %L AND row_id = log.id)
            ORDER BY id ON CONFLICT (source, row_id) DO NOTHING', name, name, condition, name)
            USING first, first + size;
        COMMIT;
        first := first + size;
    END LOOP;
END $$;
