-- depends: nt0020.pre.channels
-- When each account was last spoken to, so that all replicas together keep its provider's limits; and until when it is
-- left alone, because it said so or does not answer.
CREATE TABLE channel_account (
    name text PRIMARY KEY,
    uses timestamptz[] NOT NULL DEFAULT '{}',
    paused_until timestamptz,
    failures integer NOT NULL DEFAULT 0
);

-- By which channels a stage is told outside of the house; null where by_mail says it of all of them.
ALTER TABLE message_line ADD COLUMN IF NOT EXISTS channels text[];
ALTER TABLE message_submission ADD COLUMN IF NOT EXISTS channels text[];
