"""Units, groups, accounts and files: what is refused says why, what is stored is announced with it."""

import base64
import json
from uuid import uuid4

import pytest

from shared.errors import Conflict, Forbidden, Invalid, NotFound
from shared.events import SCHEMAS
from tests.support.tasks import ALL_TOWNSHIPS, TO_BE_FILLED, UNITS, a_draft


def a_unit(call, name):
    return next(unit for unit in call("list_units", as_="staff")["units"] if unit["name"] == name)


def a_group(call, name):
    return next(group for group in call("list_units", as_="staff")["groups"] if group["name"] == name)


def save_unit(call, unit, **changes):
    return call("save_unit", unit | changes, as_="admin")


def new_unit(call, **fields):
    unit = {"code": "341021102", "name": "北岸镇", "kind": "township", "aliases": [], "is_active": True}
    return call("save_unit", unit | fields, as_="admin")


def outbox(tasks_db, type_):
    with tasks_db.transaction() as cur:
        cur.execute("SELECT payload FROM outbox WHERE type = %s ORDER BY seq", (type_,))
        return [payload for (payload,) in cur.fetchall()]


def save_person(call, person, **changes):
    names = ("person_id", "sign_in_name", "display_name", "post", "roles", "is_active", "version")
    params = {name: person[name] for name in names} | {"unit_id": person["unit"]["unit_id"]}
    return call("save_person", params | changes, as_="admin")


def a_person(call, sign_in_name):
    return next(p for p in call("list_people", as_="admin")["people"] if p["sign_in_name"] == sign_in_name)


def test_a_new_unit_is_listed_and_announced(call, world, tasks_db):
    unit = new_unit(call, parent_id=world.units["歙县"], aliases=["北岸镇人民政府", "北岸镇人民政府", "北岸镇"])

    assert a_unit(call, "北岸镇") == unit
    assert unit["aliases"] == ["北岸镇人民政府"]
    assert outbox(tasks_db, "unit.changed.v1") == [
        {name: unit[name] for name in ("unit_id", "code", "name", "kind", "parent_id", "is_active", "version")}
    ]


def test_a_change_counts_the_version_up_and_a_stale_one_shows_what_is_now(call, tasks_db):
    before = a_unit(call, "石门乡")
    now = save_unit(call, before, name="石门畲族乡")

    with pytest.raises(Conflict) as conflict:
        save_unit(call, before, name="石门")

    assert now["version"] == before["version"] + 1
    assert conflict.value.details["current"] == now
    assert [event["version"] for event in outbox(tasks_db, "unit.changed.v1")] == [2]


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"code": "341021100"}, "code", "徽城镇"),
        ({"name": "徽城镇"}, "name", "徽城镇"),
        ({"aliases": ["徽城镇"]}, "aliases", "徽城镇"),
        ({"kind": "planet"}, "kind", "类型"),
        ({"name": ""}, "name", "请填写名称"),
        ({"name": "北" * 61}, "name", "最多60个字，现在有61个"),
        ({"name": "北\0岸"}, "name", "控制字符"),
        ({"name": "北\ud800岸"}, "name", "控制字符"),
        ({"parent_id": 999999}, "parent_id", "不存在"),
        ({"parent_id": 2**70}, "parent_id", "没有这样的上级单位"),
        ({"parent_id": "1"}, "parent_id", "不正确"),
        ({"colour": "red"}, "colour", "多余"),
    ],
)
def test_a_unit_that_does_not_fit_is_refused_with_a_sentence(call, fields, field, sentence):
    with pytest.raises(Invalid) as refusal:
        new_unit(call, **fields)

    assert sentence in refusal.value.details["fields"][field]["zh"]


def test_a_unit_cannot_lie_below_its_own_village(call, world):
    with pytest.raises(Invalid, match="below itself"):
        save_unit(call, a_unit(call, "徽城镇"), parent_id=world.units["古关村"])


def test_a_unit_in_use_is_not_switched_off_and_the_sentence_says_why(call):
    a_draft(call, units=[{"role": "lead", "unit_id": a_unit(call, "徽城镇")["unit_id"]}])

    with pytest.raises(Invalid) as refusal:
        save_unit(call, a_unit(call, "徽城镇"), is_active=False)

    sentence = refusal.value.text.zh
    for reason in ("2个启用的账号", "1个启用的下级单位", f"单位组“{ALL_TOWNSHIPS}”", "清单草稿“2026年就业清单”"):
        assert reason in sentence


