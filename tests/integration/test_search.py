"""One search over duties, checklists, units and people: what is found, by whom, and why."""

import pytest

from services.tasks.search import queries
from services.tasks.search.pairs import pairs_query
from shared.database import Database
from shared.errors import Forbidden, Invalid, NotFound
from tests.support.checklists import add_row, draft, lead, run
from tests.support.delegation import amend, part_of, redate, split
from tests.support.duties import a_duty, do, issued, submit, today
from tests.support.tasks import PEOPLE

__all__ = ["today"]

GROUPS = ("duties", "checklists", "units", "people")
EVERYBODY = tuple(PEOPLE)


def found(call, text, *, as_="lead", **more):
    return call("search", {"text": text, **more}, as_=as_)


def duty_ids(call, text, *, as_="lead"):
    part = found(call, text, as_=as_)["duties"]
    assert part["total"] == len(part["hits"])
    return {hit["duty"]["duty_id"] for hit in part["hits"]}


def why(call, text, *, as_="lead"):
    (hit,) = found(call, text, as_=as_)["duties"]["hits"]
    return [(one["where"], one["text"]) for one in hit["why"]]


@pytest.fixture
def county(call):
    """Two checklists, with notes of every kind beside the duties of four units; the duties by unit and item."""
    duties = issued(call, "徽城镇", "石门乡", "古关村", "县发改委", items=2)
    made = {(duty["unit"]["name"], duty["item"]): duty for duty in duties}
    note = {"duty_id": made["石门乡", "事项1"]["duty_id"], "text": "茶叶合作社已经走访，100%到位_第一批"}
    call("note_progress", note, as_="shimen")
    do(
        call,
        "report_blocker",
        made["古关村", "事项1"],
        as_="village",
        reason="道路塌方，材料运不进村",
        asked_unit_id=call.world.units["县发改委"],
    )
    submit(call, made["徽城镇", "事项2"], as_="staff", note="培训 GDP 台账已报")
    other = draft(call.service.database, title="2025年残疾人就业清单", year=2025)
    add_row(call.service.database, other, "公益性岗位", units=[lead(call.world.units["石门乡"])], due_on=None)
    return made


def test_a_part_of_a_chinese_title_finds_the_duties_of_all_units(call, county):
    assert duty_ids(call, "项1") == {duty["duty_id"] for (_, item), duty in county.items() if item == "事项1"}


def test_words_may_stand_in_different_places_and_all_of_them_must_stand_somewhere(call, county):
    assert duty_ids(call, "石门 事项1") == {county["石门乡", "事项1"]["duty_id"]}
    assert duty_ids(call, "石门 举措 茶叶") == {county["石门乡", "事项1"]["duty_id"]}
    assert duty_ids(call, "石门 道路") == set()


@pytest.mark.parametrize("word", ["茶", "茶叶", "叶合", "茶叶合作社已经走访", "%", "0%", "_第", "100%到位_第一批"])
def test_a_note_is_found_by_any_part_of_it_and_patterns_mean_nothing(call, county, word):
    assert duty_ids(call, word) == {county["石门乡", "事项1"]["duty_id"]}
    assert why(call, word) == [("note", "茶叶合作社已经走访，100%到位_第一批")]


@pytest.mark.parametrize(
    "word", ["茶社", "作社走访", "1_0", "10%0", "茶叶　已经走访合作社", "'", "\\", "''", ":*", "茶 & 叶"]
)
def test_what_stands_nowhere_is_not_found(call, county, word):
    assert duty_ids(call, word) == set()


def test_case_width_and_what_nobody_sees_make_no_difference(call, county):
    for typed in ("gdp", "ＧＤＰ", "G\u200bDP", " GDP　台账 "):
        assert duty_ids(call, typed) == {county["徽城镇", "事项2"]["duty_id"]}


def test_a_duty_is_found_by_its_number_and_by_that_of_its_row(call, county):
    duty = county["石门乡", "事项2"]

    assert duty["duty_id"] in duty_ids(call, str(duty["duty_id"]))
    first = found(call, str(duty["duty_id"]))["duties"]["hits"][0]
    assert first["duty"]["duty_id"] == duty["duty_id"]
    assert duty_ids(call, "石门 1.1.1.2") == {duty["duty_id"]}
    assert duty_ids(call, "石门 1.1") == {duty["duty_id"], county["石门乡", "事项1"]["duty_id"]}
    assert duty_ids(call, "9" * 30) == set()


