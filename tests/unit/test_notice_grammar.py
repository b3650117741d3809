"""Notices made from a grammar of the usual forms are read back exactly: structure, units, roles, tasks, due dates."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from services.running.example_directory import load_example_directory
from services.tasks.notices.draft import DueKind, QuestionKind
from services.tasks.notices.files import read_file
from services.tasks.notices.numbering import format_chinese_number
from services.tasks.notices.reading import read_notice
from tests.support.notice_forms import measures_of, said_of

DIRECTORY = load_example_directory(Path(__file__).parents[2] / "data")
UNITS = [unit.name for unit in DIRECTORY.units if unit.kind in ("department", "lead", "township")]
YEAR = 2027

AREAS = ["稳住岗位", "提升技能", "扶持创业", "做好服务", "保障权益", "2027年招聘安排", "3个园区的用工"]
TITLES = [
    *("走访用工企业", "公布岗位清单", "举办夜间招聘会", "开设托管班", "建立困难人员台账", "核对缺工信息"),
    *("选派指导专员", "发放培训补贴", "调解欠薪纠纷", "评选劳务品牌", "接送外出务工人员", "改造零工市场"),
]
SENTENCES = ["材料能少则少。", "名单在村里公示。", "结果报县政府。", "先试点后铺开。"]
TASKS = ["核对名册", "逐户联系", "分批安排", "张榜公布", "登门回访"]
# How a due date is written, and what is understood.
DUES: list[tuple[str, object]] = [
    ("2027年6月底前", dt.date(2027, 6, 30)),
    ("2027年九月底", dt.date(2027, 9, 30)),
    ("9月20日前", dt.date(2027, 9, 20)),
    ("年底前", dt.date(2027, 12, 31)),
    ("上半年", dt.date(2027, 6, 30)),
    ("第三季度末", dt.date(2027, 9, 30)),
    ("二〇二七年十一月五日", dt.date(2027, 11, 5)),
    ("2027-05-08", dt.date(2027, 5, 8)),
    ("每月25日前", (DueKind.MONTHLY, None, 25)),
    ("每季度末", (DueKind.QUARTERLY, 3, None)),
    ("长期", (DueKind.CONTINUOUS, None, None)),
    ("春节前", None),
    ("2027年汛期前", None),
    ("印发之日起10个工作日内", None),
]


@dataclass(frozen=True)
class Wanted:
    """A measure as it is put into the text."""

    title: str
    more: str
    tasks: tuple[str, ...]
    lead: str | None
    responsible: tuple[str, ...]
    support: tuple[str, ...]
    tail: str
    own_line: bool
    due: tuple[str, object] | None


@st.composite
def measures(draw: st.DrawFn, title: str) -> Wanted:
    names = draw(st.lists(st.sampled_from(UNITS), min_size=1, max_size=5, unique=True))
    form = draw(st.sampled_from(["label", "roles", "verbs", "closing", "together", "blanks"]))
    due = draw(st.none() | st.sampled_from(DUES))
    if len(names) == 1:
        form = draw(st.sampled_from(["label", "alone"]))
    lead, others = names[0], tuple(names[1:])
    tail = {
        "label": f"责任单位：{'、'.join(names)}",
        "blanks": f"责任单位：{'　'.join(names)}",
        "roles": f"牵头单位：{lead}；配合单位：{'、'.join(others)}",
        "verbs": f"{lead}牵头，{'、'.join(others)}配合",
        "closing": f"由{lead}牵头，{'、'.join(others)}配合",
        "together": f"{lead}会同{'、'.join(others)}落实",
        "alone": f"{lead}负责",
    }[form]
    labelled = form in ("label", "blanks", "roles")
    if due and labelled:
        tail += f"；完成时限：{due[0]}"
    place = draw(st.sampled_from(["（）", "【】", "［］"] + (["next", "same"] if labelled else ["same"])))
    if form == "closing":
        place = "same"
    own_line = place == "next"
    written = f"{place[0]}{tail}{place[1]}" if place in ("（）", "【】", "［］") else tail
    if place == "same" and form != "closing":
        written = tail
    knows_lead = form in ("roles", "verbs", "closing", "together", "alone") or len(names) == 1
    return Wanted(
        title,
        draw(st.just("") | st.sampled_from(SENTENCES)),
        tuple(draw(st.lists(st.sampled_from(TASKS), min_size=0, max_size=3, unique=True))),
        lead if knows_lead else None,
        () if knows_lead else tuple(names),
        others if knows_lead else (),
        written,
        own_line,
        due if labelled else None,
    )


@st.composite
def notices(draw: st.DrawFn) -> tuple[str, list[tuple[str, list[Wanted]]]]:
    numbers = draw(st.sampled_from(["一、1.", "一、（一）", "第一部分 一、", "一、1．", "（一）1、", " 1."]))
    titles = draw(st.permutations(TITLES))
    areas = draw(st.lists(st.sampled_from(AREAS), min_size=1, max_size=3, unique=True))
    sizes = [draw(st.integers(2, 4)) for _ in areas]
    lines, wanted, used = ["歙县2027年就业工作方案"], [], 0
    flat = numbers == " 1."
    for n, (area, size) in enumerate(zip(areas[:1] if flat else areas, sizes, strict=False), start=1):
        if not flat:
            lines.append(upper(numbers, n) + area)
        mine = [draw(measures(titles[used + m])) for m in range(size)]
        used += size
        for m, measure in enumerate(mine, start=1):
            lines += written(lower(numbers, m), measure)
        wanted.append(("" if flat else area, mine))
    return "\n".join(lines) + "\n", wanted


def upper(numbers: str, n: int) -> str:
    sign = format_chinese_number(n)
    return {"一、": f"{sign}、", "第一": f"第{sign}部分 ", "（一": f"（{sign}）"}[numbers[:2]]


def lower(numbers: str, n: int) -> str:
    sign = format_chinese_number(n)
    if numbers.endswith("（一）"):
        return f"（{sign}）"
    return f"{sign}、" if numbers.endswith("一、") else f"{n}{numbers[-1]}"


def written(number: str, measure: Wanted) -> list[str]:
    tasks = (
        "；".join(f"{'一二三'[n]}是{task}" for n, task in enumerate(measure.tasks)) if len(measure.tasks) > 1 else ""
    )
    body = f"{number}{measure.title}。{measure.more}{tasks + '。' if tasks else ''}"
    if measure.own_line:
        return [body, measure.tail]
    return [f"{body}{measure.tail}{'' if measure.tail[-1] in '）】］' else '。'}"]


@given(notices())
def test_a_notice_is_read_back_as_it_was_made(made):
    text, wanted = made

    draft = read_notice(read_file("notice.txt", text.encode()), DIRECTORY, year=YEAR, today=dt.date(YEAR, 1, 1))

    found = measures_of(draft)
    assert [(area, measure.title) for area, measure, _ in found] == [
        (area or draft.title, measure.title) for area, mine in wanted for measure in mine
    ]
    for (_area, measure, asked), one in zip(found, [one for _, mine in wanted for one in mine], strict=True):
        said = said_of(measure, DIRECTORY)
        assert said["lead"] == ([one.lead] if one.lead else [])
        assert said["units"] == list(one.responsible)
        assert said["support"] == list(one.support)
        if len(one.tasks) > 1:
            assert list(measure.tasks)[-len(one.tasks) :] == list(one.tasks)
        kinds = {question.kind for question in asked}
        if one.due is None:
            assert QuestionKind.NO_DUE in kinds
        elif one.due[1] is None:
            assert kinds & {QuestionKind.UNCLEAR_DUE, QuestionKind.IMPOSSIBLE_DUE}
        elif isinstance(one.due[1], dt.date):
            assert measure.due is not None
            assert measure.due.date == one.due[1]
        else:
            assert measure.due is not None
            assert (measure.due.kind, measure.due.month, measure.due.day) == one.due[1]
    assert not [text for text, _reason in draft.left_out]
