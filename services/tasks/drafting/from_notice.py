"""Use case: a notice becomes a plan with targets and a draft with rows, and its open questions are stored with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from services.tasks.audit import store as audit
from services.tasks.directory import queries as directory_queries
from services.tasks.directory import store as directory_store
from services.tasks.directory.group_news import announce_groups
from services.tasks.directory.queries import GroupHead, Unit
from services.tasks.drafting import notice_pieces, notice_rows, questions, store
from services.tasks.drafting.checklist import MOST_ROWS
from services.tasks.drafting.notice_rows import Timing
from services.tasks.drafting.rows import TOO_MANY_ROWS
from services.tasks.drafting.store import NewRow
from services.tasks.files import files
from services.tasks.notices.directory import Directory, KnownGroup, KnownUnit
from services.tasks.notices.draft import Draft, Measure, Question, QuestionKind
from services.tasks.notices.everyone import kind_of_everyone, kind_of_group
from services.tasks.vocabulary import LONGEST_NAME
from shared.calling.calls import Context
from shared.database import BUSY, Cursor
from shared.errors import Invalid, TryAgain
from shared.typed_text import comparable, tidy


def import_notice(
    cur: Cursor, context: Context, draft: Draft, params: dict[str, Any], *, this_year: int
) -> dict[str, Any]:
    """Store everything that the notice in the caller's file proposes; the answer counts what was found."""
    name = files.name_of(cur, context, params["file_id"])
    year = params["year"] or draft.year or this_year
    checklist_id, counts = store_draft(cur, draft, year=year, title=params["title"] or "")
    audit.record(
        cur, context, "notice.imported", subject=name, detail={"checklist_id": checklist_id, "year": year, **counts}
    )
    is_of_notice = not params["year"] and draft.year is not None
    plan_years = list(draft.plan_years or ())
    return {
        "checklist_id": checklist_id,
        **counts,
        "year": year,
        "year_is_of_notice": is_of_notice,
        "plan_years": plan_years,
    }


def known_directory(cur: Cursor) -> Directory:
    """The active units and the groups, as the notice's names are matched with them."""
    units = [unit for unit in directory_queries.units(cur) if unit.is_active]
    # Reading asks of a group whether it is filled, not by whom.
    counties = counties_of(units)
    return Directory(
        units=tuple(
            KnownUnit(unit.code, unit.name, tuple(unit.aliases), unit.kind, counties.get(unit.id, "")) for unit in units
        ),
        groups=tuple(
            KnownGroup(group.name, tuple(group.aliases), (), is_filled=group.members > 0)
            for group in directory_queries.group_heads(cur)
        ),
    )


def counties_of(units: Sequence[Unit]) -> dict[int, str]:
    """The name of the nearest county above each unit that lies in one."""
    by_id = {unit.id: unit for unit in units}
    found: dict[int, str] = {}
    for unit in units:
        way: list[int] = []
        above = by_id.get(unit.parent_id or 0)
        while above is not None and above.kind != "county" and above.id not in way:
            way.append(above.id)
            above = by_id.get(above.parent_id or 0)
        if above is not None and above.kind == "county":
            found[unit.id] = above.name
    return found


def store_draft(cur: Cursor, draft: Draft, *, year: int, title: str) -> tuple[int, dict[str, int]]:
    """Store plan, targets, rows and questions; return the checklist's id and the counts of what was found."""
    measures = [measure for area in draft.areas for measure in area.measures]
    tasks = [notice_rows.tasks_of(measure) for measure in measures]
    if len(draft.areas) + len(measures) + 2 * sum(map(len, tasks)) > MOST_ROWS:
        raise Invalid(TOO_MANY_ROWS)
    from_year, to_year = notice_rows.plan_years(draft, year)
    plan_id = store.insert_plan(cur, title=notice_rows.plan_title(draft), from_year=from_year, to_year=to_year)
    targets = dict(notice_rows.all_targets(draft))
    rows = [notice_rows.target_row(target, to_year, is_part="." in path) for path, target in targets.items()]
    target_ids = dict(zip(targets, store.insert_targets(cur, plan_id, rows), strict=True))
    checklist_id = store.insert_checklist(
        cur,
        title=title or notice_rows.checklist_title(draft, year),
        year=year,
        level_names=None,
        plan_id=plan_id,
        document_number=draft.number,
    )
    area_ids, measure_ids = _store_upper_rows(cur, checklist_id, draft)
    group_ids = _groups(cur, measures)
    _store_units(cur, measures, measure_ids, group_ids)
    timings = [notice_rows.timing_of(measure.due, year) for measure in measures]
    _store_items(cur, checklist_id, measure_ids, tasks, timings)
    row_ids = dict(zip(_measure_paths(draft), measure_ids, strict=True))
    _store_source(
        cur, checklist_id, draft, row_ids={**_area_ids(area_ids), **row_ids}, target_ids=target_ids, to_year=to_year
    )
    asked = [
        *_questions(
            cur,
            draft.questions,
            row_ids=row_ids,
            target_ids=target_ids,
            group_ids=group_ids,
        ),
        *_doubts(measures, measure_ids, timings),
    ]
    store.insert_questions(cur, checklist_id, asked)
    return checklist_id, {
        "areas": len(draft.areas),
        "measures": len(measures),
        "tasks": sum(map(len, tasks)),
        "targets": len(draft.targets),
        "questions": len(asked),
    }


