-- depends: p0003.pre.whose-sessions
-- What a unit's clerk sent while the services could not be reached: a row before it is a call, sent when they are back.
CREATE TABLE kept_command (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    command_id uuid NOT NULL UNIQUE,
    person_id bigint NOT NULL,
    holder integer,
    link_hash text,
    link_is_proven boolean NOT NULL DEFAULT false,
    unit_id bigint,
    line bigint NOT NULL,
    doing text NOT NULL,
    subjects jsonb NOT NULL DEFAULT '[]',
    service text NOT NULL,
    operation text NOT NULL,
    asked bytea NOT NULL,
    params jsonb,
    path text,
    fields jsonb,
    correlation_id text NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'confirmed', 'refused', 'given_up')),
    attempts integer NOT NULL DEFAULT 0,
    defects integer NOT NULL DEFAULT 0,
    next_at timestamptz NOT NULL DEFAULT now(),
    refusal jsonb,
    settled_at timestamptz,
    put_aside_at timestamptz
);
CREATE INDEX kept_command_waiting ON kept_command (line, service, id) WHERE state = 'waiting';
CREATE INDEX kept_command_unit ON kept_command (unit_id) WHERE put_aside_at IS NULL AND state <> 'confirmed';
CREATE INDEX kept_command_person ON kept_command (person_id) WHERE put_aside_at IS NULL AND state <> 'confirmed';
CREATE INDEX kept_command_settled ON kept_command (settled_at) WHERE settled_at IS NOT NULL;
