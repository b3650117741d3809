-- depends: t0025.pre.years t0005.pre.who-did-it
-- transactional: false
-- What was written about duties, found by any part of it. Chinese has no blanks between words, and the extension that
-- finds parts of texts (pg_trgm) is not in the wheel of PostgreSQL: each pair of signs side by side is a lexeme instead.
-- Written by the database alone, so the release before need not know of it. A reminder's text is a code.
CREATE OR REPLACE FUNCTION pairs_of_signs(words text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN array_to_tsvector(ARRAY(
        SELECT substr(low, place, 2) FROM lower(words) AS low, generate_series(1, length(low)) AS place));
END $$;
DROP INDEX CONCURRENTLY IF EXISTS duty_history_pairs;
-- What waits to be sorted in is read by each search, so it stays short.
CREATE INDEX CONCURRENTLY duty_history_pairs ON duty_history USING gin (pairs_of_signs(text))
    WITH (gin_pending_list_limit = 256) WHERE text <> '' AND action <> 'reminded';
