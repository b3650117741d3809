-- depends: st0025.pre.duties-in-directory-order
-- transactional: false
-- What the wider index finds as well; while processes of the release before run, their statements may be planned on it.
DROP INDEX CONCURRENTLY IF EXISTS duty_unit;
