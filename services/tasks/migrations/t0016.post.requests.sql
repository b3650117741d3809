-- depends: t0016.pre.requests-so-far t0013.post.difficulties-told-meanwhile
-- No process keeps waivers and difficulties with the duty any more.
DROP TRIGGER hear_release_before ON duty;
DROP TRIGGER tell_release_before ON request;
DROP FUNCTION hear_release_before();
DROP FUNCTION tell_release_before();
-- The indexes on these columns go with them, and what is submitted has one of its own by then.
ALTER TABLE duty DROP COLUMN waiver_reason, DROP COLUMN waiver_refusal, DROP COLUMN blocked_reason,
    DROP COLUMN blocker_answer;
