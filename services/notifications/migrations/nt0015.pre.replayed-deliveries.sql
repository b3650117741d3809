-- depends: nt0014.pre.deliveries
-- Who had a delivery sent once more, when and why; null where nobody did.
ALTER TABLE delivery ADD COLUMN IF NOT EXISTS replayed_by bigint;
ALTER TABLE delivery ADD COLUMN IF NOT EXISTS replayed_at timestamptz;
ALTER TABLE delivery ADD COLUMN IF NOT EXISTS replay_reason text;
