-- depends: t0006.pre.no-passwords-in-answers
-- Once more, for what the release before kept while it was still at work.
UPDATE command SET answer = answer || '{"password": null}'
WHERE operation IN ('save_person', 'reset_password') AND answer ->> 'password' IS NOT NULL;
