-- depends: nt0013.pre.answered-remarks
-- Messages that leave the house. A contact belongs to a post: one per channel, used once its code was typed in.
CREATE TABLE contact (
    person_id bigint NOT NULL,
    channel text NOT NULL,
    address text NOT NULL,
    language text NOT NULL,
    code text,
    code_until timestamptz,
    wrong_codes integer NOT NULL DEFAULT 0,
    verified_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    PRIMARY KEY (person_id, channel)
);

-- Who holds a post, counted as tasks counts: the next holder does not inherit a contact.
CREATE TABLE post_holder (
    person_id bigint PRIMARY KEY,
    holder integer NOT NULL
);

-- The ledger. `day` is the day on which a message of the day goes out: its key lets one go, whatever the clock does and
-- however many replicas there are. A claim is known by its `lease_until`.
CREATE TABLE delivery (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id bigint NOT NULL,
    day date NOT NULL,
    channel text NOT NULL,
    purpose text NOT NULL,
    state text NOT NULL,
    tries integer NOT NULL DEFAULT 0,
    not_before timestamptz NOT NULL,
    lease_until timestamptz,
    answer text,
    why text,
    planned_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX delivery_of_day ON delivery (person_id, day, channel) WHERE purpose = 'digest';
CREATE INDEX delivery_planned ON delivery (not_before, id) WHERE state = 'planned';
CREATE INDEX delivery_sending ON delivery (lease_until) WHERE state = 'sending';
CREATE INDEX delivery_oldest ON delivery (changed_at);
CREATE INDEX delivery_newest ON delivery (day DESC, id DESC);

-- What a message of the day said, so that nothing is said twice but what may not have arrived.
CREATE TABLE delivery_line (
    delivery_id bigint NOT NULL,
    message_id bigint NOT NULL,
    kind text NOT NULL,
    subject_id bigint NOT NULL,
    stage text NOT NULL,
    PRIMARY KEY (delivery_id, message_id, kind, subject_id, stage)
);
CREATE INDEX delivery_line_said ON delivery_line (message_id, kind, subject_id, stage);
