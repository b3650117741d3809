"""The source beside its draft: nothing is lost, what was left out is taken, measures split and merged, all undone."""

import itertools

import pytest

from shared.errors import Conflict, Forbidden, Invalid, NotFound
from tests.support.checklists import fetch
from tests.support.duties import today
from tests.support.tasks import a_draft, save_row

__all__ = ["today"]

pytestmark = pytest.mark.usefixtures("today")

NOTICE = """歙县人力资源和社会保障局文件
关于印发《2026年就业工作方案》的通知
各乡镇人民政府:
一、工作目标
到2027年,全县城镇新增就业达到8000人以上。
二、工作举措
(一)扩大就业
本部分是全年工作的重点。
1.创业园。建设创业园3个以上。办好创业大赛。(责任单位:县人社局)
2.招聘会。办好招聘会20场以上。开展直播带岗。(责任单位:县发改委)
3.培训。开展培训。(责任单位:县人社局)
三、工作要求
各单位要加强领导。每季度报送进展。
联系人：张三，联系电话：1234567
"""


@pytest.fixture
def draft_id(call):
    file_id = call.upload("notice.txt", NOTICE.encode(), as_="lead")
    return call("import_notice", {"file_id": file_id, "year": 2026}, as_="lead")["checklist_id"]


def fetched(call, draft_id):
    return call("get_checklist", {"checklist_id": draft_id}, as_="lead")


def pieces_of(call, draft_id, **asked):
    return call("list_pieces", {"checklist_id": draft_id, **asked}, as_="lead")


def left_out(call, draft_id):
    return pieces_of(call, draft_id, only_left_out=True)["pieces"]


def the_piece(call, draft_id, words):
    return next(one for one in pieces_of(call, draft_id)["pieces"] if words in one["text"])


def row_of(call, draft_id, title, level=2):
    return next(row for row in fetched(call, draft_id)["rows"] if title in row["title"] and row["level"] == level)


def take(call, draft_id, piece, way, row):
    params = {"number": piece["number"], "way": way, "row_id": row["row_id"], "version": row["version"]}
    return call("take_piece", {"checklist_id": draft_id, **params}, as_="lead")


def split(call, row, **at):
    return call("split_measure", {"row_id": row["row_id"], "version": row["version"], **at}, as_="lead")


def merge(call, draft_id, row):
    rows = [one for one in fetched(call, draft_id)["rows"] if one["level"] == 2]
    before = rows[[one["row_id"] for one in rows].index(row["row_id"]) - 1]
    params = {"row_id": row["row_id"], "version": row["version"], "into_version": before["version"]}
    return call("merge_measures", params, as_="lead")


def undo(call, draft_id, change_id=None):
    last = pieces_of(call, draft_id)["last_change"]
    params = {"checklist_id": draft_id, "change_id": change_id or last["change_id"]}
    return call("undo_change", params, as_="lead")


def state(call, draft_id):
    """All that an undo gives back: rows without their versions and places, pieces, questions, figures."""
    checklist = fetched(call, draft_id)
    rows = [{k: v for k, v in row.items() if k not in {"version", "position"}} for row in checklist["rows"]]
    pieces = [
        (one["number"], one["row"] and one["row"]["row_id"], one["target"], one["part"], one["reason"])
        for one in pieces_of(call, draft_id)["pieces"]
    ]
    figures = call("list_figures", {"checklist_id": draft_id}, as_="lead")["figures"]
    return (
        rows,
        pieces,
        [(q["question_id"], q["row_id"]) for q in checklist["questions"]],
        [(one["figure_id"], one["row"] and one["row"]["row_id"]) for one in figures],
    )


