-- depends: st0025.pre.duties-in-directory-order
-- Of how many units of each kind a large checklist asks anything, as it was counted last: to count them while somebody
-- waits would take as long as there are units. The release before counts for itself and never reads it.
CREATE TABLE units_asked (
    checklist_id bigint NOT NULL,
    kind text NOT NULL,
    units integer NOT NULL,
    counted_at timestamptz NOT NULL,
    seconds double precision NOT NULL,
    duties bigint NOT NULL,
    PRIMARY KEY (checklist_id, kind)
);
