-- depends: t0047.pre.rows-within-checklists
-- transactional: false
-- The item of a duty is one of its checklist: one check for each new duty in the place of two, and more than both say. Each
-- statement is by itself: what is there is looked at without a lock that hinders anybody. It may be repeated.
ALTER TABLE duty DROP CONSTRAINT IF EXISTS duty_item_of_checklist;
DO $$ BEGIN
    PERFORM lock_in_turns('duty');
    ALTER TABLE duty ADD CONSTRAINT duty_item_of_checklist FOREIGN KEY (item_id, checklist_id)
        REFERENCES checklist_row (id, checklist_id) NOT VALID;
END $$;
ALTER TABLE duty VALIDATE CONSTRAINT duty_item_of_checklist;