def test_what_was_taken_and_what_was_left_out_give_the_source_back(call, draft_id):
    pieces = pieces_of(call, draft_id)["pieces"]
    by_line = itertools.groupby(pieces, key=lambda piece: piece["line"])

    found = "\n".join("".join(piece["text"] for piece in of_line) for _, of_line in by_line)

    assert found == NOTICE.strip()
    taken = [one for one in pieces if one["reason"] is None]
    assert all(one["row"] or one["target"] or one["part"] for one in taken)
    assert all(not (one["row"] or one["target"] or one["part"]) for one in pieces if one["reason"])
    source = pieces_of(call, draft_id)["source"]
    assert (source["pieces"], source["taken"], source["left_out"]) == (14, len(taken), 14 - len(taken))
    assert fetched(call, draft_id)["source"] == source
    assert {one["text"][:4] for one in left_out(call, draft_id)} >= {"各单位要", "联系人："}


def test_the_words_of_an_area_are_in_its_row(call, draft_id):
    assert row_of(call, draft_id, "扩大就业", level=1)["body"] == "本部分是全年工作的重点。"


def test_a_piece_leads_to_its_row_and_a_row_to_the_page_of_its_piece(call, draft_id):
    row = row_of(call, draft_id, "招聘会")

    found = pieces_of(call, draft_id, row_id=row["row_id"])

    assert the_piece(call, draft_id, "2.招聘会")["row"]["row_id"] == row["row_id"]
    assert found["first"] == the_piece(call, draft_id, "2.招聘会")["number"]


@pytest.mark.parametrize("title", ["开展直播带岗", "办好招聘会20场以上"])
def test_a_task_and_the_second_half_of_a_split_lead_to_the_piece_that_has_their_words(call, draft_id, title):
    row = row_of(call, draft_id, "招聘会")
    split(call, row, offset=row["body"].index("开展直播"))
    rows = [one for one in fetched(call, draft_id)["rows"] if one["title"] == title]

    found = {pieces_of(call, draft_id, row_id=one["row_id"])["first"] for one in rows}

    assert found == {the_piece(call, draft_id, "2.招聘会")["number"]}


def test_a_long_source_is_kept_and_paged(call):
    lines = [f"第{n}段没有布置工作。" for n in range(1, 261)]
    content = NOTICE + "\n".join(lines) + "\n"
    file_id = call.upload("long.txt", content.encode(), as_="lead")
    draft_id = call("import_notice", {"file_id": file_id, "year": 2026}, as_="lead")["checklist_id"]

    third = pieces_of(call, draft_id, page=3)
    back = pieces_of(call, draft_id, number=150)

    assert (third["page"], third["pages"], len(third["pieces"])) == (3, 3, 74)
    assert (back["page"], back["pieces"][0]["number"]) == (2, 101)
    assert pieces_of(call, draft_id, page=9)["page"] == 3


@pytest.mark.parametrize("way", ["measure", "task", "text"])
def test_what_was_left_out_is_taken_and_given_back(call, draft_id, way):
    before = state(call, draft_id)
    piece = the_piece(call, draft_id, "各单位要加强领导")
    assert piece["measure_before"]["title"] == "培训"

    made = take(call, draft_id, piece, way, piece["measure_before"])

    now = the_piece(call, draft_id, "各单位要加强领导")
    assert (now["row"], now["reason"], now["part"]) == (made["row"], None, "row")
    rows = {row["row_id"]: row for row in fetched(call, draft_id)["rows"]}
    place = rows[made["row"]["row_id"]]
    if way == "text":
        assert place["body"].endswith("各单位要加强领导。每季度报送进展。")
    else:
        assert (place["title"], place["body"]) == ("各单位要加强领导", "每季度报送进展。")
        assert [row["level"] for row in rows.values() if row["title"] == place["title"]][-1] == 4
    assert undo(call, draft_id)["kind"] == "piece.taken"
    assert state(call, draft_id) == before
    assert pieces_of(call, draft_id)["last_change"] is None


