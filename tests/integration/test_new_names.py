"""The names of a notice that the directory lacks: each is asked once, and its answer is known from then on."""

import pytest

from shared.errors import Conflict, Forbidden, Invalid
from tests.integration.test_lock_order import at_once, held, locked

NOTICE = """2026年就业工作方案
一、工作举措
1.创业园。建设创业园。(牵头单位:县数据局;责任单位:县发改委、县大数据中心)
2.招聘会。办好招聘会。(责任单位:县人力资源和社会保障局、数据局、烟草专卖局)
3.培训。开展培训。(责任单位:县财证局、三阳镇人民政府)
4.宣传。开展宣传。(责任单位:县烟草专卖局)
"""


def import_notice(call, text=NOTICE):
    file_id = call.upload("notice.txt", text.encode(), as_="lead")
    return call("import_notice", {"file_id": file_id, "year": 2026}, as_="lead")["checklist_id"]


@pytest.fixture
def checklist_id(call):
    return import_notice(call)


def names_of(call, checklist_id):
    return call("new_names", {"checklist_id": checklist_id}, as_="lead")["names"]


def settle(call, checklist_id, *names, as_="lead"):
    return call("settle_names", {"checklist_id": checklist_id, "names": list(names)}, as_=as_)


def units_of(call, checklist_id, title):
    rows = call("get_checklist", {"checklist_id": checklist_id}, as_="lead")["rows"]
    [row] = [row for row in rows if row["title"] == title and row["level"] == 2]
    return [(unit["name"], unit["role"]) for unit in row["units"]]


def add(name, **more):
    return {"names": [name], "choice": "add", "name": name, "above": "歙县", **more}


def test_each_name_is_listed_once_with_its_places_and_parts(call, checklist_id):
    names = names_of(call, checklist_id)

    assert [one["name"] for one in names] == [
        "县数据局",
        "县大数据中心",
        "县人力资源和社会保障局",
        "县烟草专卖局",
        "县财证局",
        "三阳镇人民政府",
    ]
    assert names[0]["forms"] == ["县数据局", "数据局"]
    assert [(place["number"], place["role"]) for place in names[0]["places"]] == [
        ("1.1", "lead"),
        ("1.2", "responsible"),
    ]
    assert [(place["number"], place["role"]) for place in names[3]["places"]] == [
        ("1.2", "responsible"),
        ("1.4", "lead"),
    ]


def test_a_full_form_is_guessed_for_certain_and_a_slip_of_the_pen_is_not(call, checklist_id):
    guesses = {one["name"]: one["guesses"] for one in names_of(call, checklist_id)}

    assert [(one["name"], one["is_certain"]) for one in guesses["县人力资源和社会保障局"]][:1] == [("县人社局", True)]
    assert ("县财政局", False) in [(one["name"], one["is_certain"]) for one in guesses["县财证局"]]
    assert not any(one["is_certain"] for one in guesses["县财证局"])


def test_a_new_unit_is_proposed_with_kind_free_code_and_the_county_above(call, checklist_id):
    proposed = {one["name"]: one["proposed"] for one in names_of(call, checklist_id)}

    assert proposed["县数据局"] == {"name": "县数据局", "kind": "department", "code": "341021-D13", "above": "歙县"}
    assert proposed["县大数据中心"]["code"] == "341021-D14"
    assert proposed["三阳镇人民政府"] == {"name": "三阳镇", "kind": "township", "code": "341021-T01", "above": "歙县"}


def test_all_are_settled_at_once_and_stand_on_their_rows_with_their_parts(call, checklist_id):
    answer = settle(
        call,
        checklist_id,
        add("县数据局", names=["县数据局", "数据局"], code="341021-D30"),
        add("县大数据中心"),
        {"names": ["县人力资源和社会保障局"], "choice": "unit", "called": "县人社局"},
        add("县烟草专卖局", names=["县烟草专卖局", "烟草专卖局"]),
        {"names": ["县财证局"], "choice": "keep"},
        add("三阳镇", names=["三阳镇人民政府"], kind="township"),
    )

    assert (answer["added"], answer["left"], len(answer["answered"])) == (4, 0, 8)
    assert units_of(call, checklist_id, "创业园") == [
        ("县数据局", "lead"),
        ("县发改委", "support"),
        ("县大数据中心", "support"),
    ]
    assert units_of(call, checklist_id, "宣传") == [("县烟草专卖局", "lead")]
    assert units_of(call, checklist_id, "培训") == [("三阳镇", "support")]
    assert names_of(call, checklist_id) == []


def test_what_was_answered_is_known_to_the_next_notice(call, checklist_id):
    settle(
        call,
        checklist_id,
        add("县数据局", names=["县数据局", "数据局"]),
        {"names": ["县财证局"], "choice": "unit", "called": "县财政局"},
    )

    again = import_notice(call)

    assert {"县数据局", "县财证局"}.isdisjoint(one["name"] for one in names_of(call, again))
    assert units_of(call, again, "创业园")[0] == ("县数据局", "lead")
    assert ("县财政局", "support") in units_of(call, again, "培训")


def test_what_cannot_be_saved_is_told_name_by_name_and_nothing_is_stored(call, checklist_id):
    with pytest.raises(Invalid) as refused:
        settle(
            call,
            checklist_id,
            add("县数据局", code="341021-D01"),
            add("县大数据中心", above="黟县"),
            {"names": ["县财证局"], "choice": "unit"},
            add("三阳镇", names=["三阳镇人民政府"], kind="township"),
        )

    told = refused.value.details["names"]
    assert [(one["name"], one["field"]) for one in told] == [
        ("县数据局", "code"),
        ("县大数据中心", "above"),
        ("县财证局", "called"),
    ]
    assert all(one["text"]["zh"] and one["text"]["en"] for one in told)
    assert len(names_of(call, checklist_id)) == 6


