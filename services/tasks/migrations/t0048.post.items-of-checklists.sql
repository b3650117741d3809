-- depends: t0048.pre.items-of-checklists
DO $$ BEGIN
    PERFORM lock_in_turns('duty');
    ALTER TABLE duty DROP CONSTRAINT IF EXISTS duty_checklist_id_fkey, DROP CONSTRAINT IF EXISTS duty_item_id_fkey;
END $$;