def fill_measure(
    cur: Cursor,
    checklist_id: int,
    row_ids: Sequence[int],
    read: tuple[Measure, Sequence[Question]],
    *,
    year: int,
) -> None:
    """Give a measure that was made of one paragraph its units, its items their due date, and ask what is doubtful.

    `row_ids` are those of the measure and of its items.
    Sets of units that the directory lacks are left to the person: a group would stay when the measure is undone.
    """
    (measure, questions), (measure_id, *item_ids) = read, row_ids
    known = _KnownGroups(directory_queries.group_heads(cur))
    groups = {name: group_id for name in measure.groups if (group_id := known.id_of(name)) is not None}
    timing = notice_rows.timing_of(measure.due, year)
    _store_units(cur, [replace(measure, groups=tuple(groups))], [measure_id], groups)
    if timing.is_set:
        store.set_due(cur, item_ids, timing.as_dict())
    asked = [one for one in questions if one.kind is not QuestionKind.UNFILLED_GROUP]
    found = _questions(cur, asked, row_ids={"": measure_id}, target_ids={}, group_ids={})
    store.insert_questions(cur, checklist_id, [*found, *_doubts([measure], [measure_id], [timing])])


def _store_source(
    cur: Cursor,
    checklist_id: int,
    draft: Draft,
    *,
    row_ids: dict[str, int],
    target_ids: dict[str, int],
    to_year: int,
) -> None:
    store.insert_pieces(cur, checklist_id, notice_pieces.pieces_to_keep(draft, row_ids, target_ids))
    codes = {code for area in draft.areas for measure in area.measures for code in measure.units}
    names = {unit.code: unit.name for unit in directory_queries.units_with_codes(cur, codes)}
    store.insert_figures(cur, checklist_id, notice_pieces.figures_to_offer(draft, row_ids, to_year, names))


def _area_ids(area_ids: Sequence[int]) -> dict[str, int]:
    return {f"areas[{n}]": area_id for n, area_id in enumerate(area_ids)}


def _store_upper_rows(cur: Cursor, checklist_id: int, draft: Draft) -> tuple[list[int], list[int]]:
    """Store areas and measures; return the ids of the areas, and those of the measures in reading order."""
    areas = [
        NewRow(None, 1, n, *notice_rows.titled(area.title, area.text)) for n, area in enumerate(draft.areas, start=1)
    ]
    area_ids = store.insert_rows(cur, checklist_id, areas)
    measures: list[NewRow] = []
    for area_id, area in zip(area_ids, draft.areas, strict=True):
        for n, measure in enumerate(area.measures, start=1):
            measures.append(NewRow(area_id, 2, n, *notice_rows.titled(measure.title, measure.text)))
    return area_ids, store.insert_rows(cur, checklist_id, measures)


def _store_items(
    cur: Cursor,
    checklist_id: int,
    measure_ids: Sequence[int],
    tasks: Sequence[Sequence[str]],
    timings: Sequence[Timing],
) -> None:
    """Store each proposed task with one item of the same title, so that it can be issued."""
    rows = [
        NewRow(measure_id, 3, n, *notice_rows.fitted(task))
        for measure_id, of_measure in zip(measure_ids, tasks, strict=True)
        for n, task in enumerate(of_measure, start=1)
    ]
    task_ids = store.insert_rows(cur, checklist_id, rows)
    items = [NewRow(task_id, 4, 1, row.title, row.body) for task_id, row in zip(task_ids, rows, strict=True)]
    item_ids = iter(store.insert_rows(cur, checklist_id, items))
    for of_measure, timing in zip(tasks, timings, strict=True):
        ids = [next(item_ids) for _ in of_measure]
        if timing.is_set:
            store.set_due(cur, ids, timing.as_dict())


