-- depends: t0014.pre.duties-say-who t0013.pre.answers-to-units
-- What a unit asks about a duty, with the answer: not to be bound by it (waiver), more time (extension), that a difficulty
-- is solved (blocker). An extension that was granted moves the duty's due date; the first one stays beside it.
CREATE TABLE request (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    duty_id bigint NOT NULL REFERENCES duty,
    kind text NOT NULL CHECK (kind IN ('waiver', 'extension', 'blocker')),
    state text NOT NULL DEFAULT 'open'
        CHECK (state IN ('open', 'granted', 'refused', 'answered', 'taken_back', 'solved', 'ended')),
    reason text NOT NULL,
    wanted_on date CHECK ((kind = 'extension') = (wanted_on IS NOT NULL)),
    asked_at timestamptz NOT NULL DEFAULT now(),
    asked_by bigint,
    asked_by_name text,
    asked_by_post text,
    asked_by_unit text,
    answer text NOT NULL DEFAULT '',
    granted_on date,
    answered_at timestamptz,
    answered_by bigint,
    answered_by_name text,
    answered_by_post text,
    answered_by_unit text,
    ended_at timestamptz
);
CREATE INDEX request_duty ON request (duty_id);
-- What a unit waits for, or has not gone on from: one of a kind at a time. And the lead bureau's queue, oldest first.
CREATE UNIQUE INDEX request_standing ON request (duty_id, kind) WHERE ended_at IS NULL;
CREATE INDEX request_waiting ON request (asked_at, id) WHERE state = 'open';

ALTER TABLE duty ADD COLUMN IF NOT EXISTS first_due_on date;

-- The release before keeps waivers and difficulties as columns of the duty. As long as its processes run, what one of
-- the two writes is there for the other; who asked and answered through it stands in the history alone.
CREATE FUNCTION tell_release_before() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() = 1 AND NEW.kind <> 'extension' THEN
        UPDATE duty SET
            waiver_reason = (SELECT reason FROM request
                WHERE duty_id = duty.id AND kind = 'waiver' AND state = 'open' AND ended_at IS NULL),
            waiver_refusal = (SELECT answer FROM request
                WHERE duty_id = duty.id AND kind = 'waiver' AND state = 'refused' AND ended_at IS NULL),
            blocked_reason = (SELECT reason FROM request
                WHERE duty_id = duty.id AND kind = 'blocker' AND ended_at IS NULL),
            blocker_answer = (SELECT answer FROM request
                WHERE duty_id = duty.id AND kind = 'blocker' AND state = 'answered' AND ended_at IS NULL)
        WHERE id = NEW.duty_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER tell_release_before AFTER INSERT OR UPDATE ON request
FOR EACH ROW EXECUTE FUNCTION tell_release_before();

CREATE FUNCTION hear_release_before() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() > 1 THEN
        RETURN NULL;
    END IF;
    -- It ends whatever was asked with the submission, and knows nothing of extensions.
    IF NEW.state NOT IN ('issued', 'acknowledged', 'returned') THEN
        UPDATE request SET ended_at = now(),
            state = CASE WHEN NEW.state = 'waived' AND kind = 'waiver' AND state = 'open' THEN 'granted'
                WHEN state = 'open' THEN 'ended' ELSE state END
        WHERE duty_id = NEW.id AND ended_at IS NULL;
        RETURN NULL;
    END IF;
    IF NEW.waiver_reason IS NOT NULL AND NEW.waiver_reason IS DISTINCT FROM OLD.waiver_reason THEN
        UPDATE request SET ended_at = now() WHERE duty_id = NEW.id AND kind = 'waiver' AND ended_at IS NULL;
        INSERT INTO request (duty_id, kind, reason) VALUES (NEW.id, 'waiver', NEW.waiver_reason);
    ELSIF NEW.waiver_reason IS NULL AND OLD.waiver_reason IS NOT NULL THEN
        -- Refused, or taken back: it keeps the words of neither.
        UPDATE request SET state = 'ended', ended_at = now()
        WHERE duty_id = NEW.id AND kind = 'waiver' AND state = 'open' AND ended_at IS NULL;
    END IF;
    IF NEW.blocked_reason IS NOT NULL AND NEW.blocked_reason IS DISTINCT FROM OLD.blocked_reason THEN
        UPDATE request SET ended_at = now() WHERE duty_id = NEW.id AND kind = 'blocker' AND ended_at IS NULL;
        INSERT INTO request (duty_id, kind, reason) VALUES (NEW.id, 'blocker', NEW.blocked_reason);
    ELSIF NEW.blocked_reason IS NULL AND OLD.blocked_reason IS NOT NULL THEN
        UPDATE request SET state = 'solved', ended_at = now()
        WHERE duty_id = NEW.id AND kind = 'blocker' AND ended_at IS NULL;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER hear_release_before AFTER UPDATE OF waiver_reason, blocked_reason ON duty
FOR EACH ROW EXECUTE FUNCTION hear_release_before();
