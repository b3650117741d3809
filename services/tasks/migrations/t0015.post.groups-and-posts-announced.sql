-- depends: t0014.pre.duties-say-who
-- Groups were announced to nobody, and stats kept no posts: who listens now hears of all of them once. After the release
-- before is gone, because its relay passes over what nobody listened to, and its changes of groups told nothing.
-- As in shared/figure_events.py: a part holds at most 1,000 members, and a group without members has one part.
INSERT INTO outbox (id, type, payload)
SELECT gen_random_uuid(), 'group.changed.v1', jsonb_build_object(
    'group_id', unit_group.id, 'name', unit_group.name, 'version', unit_group.version,
    'part', part.number, 'parts', member.parts,
    'unit_ids', to_jsonb(member.ids[(part.number - 1) * 1000 + 1 : part.number * 1000]))
FROM unit_group
CROSS JOIN LATERAL (
    SELECT ids, greatest(1, ceil(cardinality(ids) / 1000.0))::integer AS parts
    FROM (SELECT ARRAY(SELECT unit_id FROM unit_group_member WHERE group_id = unit_group.id ORDER BY unit_id) AS ids) AS all_of_it
) AS member
CROSS JOIN LATERAL generate_series(1, member.parts) AS part (number)
ORDER BY unit_group.id, part.number;

INSERT INTO outbox (id, type, payload)
SELECT gen_random_uuid(), 'person.changed.v1', jsonb_build_object(
    'person_id', id, 'unit_id', unit_id, 'post', post, 'roles', to_jsonb(roles), 'is_active', is_active, 'version', version)
FROM person ORDER BY id;