class _KnownGroups:
    """The groups of the directory by their names, and by the kind of unit of which they mean all there are."""

    def __init__(self, heads: Sequence[GroupHead]) -> None:
        self._by_name = {comparable(name): head.id for head in heads for name in (*head.aliases, head.name)}
        # Of several that mean all units of a kind the one that somebody has filled.
        by_members = sorted(heads, key=lambda head: head.members > 0)
        self._everyone = {kind: head.id for head in by_members if (kind := kind_of_group((head.name, *head.aliases)))}

    def id_of(self, name: str) -> int | None:
        return self._by_name.get(comparable(name)) or self._everyone.get(kind_of_everyone(name))

    def add(self, name: str, group_id: int) -> None:
        self._by_name[comparable(name)] = group_id
        if kind := kind_of_everyone(name):
            self._everyone.setdefault(kind, group_id)


def _groups(cur: Cursor, measures: Sequence[Measure]) -> dict[str, int]:
    """The ids of the groups that are named; a set that only the notice knows becomes a group to be filled.

    One that is called alike is the same: two such groups could not be told apart, and neither could be saved. So is one
    that means all units of the same kind (各乡镇, 各镇（街道）).
    """
    directory_store.lock_names(cur)
    known = _KnownGroups(directory_queries.group_heads(cur))
    ids: dict[str, int] = {}
    new: list[int] = []
    for name in dict.fromkeys(name for measure in measures for name in measure.groups):
        fitting = tidy(name[:LONGEST_NAME])
        group_id = known.id_of(fitting)
        if group_id is None:
            group_id = directory_store.insert_group(cur, fitting, [])
            known.add(fitting, group_id)
            new.append(group_id)
        ids[name] = group_id
    announce_groups(cur, new)
    return ids


def _store_units(
    cur: Cursor, measures: Sequence[Measure], measure_ids: Sequence[int], group_ids: dict[str, int]
) -> None:
    codes = {code for measure in measures for code in measure.units}
    unit_ids = {unit.code: unit.id for unit in directory_queries.units_with_codes(cur, codes)}
    if unit_ids.keys() != codes:
        # A unit got another code while the notice was read.
        raise TryAgain(BUSY)
    store.set_units(
        cur,
        {
            measure_id: [
                *(("lead", unit_ids[code], None) for code in measure.units if code == measure.lead),
                *(("support", unit_ids[code], None) for code in measure.units if code != measure.lead),
                *(("support", None, group) for group in dict.fromkeys(group_ids[name] for name in measure.groups)),
            ]
            for measure_id, measure in zip(measure_ids, measures, strict=True)
        },
    )


def _measure_paths(draft: Draft) -> list[str]:
    return [f"areas[{n}].measures[{m}]" for n, area in enumerate(draft.areas) for m in range(len(area.measures))]


def _questions(
    cur: Cursor,
    asked: Sequence[Question],
    *,
    row_ids: dict[str, int],
    target_ids: dict[str, int],
    group_ids: dict[str, int],
) -> list[dict[str, Any]]:
    unit_ids = directory_queries.unit_ids_by_name(cur, {name for question in asked for name in question.suggested})
    return [
        {
            "row_id": row_ids.get(question.where),
            "target_id": target_ids.get(question.where),
            "group_id": group_ids.get(question.quote) if question.kind is QuestionKind.UNFILLED_GROUP else None,
            "kind": questions.kind_of(question.kind),
            "quote": question.quote,
            "role": question.role,
            "zh": question.text.zh,
            "en": question.text.en,
            "suggested": [unit_ids[name] for name in question.suggested if name in unit_ids],
        }
        for question in asked
    ]


def _doubts(measures: Sequence[Measure], measure_ids: Sequence[int], timings: Sequence[Timing]) -> list[dict[str, Any]]:
    """Ask about due dates that the notice states but this year's checklist cannot hold."""
    return [
        {
            "row_id": measure_id,
            "target_id": None,
            "group_id": None,
            "kind": "unclear_due",
            "quote": measure.due.text if measure.due else "",
            "zh": timing.doubt.zh,
            "en": timing.doubt.en,
            "suggested": [],
        }
        for measure, measure_id, timing in zip(measures, measure_ids, timings, strict=True)
        if timing.doubt
    ]
