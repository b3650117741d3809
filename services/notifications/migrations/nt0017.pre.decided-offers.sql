-- depends: nt0013.pre.answered-remarks
-- What became of good practice that a unit offered, for the people of that unit: the newest of it, and the messages that
-- tell it in the words of then.
CREATE TABLE IF NOT EXISTS offer_decision (
    practice_id bigint PRIMARY KEY,
    version integer NOT NULL,
    unit_id bigint NOT NULL,
    outcome text NOT NULL,
    title text NOT NULL,
    reason text NOT NULL,
    decided_on date NOT NULL,
    is_told boolean NOT NULL DEFAULT false
);
CREATE INDEX IF NOT EXISTS offer_decision_untold ON offer_decision (practice_id) WHERE NOT is_told;
CREATE TABLE IF NOT EXISTS message_offer (
    message_id bigint NOT NULL,
    practice_id bigint NOT NULL,
    outcome text NOT NULL,
    title text NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (message_id, practice_id)
);
