"""The page of a notice beside its draft: one click takes a piece, splits, merges, undoes; figures are chosen."""

import re

import pytest

from tests.integration.test_tracing import draft_id, fetched, row_of, the_piece
from tests.support.duties import today
from tests.support.tasks import a_draft, save_row

__all__ = ["draft_id", "today"]

pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture
def lead(visit):
    return visit("lead")


def html_of(person):
    return person.response.get_data().decode()


def line(person, number):
    found = re.search(rf'<li id="p{number}".*?(?=<li id="p|</ol>)', html_of(person), re.DOTALL)
    return found[0]


def form_to(person, ending, **fields):
    return next(
        form
        for form in person.forms
        if (form.action or "").endswith(ending) and all((name, value) in form.fields for name, value in fields.items())
    )


def own_form(person):
    """The form that the page sends to itself."""
    return next(form for form in person.forms if not form.action and "csrf_token" in dict(form.fields))


def taking(person, number):
    return form_to(person, "/source/take", number=str(number))


def test_the_draft_says_how_much_of_its_notice_it_has_and_asks_nothing(lead, draft_id):
    lead.open(f"/checklists/{draft_id}")

    assert "原文 14 段：采用 " in html_of(lead)
    assert f"/checklists/{draft_id}/source" in html_of(lead)
    assert html_of(lead).count('class="source"') == 4


def test_each_piece_has_its_place_or_the_reason_why_it_has_none(lead, call, draft_id):
    lead.open(f"/checklists/{draft_id}/source")

    taken = line(lead, the_piece(call, draft_id, "2.招聘会")["number"])
    assert f"#row-{row_of(call, draft_id, '招聘会')['row_id']}" in taken
    assert "县发改委" in taken
    assert "source/take" not in taken
    out = line(lead, the_piece(call, draft_id, "联系人")["number"])
    assert "没有采用</b>：联系方式" in out
    assert "1.3 培训" in out


def test_only_what_is_left_out_is_shown_on_wish_with_its_number(lead, call, draft_id):
    lead.open(f"/checklists/{draft_id}/source?only=1")

    number = fetched(call, draft_id)["source"]["left_out"]
    assert f"只看没有采用的 {number}" in html_of(lead)
    assert html_of(lead).count('class="left-out"') == number
    assert 'class="taken"' not in html_of(lead)


@pytest.mark.parametrize("only", ["", "?only=1"])
def test_one_click_takes_a_piece_and_one_undoes_it(lead, call, draft_id, only):
    number = the_piece(call, draft_id, "各单位要加强")["number"]
    lead.open(f"/checklists/{draft_id}/source{only}")

    lead.send(taking(lead, number), way="task")

    assert row_of(call, draft_id, "各单位要加强领导", level=3)
    assert "最近一步：采用“各单位要加强领导”" in html_of(lead)
    assert ("已采用" in line(lead, number)) if not only else (f'id="p{number}"' not in html_of(lead))
    lead.send(form_to(lead, "/source/undo"))
    assert "已撤销：采用“各单位要加强领导”" in html_of(lead)
    assert the_piece(call, draft_id, "各单位要加强")["reason"] == "general"


def test_another_place_is_chosen_from_a_list(lead, call, draft_id):
    number, first = the_piece(call, draft_id, "各单位要加强")["number"], row_of(call, draft_id, "创业园")
    lead.open(f"/checklists/{draft_id}/source?number={number}&at={number}")

    lead.send(taking(lead, number), way="text", where=f"{first['row_id']}:{first['version']}")

    assert row_of(call, draft_id, "创业园")["body"].endswith("每季度报送进展。")


def test_what_somebody_changed_meanwhile_is_said_on_the_page(lead, call, draft_id):
    number = the_piece(call, draft_id, "各单位要加强")["number"]
    lead.open(f"/checklists/{draft_id}/source")
    form = taking(lead, number)
    save_row(call, row_of(call, draft_id, "培训"), body="改过")

    lead.send(form, way="text")

    assert lead.status == 409
    assert f'<a href="#p{number}">这一行刚被别人改过' in html_of(lead)
    lead.send(taking(lead, number), way="text")
    assert lead.status == 200
    assert row_of(call, draft_id, "培训")["body"].startswith("改过\n")


def test_an_undo_that_came_too_late_is_said_in_a_sentence(lead, call, draft_id):
    number = the_piece(call, draft_id, "各单位要加强")["number"]
    lead.open(f"/checklists/{draft_id}/source")
    lead.send(taking(lead, number), way="measure")
    save_row(call, row_of(call, draft_id, "各单位要加强"), title="加强领导")

    lead.send(form_to(lead, "/source/undo"))

    assert lead.status == 422
    assert "不能撤销：有关的行后来又改过" in html_of(lead)


def test_a_measure_is_split_on_a_page_of_its_own_and_undone(lead, call, draft_id):
    row = row_of(call, draft_id, "招聘会")
    lead.open(f"/rows/{row['row_id']}")
    assert f"/rows/{row['row_id']}/split" in html_of(lead)
    lead.open(f"/rows/{row['row_id']}/split")

    lead.send(own_form(lead), at=f"sentence:{row['body'].index('开展直播')}")

    assert "已拆成两条，后一条是 1.3 开展直播带岗" in html_of(lead)
    lead.send(form_to(lead, "/source/undo"))
    assert [one["title"] for one in fetched(call, draft_id)["rows"] if one["level"] == 2] == [
        "创业园",
        "招聘会",
        "培训",
    ]
    assert lead.path.startswith(f"/checklists/{draft_id}")