def test_a_duty_is_found_by_the_code_of_its_unit_and_it_says_so(call, county):
    assert duty_ids(call, "341021213 事项2") == {county["石门乡", "事项2"]["duty_id"]}
    assert why(call, "341021213 事项2") == [("code", "341021213")]


def test_reasons_difficulties_and_answers_are_found_and_say_what_they_were_written_for(call, county):
    duty = county["古关村", "事项1"]
    do(
        call,
        "answer_blocker",
        call("get_duty", {"duty_id": duty["duty_id"]}, as_="lead"),
        as_="lead",
        reason="已协调挖机",
    )

    (hit,) = found(call, "塌方")["duties"]["hits"]
    assert [one["action"] for one in hit["why"]] == ["blocked"]
    (hit,) = found(call, "挖机")["duties"]["hits"]
    assert [one["action"] for one in hit["why"]] == ["blocker_answered"]


def test_the_code_in_a_reminder_is_no_word(call, county, tasks_db):
    with tasks_db.transaction() as cur:
        cur.execute(
            "INSERT INTO duty_history (duty_id, version, action, text) VALUES (%s, 1, 'reminded', 'due_soon')",
            (county["石门乡", "事项1"]["duty_id"],),
        )

    assert duty_ids(call, "due_soon") == set()


def test_checklists_and_their_rows_are_found_by_title_year_and_number(call, county):
    def places(text):
        return [(hit["level"], hit["title"], hit["number"]) for hit in found(call, text)["checklists"]["hits"]]

    assert places("残疾人") == [(0, "2025年残疾人就业清单", None)]
    assert places("2025") == [(0, "2025年残疾人就业清单", None)]
    assert places("公益性") == [(4, "公益性岗位", "1.1.1.1")]
    assert places("1.1.1.2") == [(4, "事项2", "1.1.1.2")]
    assert [place[0] for place in places("1.1")] == [2, 2, 3, 3, 4, 4, 4]


def test_the_word_of_an_ended_checklist_is_found(call, county, tasks_db):
    with tasks_db.transaction() as cur:
        cur.execute(
            "UPDATE checklist SET state = 'closed', closed_at = now(), closed_reason = '年终考核结束' WHERE year = 2026"
        )

    (hit,) = found(call, "年终考核")["checklists"]["hits"]
    assert hit["why"] == [{"where": "ended", "text": "年终考核结束", "action": None}]


def test_units_are_found_by_name_code_and_other_names(call, county, tasks_db):
    with tasks_db.transaction() as cur:
        cur.execute("UPDATE unit SET aliases = '{石门乡人民政府}' WHERE name = '石门乡'")

    def names(text):
        return [hit["name"] for hit in found(call, text)["units"]["hits"]]

    assert names("石门") == ["石门乡"]
    assert names("乡人民") == ["石门乡"]
    assert names("341021-D") == ["县发改委", "县财政局"]
    assert found(call, "乡人民")["units"]["hits"][0]["why"][0]["text"] == "石门乡人民政府"
    assert found(call, "县财政局")["units"]["hits"][0]["checklist_id"] is None
    assert found(call, "石门")["units"]["hits"][0]["checklist_id"] == county["石门乡", "事项1"]["checklist_id"]


def test_accounts_are_found_by_administrators_and_auditors_alone(call, county):
    for person in EVERYBODY:
        part = found(call, "填报员", as_=person)["people"]
        assert (part is not None) == (person in ("admin", "auditor")), person
    (hit,) = found(call, "shimen", as_="admin")["people"]["hits"]
    assert hit["why"] == [{"where": "sign_in_name", "text": "shimen", "action": None}]


def test_which_groups_there_are_follows_from_the_role(call, county):
    def groups(person):
        return {group for group in GROUPS if found(call, "乡", as_=person)[group] is not None}

    assert groups("staff") == groups("head") == {"duties", "units"}
    assert groups("lead") == groups("leader") == {"duties", "checklists", "units"}
    assert groups("auditor") == set(GROUPS)
    assert groups("admin") == {"units", "people"}


