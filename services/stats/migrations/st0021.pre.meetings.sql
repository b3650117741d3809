-- depends: st0020.pre.practices
-- Whose decisions a checklist holds: that of a meeting is not the one with which the boards begin.
ALTER TABLE checklist ADD COLUMN IF NOT EXISTS meeting_id bigint;