def test_a_unit_nobody_needs_is_switched_off(call, world):
    unit = new_unit(call, parent_id=world.units["歙县"])

    assert not save_unit(call, unit, is_active=False)["is_active"]


def test_csv_units_are_created_and_changed(call, world, tasks_db):
    csv = """编码,名称,类别,上级编码,别名
341021102,北岸镇,乡镇,341021,北岸镇人民政府|北岸镇政府
341021102201,大阜村,村,341021102,
341021213,石门畲族乡,乡镇,341021,
341021100,徽城镇,乡镇,341021,
"""
    file_id = call.upload("units.csv", csv.encode("gb18030"), as_="admin")

    counts = call("import_units", {"file_id": file_id}, as_="admin")

    assert counts == {"created": 2, "changed": 1}
    assert a_unit(call, "大阜村")["parent_id"] == a_unit(call, "北岸镇")["unit_id"]
    assert a_unit(call, "北岸镇")["aliases"] == ["北岸镇人民政府", "北岸镇政府"]
    assert a_unit(call, "石门畲族乡")["unit_id"] == world.units["石门乡"]
    assert sorted(event["name"] for event in outbox(tasks_db, "unit.changed.v1")) == ["北岸镇", "大阜村", "石门畲族乡"]


def test_two_units_may_swap_their_names_in_one_csv(call, world):
    csv = "code,name,kind,parent_code\n341021213,深渡镇,township,341021\n341021101,石门乡,township,341021\n"

    call("import_units", {"file_id": call.upload("units.csv", csv.encode(), as_="admin")}, as_="admin")

    assert a_unit(call, "深渡镇")["unit_id"] == world.units["石门乡"]


def test_the_events_of_an_import_are_what_the_catalogue_says_and_count_each_change_once(call, tasks_db, world):
    csv = (
        "code,name,kind,parent_code\n341021213,深渡镇,township,341021\n341021101,石门乡,township,341021\n"
        "341021900,新安村,village,341021213\n"
    )
    before = {name: a_unit(call, name)["version"] for name in ("深渡镇", "石门乡")}

    call("import_units", {"file_id": call.upload("units.csv", csv.encode(), as_="admin")}, as_="admin")

    told = [SCHEMAS["unit.changed.v1"].load(payload) for payload in outbox(tasks_db, "unit.changed.v1")]
    kept = {unit["unit_id"]: unit for unit in call("list_units", as_="admin")["units"]}
    assert [unit.code for unit in told] == ["341021101", "341021213", "341021900"]
    for unit in told:
        for field in ("code", "name", "kind", "parent_id", "is_active", "version"):
            assert getattr(unit, field) == kept[unit.unit_id][field]
    assert {unit.name: unit.version for unit in told} == {
        "石门乡": before["深渡镇"] + 1,
        "深渡镇": before["石门乡"] + 1,
        "新安村": 1,
    }


def test_one_wrong_line_of_a_csv_stores_nothing(call):
    csv = "code,name,kind,parent_code\n1,甲乡,township,341021\n1,乙乡,township,341021\n2,徽城镇,moon,9\n"

    with pytest.raises(Invalid) as refusal:
        call("import_units", {"file_id": call.upload("units.csv", csv.encode(), as_="admin")}, as_="admin")

    rows = [(row["line"], row["column"]) for row in refusal.value.details["rows"]]
    assert rows == [(3, "code"), (4, "kind"), (4, "name"), (4, "parent_code")]
    assert len(call("list_units", as_="admin")["units"]) == len(UNITS)


def test_filling_a_group_answers_its_open_questions(call, world, tasks_db):
    checklist_id = a_draft(call)["checklist_id"]
    ask_about(tasks_db, checklist_id, world.groups[TO_BE_FILLED])
    group = a_group(call, TO_BE_FILLED)
    assert not group["is_filled"]

    members = [world.units["县发改委"], world.units["县财政局"]]
    filled = save_group(call, group, member_ids=members)

    assert filled["is_filled"]
    assert filled["member_ids"] == members
    (question,) = call("get_checklist", {"checklist_id": checklist_id}, as_="lead")["questions"]
    assert question["answer"] == {"kind": "group", "member_ids": members}


