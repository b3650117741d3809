-- depends: t0028.pre.notes-found
-- transactional: false
-- What people wrote about duties, without the reasons of amendments: one of those stands at each of ten thousand duties,
-- means the checklist, and was a third of what the amendment cost. Built beside the running work; the release before goes on
-- with the index that has them.
DROP INDEX CONCURRENTLY IF EXISTS duty_history_words;
CREATE INDEX CONCURRENTLY duty_history_words ON duty_history USING gin (pairs_of_signs(text))
    WITH (gin_pending_list_limit = 256) WHERE text <> '' AND action <> 'reminded' AND action <> 'amended';
