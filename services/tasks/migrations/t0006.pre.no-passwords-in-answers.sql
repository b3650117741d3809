-- depends: t0003.pre.duties
-- The kept answer of a command holds no password. Those that lie there are of accounts that nobody has signed in to yet.
UPDATE command SET answer = answer || '{"password": null}'
WHERE operation IN ('save_person', 'reset_password') AND answer ->> 'password' IS NOT NULL;