def test_a_measure_taken_from_the_source_stands_right_behind_the_one_that_was_named(call, draft_id):
    first = row_of(call, draft_id, "创业园")

    take(call, draft_id, the_piece(call, draft_id, "各单位要"), "measure", first)

    measures = [row["title"] for row in fetched(call, draft_id)["rows"] if row["level"] == 2]
    assert measures == ["创业园", "各单位要加强领导", "招聘会", "培训"]


TAILED = NOTICE.replace(
    "各单位要加强领导。每季度报送进展。",
    "抓好宣传。开展宣讲。（牵头单位：县发改委；责任单位：县人社局、县气象局；完成时限：2026年10月底前）",
).replace("三、工作要求", "三、组织保障")


def test_a_measure_taken_from_the_source_has_the_units_and_the_day_that_it_names(call):
    file_id = call.upload("notice.txt", TAILED.encode(), as_="lead")
    draft_id = call("import_notice", {"file_id": file_id, "year": 2026}, as_="lead")["checklist_id"]
    row = row_of(call, draft_id, "组织保障")
    call("delete_row", {"row_id": row["row_id"], "version": row["version"]}, as_="lead")
    before = state(call, draft_id)

    made = take(call, draft_id, the_piece(call, draft_id, "抓好宣传"), "measure", row_of(call, draft_id, "培训"))

    rows = {one["row_id"]: one for one in fetched(call, draft_id)["rows"]}
    taken = rows[made["row"]["row_id"]]
    assert [(unit["name"], unit["role"]) for unit in taken["units"]] == [("县发改委", "lead"), ("县人社局", "support")]
    items = [one for one in rows.values() if one["title"] == "抓好宣传" and one["level"] == 4]
    assert [item["due_on"] for item in items] == ["2026-10-31"]
    asked = [one["quote"] for one in fetched(call, draft_id)["questions"] if one["row_id"] == taken["row_id"]]
    assert asked == ["县气象局"]
    undo(call, draft_id)
    assert state(call, draft_id) == before


def test_a_paragraph_that_fits_into_no_row_is_not_cut_in_silence(call):
    text = NOTICE.replace("各单位要加强领导。", "各单位要加强领导，" * 500)
    file_id = call.upload("notice.txt", text.encode(), as_="lead")
    draft_id = call("import_notice", {"file_id": file_id, "year": 2026}, as_="lead")["checklist_id"]

    for way in ("measure", "task"):
        with pytest.raises(Invalid, match="fits into no row"):
            take(call, draft_id, the_piece(call, draft_id, "各单位要"), way, row_of(call, draft_id, "培训"))


def test_a_piece_is_taken_once_and_into_what_is_there(call, draft_id):
    piece, row = the_piece(call, draft_id, "各单位要"), row_of(call, draft_id, "培训")
    area = row_of(call, draft_id, "扩大就业", level=1)

    with pytest.raises(Invalid):
        take(call, draft_id, piece, "task", area)
    take(call, draft_id, piece, "text", row)
    with pytest.raises(NotFound):
        take(call, draft_id, piece, "text", row_of(call, draft_id, "培训"))
    with pytest.raises(Conflict):
        take(call, draft_id, the_piece(call, draft_id, "联系人"), "text", row)


def test_a_row_that_grows_too_long_is_refused(call, draft_id):
    row = save_row(call, row_of(call, draft_id, "培训"), body="长" * 3990)

    with pytest.raises(Invalid, match="4000"):
        take(call, draft_id, the_piece(call, draft_id, "各单位要"), "text", row)


def test_a_piece_of_a_deleted_row_is_left_out_and_may_be_taken_again(call, draft_id):
    row = row_of(call, draft_id, "招聘会")
    call("delete_row", {"row_id": row["row_id"], "version": row["version"]}, as_="lead")

    piece = the_piece(call, draft_id, "2.招聘会")

    assert (piece["row"], piece["reason"], piece["measure_before"]["title"]) == (None, "deleted", "创业园")
    take(call, draft_id, piece, "measure", piece["measure_before"])
    assert the_piece(call, draft_id, "2.招聘会")["row"]["title"] == "招聘会"


