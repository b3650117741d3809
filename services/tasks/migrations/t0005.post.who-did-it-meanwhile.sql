-- depends: t0005.pre.who-did-it-before
-- transactional: false
-- The release before went on writing rows without these columns until the last of its processes ended.
CALL say_who_did_it(10000);

DROP PROCEDURE say_who_did_it(bigint);
