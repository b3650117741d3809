-- depends: t0045.pre.dropped-years t0044.post.ids-say-the-year
-- Whoever drops a year looks for this first. No process of the release before is left now, which would have kept or
-- brought back what is dropped.
CREATE FUNCTION years_may_go() RETURNS boolean LANGUAGE sql IMMUTABLE RETURN true;