def test_a_measure_is_split_at_a_sentence_and_whole_again(call, draft_id):
    before = state(call, draft_id)
    row = row_of(call, draft_id, "招聘会")

    made = split(call, row, offset=row["body"].index("开展直播"))

    checklist = fetched(call, draft_id)
    measures = [one for one in checklist["rows"] if one["level"] == 2]
    assert [one["title"] for one in measures] == ["创业园", "招聘会", "开展直播带岗", "培训"]
    first, second = measures[1:3]
    assert made["row"]["row_id"] == second["row_id"]
    assert [u["name"] for u in first["units"]] == [u["name"] for u in second["units"]] == ["县发改委"]
    assert "直播" not in first["body"]
    tasks = {one["title"]: one["parent_id"] for one in checklist["rows"] if one["level"] == 3}
    assert tasks["开展直播带岗"] == second["row_id"]
    assert first["row_id"] in tasks.values()
    assert undo(call, draft_id)["kind"] == "measure.split"
    assert state(call, draft_id) == before


def test_what_is_open_is_asked_of_both_halves(call, draft_id):
    row = row_of(call, draft_id, "招聘会")
    asked = open_on(call, draft_id, row["row_id"])
    assert asked

    made = split(call, row, offset=row["body"].index("开展直播"))

    assert open_on(call, draft_id, made["row"]["row_id"]) == open_on(call, draft_id, row["row_id"]) == asked
    undo(call, draft_id)
    assert open_on(call, draft_id, row["row_id"]) == asked


def open_on(call, draft_id, row_id):
    questions = fetched(call, draft_id)["questions"]
    return sorted((one["kind"], one["quote"]) for one in questions if one["row_id"] == row_id and not one["answer"])


def test_a_measure_is_split_at_a_task(call, draft_id):
    row = row_of(call, draft_id, "招聘会")
    tasks = [one for one in fetched(call, draft_id)["rows"] if one["parent_id"] == row["row_id"]]

    split(call, row, task_id=tasks[1]["row_id"])

    new = row_of(call, draft_id, "开展直播带岗")
    assert [one["row_id"] for one in fetched(call, draft_id)["rows"] if one["parent_id"] == new["row_id"]] == [
        tasks[1]["row_id"]
    ]


@pytest.mark.parametrize("at", [{"offset": 1}, {"offset": 10**5}, {"task_id": 10**9}, {}, {"offset": 0, "task_id": 1}])
def test_a_measure_is_split_nowhere_else(call, draft_id, at):
    with pytest.raises(Invalid):
        split(call, row_of(call, draft_id, "招聘会"), **at)


def test_only_measures_are_split_and_merged(call, draft_id):
    area = row_of(call, draft_id, "扩大就业", level=1)

    with pytest.raises(Invalid):
        split(call, area, offset=0)
    with pytest.raises(Invalid):
        merge(call, draft_id, row_of(call, draft_id, "创业园"))


def test_two_measures_become_one_and_two_again(call, draft_id):
    before = state(call, draft_id)
    row = row_of(call, draft_id, "招聘会")
    asked_before = {q["question_id"] for q in fetched(call, draft_id)["questions"]}

    made = merge(call, draft_id, row)

    checklist = fetched(call, draft_id)
    measures = [one for one in checklist["rows"] if one["level"] == 2]
    assert [one["title"] for one in measures] == ["创业园", "培训"]
    assert made["row"]["row_id"] == measures[0]["row_id"]
    assert "招聘会" in measures[0]["body"]
    tasks = [one for one in checklist["rows"] if one["parent_id"] == measures[0]["row_id"]]
    assert [[u["name"] for u in one["units"]] for one in tasks][-1] == ["县发改委"]
    assert [u["name"] for u in tasks[0]["units"]] == ["县人社局"]
    assert {q["question_id"] for q in checklist["questions"]} == asked_before
    assert the_piece(call, draft_id, "2.招聘会")["row"]["row_id"] == measures[0]["row_id"]
    undo(call, draft_id)
    assert state(call, draft_id) == before


