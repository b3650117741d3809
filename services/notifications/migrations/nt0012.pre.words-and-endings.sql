-- depends: nt0011.pre.same-person
-- What was urged or remarked of a duty waits beside the lead bureau's answer for the sweep, so that neither takes the
-- other's place; a line of a message keeps the words. Rows go when they are told, or when the duty is not open any more.
CREATE TABLE spoken (
    duty_id bigint NOT NULL,
    stage text NOT NULL CHECK (stage IN ('urged', 'remarked')),
    said_on date NOT NULL,
    words text NOT NULL,
    PRIMARY KEY (duty_id, stage)
);
ALTER TABLE message_line ADD COLUMN IF NOT EXISTS urged text;
ALTER TABLE message_line ADD COLUMN IF NOT EXISTS remarked text;

-- Whether the difficulty still stands is looked at before somebody is told of it, and what is needed is said. Of a
-- difficulty with which nobody else is asked to help there is no unit. Null as long as no event has said so.
ALTER TABLE duty ADD COLUMN IF NOT EXISTS is_blocked boolean;
ALTER TABLE asked ALTER COLUMN unit_id DROP NOT NULL;
ALTER TABLE asked ADD COLUMN IF NOT EXISTS reason text;

-- That a checklist ended is told once to the units that still owed something under it.
ALTER TABLE checklist ADD COLUMN IF NOT EXISTS title text;
ALTER TABLE checklist ADD COLUMN IF NOT EXISTS ended_on date;
ALTER TABLE checklist ADD COLUMN IF NOT EXISTS is_end_told boolean NOT NULL DEFAULT false;
CREATE INDEX checklist_end_untold ON checklist (id) WHERE ended_on IS NOT NULL AND NOT is_end_told;
CREATE TABLE message_checklist (
    message_id bigint NOT NULL,
    checklist_id bigint NOT NULL,
    PRIMARY KEY (message_id, checklist_id)
);
