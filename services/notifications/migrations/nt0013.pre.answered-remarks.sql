-- depends: nt0012.pre.words-and-endings
-- What a unit answered to a leader's remark, for the leader who made it. Without a message as long as it is not told.
CREATE TABLE remark_answer (
    remark_id bigint NOT NULL,
    duty_id bigint NOT NULL,
    person_id bigint NOT NULL,
    answered_on date NOT NULL,
    words text NOT NULL,
    message_id bigint,
    PRIMARY KEY (remark_id, duty_id)
);
CREATE INDEX remark_answer_untold ON remark_answer (remark_id, duty_id) WHERE message_id IS NULL;
CREATE INDEX remark_answer_message ON remark_answer (message_id) WHERE message_id IS NOT NULL;
