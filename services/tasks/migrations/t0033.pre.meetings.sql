-- depends: t0032.pre.practices
-- Meetings (专题会议) of the lead bureau: one a day, about the checklists of one year. What a meeting decides are the items
-- of a checklist of its own, which is issued, amended and counted as any other.
CREATE TABLE IF NOT EXISTS meeting (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    held_on date NOT NULL,
    title text NOT NULL,
    year integer NOT NULL,
    version integer NOT NULL DEFAULT 1,
    made_at timestamptz NOT NULL DEFAULT now(),
    made_by bigint NOT NULL,
    made_by_post text NOT NULL,
    made_by_unit text NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS meeting_held_on ON meeting (held_on);
ALTER TABLE checklist ADD COLUMN IF NOT EXISTS meeting_id bigint REFERENCES meeting;
CREATE UNIQUE INDEX IF NOT EXISTS checklist_meeting ON checklist (meeting_id) WHERE meeting_id IS NOT NULL;