def test_nothing_chosen_is_said_at_the_choice(lead, call, draft_id):
    row = row_of(call, draft_id, "招聘会")
    lead.open(f"/rows/{row['row_id']}/split")

    lead.send(own_form(lead), at="")

    assert lead.status == 422
    assert '<a href="#at">请选择从哪一句或哪个任务起拆分' in html_of(lead)


def test_a_measure_is_merged_on_its_own_page(lead, call, draft_id):
    row = row_of(call, draft_id, "招聘会")
    lead.open(f"/rows/{row['row_id']}")
    assert "并入 1.1 创业园" in html_of(lead)

    lead.send(form_to(lead, "/merge"))

    assert "已并入 1.1 创业园" in html_of(lead)
    assert form_to(lead, "/source/undo")
    lead.open(f"/rows/{row_of(call, draft_id, '创业园')['row_id']}")
    assert "/merge" not in html_of(lead)


def test_a_draft_of_the_release_before_says_that_its_source_was_not_kept(lead, call, tasks_db, draft_id):
    with tasks_db.transaction() as cur:
        cur.execute("DELETE FROM notice_piece")
        cur.execute("DELETE FROM notice_figure")
    lead.open(f"/checklists/{draft_id}")
    assert "对照通知原文" not in html_of(lead)
    assert f'/checklists/{draft_id}/source">通知原文' in html_of(lead)

    lead.open(f"/checklists/{draft_id}/source")

    assert "没有保存通知原文" in html_of(lead)


def test_a_row_that_no_notice_had_says_so(lead, call, draft_id):
    area = row_of(call, draft_id, "扩大就业", level=1)
    row = call("add_row", {"checklist_id": draft_id, "parent_id": area["row_id"], "title": "手工加的举措"}, as_="lead")

    lead.open(f"/checklists/{draft_id}/source?row={row['row_id']}")

    assert "这一行不是从原文来的" in html_of(lead)


def test_a_typed_draft_shows_none_of_it(lead, call):
    checklist_id = a_draft(call)["checklist_id"]

    lead.open(f"/checklists/{checklist_id}")

    assert "原文" not in html_of(lead)


def test_figures_are_chosen_or_declined_several_at_once(lead, call, draft_id):
    lead.open(f"/checklists/{draft_id}")
    assert "有 2 个可以作为目标" in html_of(lead)
    lead.open(f"/checklists/{draft_id}/figures")
    form = own_form(lead)
    first, second = (value for name, value in form.boxes if name == "figure_id")

    lead.send(form, figure_id=first, then="take", **{f"value-{first}": "5", f"to_year-{first}": "2027"})

    assert "1 个数已作为目标" in html_of(lead)
    assert [(t["value"], t["to_year"]) for t in fetched(call, draft_id)["plan"]["targets"]][-1] == ("5", 2027)
    lead.send(own_form(lead), figure_id=second, then="decline")
    assert "1 个数不作为目标" in html_of(lead)
    assert fetched(call, draft_id)["source"]["offered"] == 0


def test_all_figures_are_taken_by_one_button_and_the_draft_no_longer_asks_for_any(lead, call, draft_id):
    lead.open(f"/checklists/{draft_id}/figures")
    form = own_form(lead)
    ids = [value for name, value in form.boxes if name == "figure_id"]
    before = len(fetched(call, draft_id)["plan"]["targets"])

    lead.send(form, then="take_all", **{f"name-{ids[1]}": "另起的名称"})

    assert "2 个数已作为目标" in html_of(lead)
    targets = fetched(call, draft_id)["plan"]["targets"]
    assert len(targets) == before + 2
    assert targets[-1]["name"] == "另起的名称"
    lead.open(f"/checklists/{draft_id}")
    assert "个可以作为目标" not in html_of(lead)
    assert f'href="/checklists/{draft_id}/figures"' in html_of(lead)


@pytest.mark.parametrize(
    ("typed", "said"),
    [({}, "请先勾选"), ({"to_year": "明年"}, "四位数字"), ({"value": "很多"}, "数值"), ({"name": ""}, "目标名称")],
)
def test_a_figure_that_cannot_be_taken_says_why_and_stays_typed(lead, draft_id, typed, said):
    lead.open(f"/checklists/{draft_id}/figures")
    form = own_form(lead)
    first = next(value for name, value in form.boxes if name == "figure_id")
    fields = {f"{name}-{first}": value for name, value in typed.items()}

    lead.send(form, then="take", **({"figure_id": first} if typed else {}), **fields)

    assert lead.status == 422
    assert said in html_of(lead)
    for value in typed.values():
        assert f'value="{value}"' in html_of(lead)


def test_only_the_lead_bureau_sees_these_pages(visit, draft_id):
    leader = visit("leader")

    leader.open(f"/checklists/{draft_id}/source")

    assert leader.status == 403