def asked(call, draft_id):
    return [(q["row_id"], q["kind"], q["quote"], q["text"]["zh"]) for q in fetched(call, draft_id)["questions"]]


def test_what_was_split_and_merged_again_asks_everything_once(call, draft_id):
    before = asked(call, draft_id)
    row = row_of(call, draft_id, "招聘会")
    split(call, row, offset=row["body"].index("开展直播"))
    after_split = state(call, draft_id)
    assert len(asked(call, draft_id)) == len(before) + len([one for one in before if one[0] == row["row_id"]])

    merge(call, draft_id, row_of(call, draft_id, "开展直播"))

    assert asked(call, draft_id) == before
    undo(call, draft_id)
    assert state(call, draft_id) == after_split
    undo(call, draft_id)
    assert asked(call, draft_id) == before


def test_a_merge_keeps_what_was_answered_and_what_is_asked_in_other_words(call, tasks_db, draft_id):
    row = row_of(call, draft_id, "招聘会")
    made = split(call, row, offset=row["body"].index("开展直播"))
    with tasks_db.transaction() as cur:
        answer = '{"kind": "keep", "note": ""}'
        cur.execute("UPDATE question SET answer = %s WHERE row_id = %s", (answer, row["row_id"]))
        cur.execute(
            "INSERT INTO question (checklist_id, row_id, kind, text_zh, text_en)"
            " VALUES (%(draft)s, %(old)s, 'no_due', '何时？', 'When?'), (%(draft)s, %(new)s, 'no_due', '谁？', 'Who?')",
            {"draft": draft_id, "old": row["row_id"], "new": made["row"]["row_id"]},
        )
        cur.execute("SELECT id FROM question WHERE checklist_id = %s ORDER BY id", (draft_id,))
        ids = cur.fetchall()

    merge(call, draft_id, row_of(call, draft_id, "开展直播"))

    with tasks_db.transaction() as cur:
        cur.execute("SELECT id FROM question WHERE checklist_id = %s ORDER BY id", (draft_id,))
        assert cur.fetchall() == ids


def test_where_one_of_two_names_no_units_the_other_ones_are_those_of_both(call, draft_id):
    first = row_of(call, draft_id, "创业园")
    save_row(call, first, units=[])

    merge(call, draft_id, row_of(call, draft_id, "招聘会"))

    merged = row_of(call, draft_id, "创业园")
    assert [unit["name"] for unit in merged["units"]] == ["县发改委"]
    assert not merged["inherits_units"]


def test_changes_are_undone_one_after_the_other(call, draft_id):
    states = [state(call, draft_id)]
    row = row_of(call, draft_id, "招聘会")
    split(call, row, offset=row["body"].index("开展直播"))
    states.append(state(call, draft_id))
    merge(call, draft_id, row_of(call, draft_id, "招聘会"))
    states.append(state(call, draft_id))
    take(call, draft_id, the_piece(call, draft_id, "各单位要"), "task", row_of(call, draft_id, "创业园"))
    first = pieces_of(call, draft_id)["last_change"]

    for expected in reversed(states):
        undo(call, draft_id)
        assert state(call, draft_id) == expected
    with pytest.raises(NotFound):
        undo(call, draft_id, first["change_id"])


def test_nothing_is_undone_that_somebody_changed_since(call, draft_id):
    row = row_of(call, draft_id, "招聘会")
    made = split(call, row, offset=row["body"].index("开展直播"))
    save_row(call, row_of(call, draft_id, "开展直播带岗"), title="直播带岗")
    before = state(call, draft_id)

    with pytest.raises(Invalid, match="changed since"):
        undo(call, draft_id, made["change_id"])

    assert state(call, draft_id) == before
    assert pieces_of(call, draft_id)["last_change"] is None


