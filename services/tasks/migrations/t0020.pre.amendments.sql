-- depends: t0016.pre.requests t0007.pre.whom-to-ask
-- An issued checklist is amended through a draft of its own, whose rows know which ones they came from. Issuing the
-- amendment writes them back, as the next revision, and changes the duties in chunks that can be killed anywhere.
ALTER TABLE checklist ADD COLUMN IF NOT EXISTS amends_id bigint REFERENCES checklist;
CREATE UNIQUE INDEX IF NOT EXISTS checklist_amends ON checklist (amends_id) WHERE amends_id IS NOT NULL;
-- No foreign key: deleting a row of any draft would look through all rows for those that came from it.
ALTER TABLE checklist_row ADD COLUMN IF NOT EXISTS of_row_id bigint, ADD COLUMN IF NOT EXISTS dropped_in integer;

-- Room on each page for the changes that every duty sees.
ALTER TABLE duty SET (fillfactor = 85);

CREATE TABLE amendment (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    checklist_id bigint NOT NULL REFERENCES checklist,
    revision integer NOT NULL,
    run_id bigint NOT NULL REFERENCES issue_run,
    state text NOT NULL DEFAULT 'preparing' CHECK (state IN ('preparing', 'running', 'done')),
    reason text NOT NULL,
    -- No new duties are made for dates before this day; null for all dates.
    made_from date,
    -- The items whose words or rules changed, so that whoever has an open duty of them is told.
    reworded bigint[] NOT NULL,
    -- The items of which any duty changes; the others are not looked at again.
    touched bigint[] NOT NULL,
    difference jsonb NOT NULL,
    asked_by bigint NOT NULL,
    asked_by_name text,
    asked_by_post text,
    asked_by_unit text,
    asked_at timestamptz NOT NULL DEFAULT now(),
    done_at timestamptz,
    correlation_id text NOT NULL DEFAULT '',
    UNIQUE (checklist_id, revision)
);
CREATE TABLE amendment_chunk (
    amendment_id bigint NOT NULL REFERENCES amendment,
    number integer NOT NULL,
    is_done boolean NOT NULL DEFAULT false,
    made integer NOT NULL DEFAULT 0,
    changed integer NOT NULL DEFAULT 0,
    withdrawn integer NOT NULL DEFAULT 0,
    PRIMARY KEY (amendment_id, number)
);
-- Who has what by the new revision, groups resolved and frozen when the amendment is prepared; also who had something.
CREATE TABLE amendment_unit (
    amendment_id bigint NOT NULL REFERENCES amendment,
    chunk integer NOT NULL,
    unit_id bigint NOT NULL,
    lead_item_ids bigint[] NOT NULL,
    support_item_ids bigint[] NOT NULL,
    PRIMARY KEY (amendment_id, chunk, unit_id)
);

-- The release before takes the draft of an amendment for any other: it must not issue it beside its checklist.
CREATE FUNCTION refuse_to_issue_an_amendment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM checklist WHERE id = NEW.checklist_id AND amends_id IS NOT NULL) THEN
        RAISE EXCEPTION 'an amendment is issued with its checklist';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER refuse_to_issue_an_amendment BEFORE INSERT ON issue_run
FOR EACH ROW EXECUTE FUNCTION refuse_to_issue_an_amendment();