def test_a_group_refuses_unknown_members_and_a_taken_name(call):
    group = a_group(call, TO_BE_FILLED)

    with pytest.raises(Invalid, match="no longer exist"):
        save_group(call, group, member_ids=[999999])
    with pytest.raises(Invalid, match="already"):
        save_group(call, group, name=ALL_TOWNSHIPS)
    with pytest.raises(Conflict):
        save_group(call, group, version=7)


def save_group(call, group, **changes):
    names = ("group_id", "name", "aliases", "member_ids", "version")
    return call("save_group", {name: group[name] for name in names} | changes, as_="lead")


def ask_about(tasks_db, checklist_id, group_id):
    with tasks_db.transaction() as cur:
        cur.execute(
            """
            INSERT INTO question (checklist_id, group_id, kind, text_zh, text_en)
            VALUES (%s, %s, 'group', '谁？', 'Who?')
            """,
            (checklist_id, group_id),
        )


def test_a_changed_account_is_announced_without_names(call, tasks_db):
    person = save_person(call, a_person(call, "staff"), roles=["unit_head", "unit_staff"], display_name="王芳")

    (event,) = outbox(tasks_db, "person.changed.v1")
    assert event["roles"] == ["unit_staff", "unit_head"]
    assert event["version"] == person["version"] == 2
    assert "王芳" not in json.dumps(event, ensure_ascii=False)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"roles": ["administrator", "auditor"]}, "roles"),
        ({"roles": []}, "roles"),
        ({"roles": ["king"]}, "roles"),
        ({"sign_in_name": "a b"}, "sign_in_name"),
        ({"sign_in_name": "HEAD"}, "sign_in_name"),
        ({"unit_id": 999999}, "unit_id"),
    ],
)
def test_an_account_that_does_not_fit_is_refused(call, changes, field):
    with pytest.raises(Invalid) as refusal:
        save_person(call, a_person(call, "staff"), **changes)

    assert set(refusal.value.details["fields"]) == {field}


def test_the_last_administrator_stays(call):
    admin = a_person(call, "admin")

    with pytest.raises(Invalid, match="last active administrator"):
        save_person(call, admin, is_active=False)
    with pytest.raises(Invalid, match="last active administrator"):
        save_person(call, admin, roles=["lead_bureau"])


def test_every_change_is_in_the_audit_log_and_only_the_auditor_reads_it(call):
    save_unit(call, a_unit(call, "石门乡"), name="石门畲族乡")

    log = call("list_audit", {"kind": "units"}, as_="auditor")
    assert [(entry["action"], entry["subject"], entry["person"]) for entry in log["entries"]] == [
        ("unit.saved", "石门畲族乡", "歙县系统管理员")
    ]
    with pytest.raises(Forbidden):
        call("list_audit", as_="admin")
    refusals = call("list_audit", {"kind": "refusals"}, as_="auditor")["entries"]
    assert [refusal["operation"] for refusal in refusals] == ["list_audit"]


def test_a_file_goes_in_and_comes_out_in_chunks(call):
    content = bytes(range(256)) * 400

    file_id = call.upload("data.bin", content, as_="lead")

    assert call.download(file_id, as_="lead") == ("data.bin", content)


def test_a_file_is_not_there_for_anybody_else(call):
    file_id = call.upload("data.bin", b"secret", as_="lead")

    with pytest.raises(NotFound):
        call.download(file_id, as_="admin")
    with pytest.raises(NotFound):
        put(call, file_id, b"other", as_="admin")


@pytest.mark.parametrize("content", ["not base64!", base64.b64encode(bytes(45_001)).decode()])
def test_a_chunk_that_is_malformed_or_too_large_is_refused(call, content):
    params = {"file_id": str(uuid4()), "name": "a", "number": 0, "content": content}

    with pytest.raises(Invalid, match="did not arrive whole"):
        call("put_file", params, as_="lead")


def test_a_file_with_a_missing_chunk_is_refused(call):
    file_id = str(uuid4())
    put(call, file_id, b"code,name,kind\n", as_="admin", number=1)

    with pytest.raises(Invalid, match="did not arrive whole"):
        call("import_units", {"file_id": file_id}, as_="admin")


def put(call, file_id, content, *, as_, number=0):
    params = {"file_id": file_id, "name": "a", "number": number, "content": base64.b64encode(content).decode()}
    return call("put_file", params, as_=as_)