@pytest.mark.parametrize("person", EVERYBODY)
def test_nobody_finds_a_duty_that_may_not_be_opened_and_everybody_all_that_may(call, county, person):
    def opens(duty_id):
        try:
            call("get_duty", {"duty_id": duty_id}, as_=person)
        except (Forbidden, NotFound):
            return False
        return True

    everything = {duty["duty_id"] for duty in county.values()}
    part = found(call, "事项", as_=person)["duties"]
    seen = {hit["duty"]["duty_id"] for hit in part["hits"]} if part else set()

    assert seen == {duty_id for duty_id in everything if opens(duty_id)}
    for word in ("茶叶", "道路", "GDP", *map(str, everything)):
        hits = (found(call, word, as_=person)["duties"] or {"hits": []})["hits"]
        assert {hit["duty"]["duty_id"] for hit in hits} <= seen


@pytest.mark.parametrize("person", EVERYBODY)
def test_units_find_themselves_and_those_below_and_others_all(call, county, person):
    names = {hit["name"] for hit in found(call, "341021", as_=person)["units"]["hits"]}

    expected = {
        "staff": {"徽城镇", "古关村"},
        "head": {"徽城镇", "古关村"},
        "shendu": {"深渡镇"},
        "shimen": {"石门乡"},
        "village": {"古关村"},
        "department": {"县发改委"},
    }
    assert names == expected.get(person, set(call.world.units))


def test_who_was_asked_to_help_finds_the_difficulty_and_no_other_duty_of_that_unit(call, county):
    assert duty_ids(call, "古关", as_="department") == {county["古关村", "事项1"]["duty_id"]}


def test_a_withdrawn_duty_is_not_found(call, county, tasks_db):
    with tasks_db.transaction() as cur:
        cur.execute("UPDATE duty SET state = 'withdrawn' WHERE id = %s", (county["石门乡", "事项1"]["duty_id"],))

    assert duty_ids(call, "茶叶") == set()


def test_one_group_has_pages_and_one_after_the_last_is_the_last(call):
    issued(call, "徽城镇", items=7)

    first, last = (found(call, "事项", group="duties", size=3, page=page) for page in (1, 99))

    assert [first[name] for name in ("page", "pages", "checklists", "units")] == [1, 3, None, None]
    assert [hit["duty"]["item"] for hit in first["duties"]["hits"]] == ["事项1", "事项2", "事项3"]
    assert (last["page"], last["duties"]["total"]) == (3, 7)
    assert [hit["duty"]["item"] for hit in last["duties"]["hits"]] == ["事项7"]
    assert found(call, "没有的", group="duties", page=9)["pages"] == 1
    assert found(call, "事项", group="checklists", size=3, page=99)["page"] == 3
    assert found(call, "341021", group="units", size=4, page=99)["page"] == 3
    assert found(call, "填报员", group="people", size=4, page=99, as_="admin")["page"] == 2


def test_nothing_too_much_and_too_many_words_are_refused_with_a_sentence(call):
    for text in ("", "　", "字" * 61, "一 二 三 四 五 六 七 八 九"):
        with pytest.raises(Invalid) as refused:
            found(call, text)
        assert "text" in refused.value.details["fields"]


def test_what_is_due_first_stands_first_and_ended_checklists_last(call, tasks_db):
    old = a_duty(call, "徽城镇")
    new = issued(call, "徽城镇", items=2)
    with tasks_db.transaction() as cur:
        cur.execute("UPDATE checklist SET state = 'closed' WHERE id = %s", (old["checklist_id"],))
        cur.execute("UPDATE duty SET due_on = due_on - 9 WHERE id = %s", (new[1]["duty_id"],))

    hits = found(call, "徽城")["duties"]["hits"]

    assert [hit["duty"]["duty_id"] for hit in hits] == [new[1]["duty_id"], new[0]["duty_id"], old["duty_id"]]
    assert [hit["is_ended"] for hit in hits] == [False, False, True]


def test_notes_are_looked_for_in_their_index(call, county, tasks_db: Database):
    """Read one after another they would take longer than anybody waits once there are a hundred thousand."""
    with tasks_db.transaction() as cur:
        cur.execute("SET LOCAL enable_seqscan = off")
        cur.execute(
            """
            EXPLAIN (FORMAT text) SELECT duty_id FROM duty_history
            WHERE text <> '' AND action <> 'reminded' AND action <> 'amended'
                AND pairs_of_signs(text) @@ %s::tsquery
            """,
            (pairs_query("茶叶"),),
        )
        plan = "\n".join(line for (line,) in cur.fetchall())

    assert "duty_history_words" in plan


