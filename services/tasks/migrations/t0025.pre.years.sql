-- depends: t0024.pre.difficulties-asked-of t0020.pre.amendments
-- When and with which word a checklist was ended, after which nothing of its duties changes; and which one a draft was
-- carried over from, whose rows its rows know by `of_row_id`.
ALTER TABLE checklist
    ADD COLUMN IF NOT EXISTS closed_at timestamptz,
    ADD COLUMN IF NOT EXISTS closed_reason text,
    ADD COLUMN IF NOT EXISTS carried_from_id bigint REFERENCES checklist;