def test_a_name_that_is_sent_twice_is_refused_and_nothing_stored(call, checklist_id):
    before = names_of(call, checklist_id)

    with pytest.raises(Invalid) as raised:
        settle(call, checklist_id, add("县烟草专卖局"), {"names": ["烟草专卖局", "县烟草专卖局"], "choice": "keep"})

    assert [(one["name"], one["text"]["en"][:25]) for one in raised.value.details["names"]] == [
        ("烟草专卖局", "This name was sent twice,")
    ]
    assert names_of(call, checklist_id) == before


def test_a_new_township_joins_the_group_that_has_all_townships(call, checklist_id, world):
    settle(call, checklist_id, add("三阳镇", names=["三阳镇人民政府"], kind="township"), add("县数据局"))

    group = call("get_group", {"group_id": world.groups["各乡镇人民政府"]}, as_="lead")
    assert group["group"]["members"] == 4
    assert [one["name"] for one in names_of_groups(call, import_notice(call))] == ["各乡镇人民政府"]


def names_of_groups(call, checklist_id):
    return call("new_names", {"checklist_id": checklist_id}, as_="lead")["groups"]


def test_a_group_is_made_and_asks_for_its_members(call, checklist_id):
    settle(call, checklist_id, {"names": ["县大数据中心"], "choice": "group"})

    questions = call("get_checklist", {"checklist_id": checklist_id}, as_="lead")["questions"]
    assert [q["quote"] for q in questions if q["kind"] == "group" and not q["answer"]] == ["县大数据中心"]
    assert ("县大数据中心", "support") in units_of(call, checklist_id, "创业园")


def test_a_name_that_is_not_asked_about_adds_nothing(call, checklist_id):
    answer = settle(call, checklist_id, add("县水利局"))

    assert (answer["answered"], answer["added"]) == ([], 0)
    found = call("find_units", {"text": "县水利局"}, as_="admin")
    assert found["units"] == []


@pytest.mark.parametrize("person", ["admin", "staff", "leader"])
def test_whoever_is_not_the_lead_bureau_settles_nothing(call, checklist_id, person):
    with pytest.raises(Forbidden):
        settle(call, checklist_id, add("县数据局"), as_=person)


def test_units_that_the_lead_bureau_adds_are_in_the_audit_log_under_its_name(call, checklist_id):
    settle(call, checklist_id, add("县数据局"))

    entries = call("list_audit", {}, as_="auditor")["entries"]
    [saved] = [entry for entry in entries if entry["action"] == "unit.saved"]
    assert (saved["subject"], saved["post"]) == ("县数据局", "就业股股长")


def test_a_name_marked_by_hand_as_led_by_somebody_else_takes_no_lead(call, checklist_id):
    rows = call("get_checklist", {"checklist_id": checklist_id}, as_="lead")["rows"]
    [row] = [row for row in rows if row["title"] == "宣传" and row["level"] == 2]
    call(
        "save_row",
        {
            "row_id": row["row_id"],
            "version": row["version"],
            "title": row["title"],
            "units": [{"role": "lead", "unit_id": _unit_id(call, "县财政局"), "group_id": None}],
        },
        as_="lead",
    )

    settle(call, checklist_id, add("县烟草专卖局", names=["县烟草专卖局", "烟草专卖局"]))

    assert units_of(call, checklist_id, "宣传") == [("县财政局", "lead"), ("县烟草专卖局", "support")]


def _unit_id(call, name):
    return call("find_units", {"text": name}, as_="admin")["units"][0]["unit_id"]


@pytest.mark.parametrize("order", [0, 1])
def test_two_drafts_that_add_the_same_unit_at_once_add_it_once(call, tasks_db, tasks_dsn, order):
    """Both hold their draft; who comes second is told that the name is taken, and neither waits for ever."""
    drafts = [import_notice(call), import_notice(call)]
    first, second = drafts[order], drafts[1 - order]

    outcomes = at_once(
        tasks_db,
        lambda: settle(call, first, add("县数据局"), add("三阳镇", names=["三阳镇人民政府"], kind="township")),
        lambda: settle(call, second, add("三阳镇", names=["三阳镇人民政府"], kind="township"), add("县数据局")),
        behind=held(tasks_dsn, *locked("checklist", first)),
    )

    assert outcomes[0]["added"] == 2
    assert isinstance(outcomes[1], Invalid)
    assert [one["field"] for one in outcomes[1].details["names"]] == ["name", "name"]


def test_settling_while_the_group_of_all_townships_is_changed(call, tasks_db, tasks_dsn, checklist_id, world):
    group_id = world.groups["各乡镇人民政府"]
    members = [world.units[name] for name in ("徽城镇", "深渡镇", "石门乡")]
    change = {"group_id": group_id, "name": "各乡镇人民政府", "aliases": [], "member_ids": members, "version": 1}

    outcomes = at_once(
        tasks_db,
        lambda: settle(call, checklist_id, add("三阳镇", names=["三阳镇人民政府"], kind="township")),
        lambda: call("save_group", change, as_="admin"),
        behind=held(tasks_dsn, *locked("checklist", checklist_id)),
    )

    assert outcomes[0]["added"] == 1
    assert isinstance(outcomes[1], Conflict)