def test_a_change_that_somebody_wrote_over_stands_in_no_older_ones_way(call, draft_id):
    before = state(call, draft_id)
    taken = take(call, draft_id, the_piece(call, draft_id, "各单位要"), "text", row_of(call, draft_id, "培训"))
    row = row_of(call, draft_id, "招聘会")
    split(call, row, offset=row["body"].index("开展直播"))
    save_row(call, row_of(call, draft_id, "开展直播带岗"), title="直播带岗")

    assert pieces_of(call, draft_id)["last_change"]["change_id"] == taken["change_id"]
    undo(call, draft_id)

    now = state(call, draft_id)
    assert row_of(call, draft_id, "培训")["body"] == next(r["body"] for r in before[0] if r["title"] == "培训")
    assert now != before


def test_a_row_comes_back_into_a_table_that_has_got_a_column_since(call, tasks_db, draft_id):
    merge(call, draft_id, row_of(call, draft_id, "招聘会"))
    before = pieces_of(call, draft_id)["last_change"]["change_id"]
    with tasks_db.transaction() as cur:
        cur.execute("ALTER TABLE checklist_row ADD COLUMN later integer NOT NULL DEFAULT 7")

    undo(call, draft_id, before)

    assert row_of(call, draft_id, "招聘会")


def test_a_figure_is_chosen_once(call, draft_id):
    figure = call("list_figures", {"checklist_id": draft_id}, as_="lead")["figures"][0]

    with pytest.raises(Invalid, match="chosen twice"):
        call("take_figures", {"checklist_id": draft_id, "figures": [chosen(figure)] * 2}, as_="lead")


def test_a_figure_that_is_made_a_limit_is_a_ceiling(call, draft_id):
    figure = call("list_figures", {"checklist_id": draft_id}, as_="lead")["figures"][0]
    wanted = chosen(figure, comparator="<=")

    call("take_figures", {"checklist_id": draft_id, "figures": [wanted]}, as_="lead")

    [target] = [one for one in fetched(call, draft_id)["plan"]["targets"] if one["name"] == wanted["name"]]
    assert target["kind"] == "ceiling"


def test_nothing_is_undone_that_somebody_put_rows_into(call, draft_id):
    made = take(call, draft_id, the_piece(call, draft_id, "各单位要"), "measure", row_of(call, draft_id, "培训"))
    call(
        "add_row",
        {"checklist_id": draft_id, "parent_id": made["row"]["row_id"], "title": "别人加的任务"},
        as_="lead",
    )

    with pytest.raises(Invalid):
        undo(call, draft_id, made["change_id"])


def test_pressing_undo_twice_undoes_one(call, draft_id):
    piece = the_piece(call, draft_id, "各单位要")
    take(call, draft_id, piece, "text", row_of(call, draft_id, "培训"))
    second = take(call, draft_id, the_piece(call, draft_id, "联系人"), "text", row_of(call, draft_id, "培训"))
    undo(call, draft_id, second["change_id"])

    with pytest.raises(NotFound):
        undo(call, draft_id, second["change_id"])

    assert the_piece(call, draft_id, "各单位要")["row"]


def test_each_change_is_in_the_log(call, tasks_db, draft_id):
    row = row_of(call, draft_id, "招聘会")
    split(call, row, offset=row["body"].index("开展直播"))
    undo(call, draft_id)

    logged = [one.action for one in fetch(tasks_db, "SELECT action FROM audit_log ORDER BY id")]

    assert logged[-2:] == ["measure.split", "change.undone"]


def test_a_draft_that_was_typed_has_no_source_and_is_split_all_the_same(call):
    drafted = a_draft(call)
    row = next(one for one in drafted["rows"] if one["level"] == 2)
    row = save_row(call, row, body="第一句。第二句。")

    made = split(call, row, offset=4)
    merge(call, drafted["checklist_id"], made["row"])

    assert drafted["source"] is None
    assert pieces_of(call, drafted["checklist_id"]) | {"last_change": None} == {
        "source": None,
        "pieces": [],
        "first": None,
        "last_change": None,
        "page": 1,
        "pages": 1,
    }
    undo(call, drafted["checklist_id"])
    undo(call, drafted["checklist_id"])