def test_a_part_is_found_by_who_has_it_and_by_who_has_the_whole_wherever_the_unit_belongs_by_now(call, tasks_db, today):
    part = part_of(call, split(call, a_duty(call), text="请报名单"), as_="village")
    moved = (call.world.units["深渡镇"], call.world.units["古关村"])
    with tasks_db.transaction() as cur:
        cur.execute("UPDATE unit SET parent_id = %s WHERE id = %s", moved)

    for person in ("village", "staff", "shendu", "lead"):
        assert call("get_duty", {"duty_id": part["duty_id"]}, as_=person)
        assert part["duty_id"] in duty_ids(call, "古关 名单", as_=person)
    assert duty_ids(call, "古关", as_="shimen") == set()


@pytest.mark.parametrize("typed", ["歙就组〔2025〕3号", "歙就组[2025]3号", "歙就组 （2025） 3 号", "就组【2025】3"])
def test_a_checklist_and_its_duties_are_found_by_the_number_of_the_notice(call, county, typed):
    """However the brackets are typed; less than the bracketed year would find what nobody meant."""
    theirs = {item: county["石门乡", item]["duty_id"] for item in ("事项1", "事项2")}
    checklist_id = county["石门乡", "事项1"]["checklist_id"]
    numbered = "UPDATE checklist SET document_number = '歙就组〔2025〕3号' WHERE id = %s"
    run(call.service.database, numbered, (checklist_id,))

    assert duty_ids(call, typed) == {duty["duty_id"] for duty in county.values()}
    assert duty_ids(call, f"{typed} 石门", as_="shimen") == set(theirs.values())
    assert why(call, f"{typed} 茶叶")[0] == ("document", "歙就组〔2025〕3号")
    (place,) = found(call, typed)["checklists"]["hits"]
    assert (place["checklist_id"], [one["where"] for one in place["why"]]) == (checklist_id, ["document"])
    assert duty_ids(call, "歙就组") == duty_ids(call, "3号") == set()
    assert [hit["checklist_id"] for hit in found(call, "歙就组")["checklists"]["hits"]] == [checklist_id]


def test_of_a_word_that_nearly_all_duties_hold_the_first_are_told_without_counting_the_rest(call, monkeypatch):
    """Where there are fewer than are counted, or one is not common, all are counted as ever."""
    monkeypatch.setattr(queries, "MOST_COUNTED", 20)
    units = [unit for unit in call.world.units if unit not in ("歙县", "领导小组")]
    issued(call, *units, items=6)
    note = {"duty_id": found(call, "石门 事项1")["duties"]["hits"][0]["duty"]["duty_id"], "text": "茶叶"}
    call("note_progress", note, as_="shimen")

    def first(text, **more):
        return found(call, text, group="duties", **more)

    all_of_them = [hit["duty"]["duty_id"] for hit in first("事项", size=1000)["duties"]["hits"]]
    page = first("事项", size=8, page=2)
    assert (page["duties"]["total"], page["duties"]["is_more"], page["pages"]) == (20, True, 3)
    assert [hit["duty"]["duty_id"] for hit in page["duties"]["hits"]] == all_of_them[8:16]
    last = first("事项", size=8, page=9)
    assert (last["page"], [hit["duty"]["duty_id"] for hit in last["duties"]["hits"]]) == (3, all_of_them[16:20])
    assert len(all_of_them) == len(units) * 6 > 20
    for text, as_ in (("茶叶", "lead"), ("事项1", "lead"), ("事项 石门", "lead"), ("事项", "shimen"), ("1.1", "lead")):
        part = first(text, size=8, as_=as_)["duties"] if as_ == "lead" else found(call, text, as_=as_)["duties"]
        assert not part["is_more"]


def test_one_looks_like_many_only_where_many_are(call, tasks_db):
    """What repeats in the order of the ids is neither always hit nor never."""
    issued(call, *[unit for unit in call.world.units if unit != "歙县"], items=6)

    with tasks_db.transaction() as cur:
        assert queries.are_common(cur, ["事项"])
        assert not queries.are_common(cur, ["事项1"])
        assert not queries.are_common(cur, ["石门"])
        assert not queries.are_common(cur, ["7"])


def test_the_reason_of_an_amendment_is_no_note_of_its_duties(call, county):
    amend(call, county["石门乡", "事项1"], redate("2026-09-30"))

    assert duty_ids(call, "县里调整") == set()