def test_all_goes_with_its_draft(call, tasks_db, draft_id):
    take(call, draft_id, the_piece(call, draft_id, "各单位要"), "text", row_of(call, draft_id, "培训"))
    version = fetched(call, draft_id)["version"]

    call("delete_checklist", {"checklist_id": draft_id, "version": version}, as_="lead")

    for table in ("notice_piece", "draft_change", "notice_figure"):
        assert fetch(tasks_db, f"SELECT 1 AS one FROM {table}") == []


def test_figures_are_offered_and_asked_of_nobody(call, draft_id):
    figures = call("list_figures", {"checklist_id": draft_id}, as_="lead")["figures"]

    assert [(one["row"]["title"], one["value"], one["unit_of_measure"], one["state"]) for one in figures] == [
        ("创业园", "3", "个", "offered"),
        ("招聘会", "20", "场", "offered"),
    ]
    assert len(fetched(call, draft_id)["plan"]["targets"]) == 1
    assert fetched(call, draft_id)["source"]["offered"] == 2


def chosen(figure, **changed):
    names = ("figure_id", "name", "comparator", "value", "unit_of_measure", "to_year")
    return {name: figure[name] for name in names} | changed


def test_figures_become_targets_as_a_person_words_them(call, draft_id):
    first, second = call("list_figures", {"checklist_id": draft_id}, as_="lead")["figures"]

    call(
        "take_figures",
        {
            "checklist_id": draft_id,
            "figures": [chosen(first, name="创业园数", value="4", to_year=2027), chosen(second)],
        },
        as_="lead",
    )

    targets = fetched(call, draft_id)["plan"]["targets"]
    assert [(t["name"], t["comparator"], t["value"], t["unit_of_measure"], t["to_year"]) for t in targets[1:]] == [
        ("创业园数", ">=", "4", "个", 2027),
        (second["name"], ">=", "20", "场", second["to_year"]),
    ]
    assert fetched(call, draft_id)["source"]["offered"] == 0
    with pytest.raises(Invalid):
        call("take_figures", {"checklist_id": draft_id, "figures": [chosen(first)]}, as_="lead")
    with pytest.raises(Invalid):
        call("decline_figures", {"checklist_id": draft_id, "figure_ids": [first["figure_id"]]}, as_="lead")


def test_a_declined_figure_may_be_taken_after_all(call, draft_id):
    first, _ = call("list_figures", {"checklist_id": draft_id}, as_="lead")["figures"]

    found = call("decline_figures", {"checklist_id": draft_id, "figure_ids": [first["figure_id"]]}, as_="lead")
    assert [one["state"] for one in found["figures"]] == ["declined", "offered"]
    found = call("take_figures", {"checklist_id": draft_id, "figures": [chosen(first)]}, as_="lead")
    assert [one["state"] for one in found["figures"]] == ["taken", "offered"]


@pytest.mark.parametrize("operation", ["take_figures", "decline_figures"])
def test_a_figure_of_another_draft_is_refused(call, draft_id, operation):
    other = a_draft(call)["checklist_id"]
    (first, _) = call("list_figures", {"checklist_id": draft_id}, as_="lead")["figures"]
    what = {"figures": [chosen(first)]} if operation == "take_figures" else {"figure_ids": [first["figure_id"]]}

    with pytest.raises(NotFound):
        call(operation, {"checklist_id": other, **what}, as_="lead")


def test_others_than_the_lead_bureau_read_and_change_nothing_of_it(call, draft_id):
    with pytest.raises(Forbidden):
        call("list_pieces", {"checklist_id": draft_id}, as_="leader")
