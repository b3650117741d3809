"""Use case: the lead bureau says what the new names of a draft are: known units, new ones, groups, or nobody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.tasks.audit import store as audit
from services.tasks.directory import queries as directory_queries
from services.tasks.directory import store as directory_store
from services.tasks.directory import units
from services.tasks.directory.group_news import announce_groups
from services.tasks.directory.naming import complain_of_names, distinct
from services.tasks.directory.queries import Unit
from services.tasks.drafting import groups, queries, store
from services.tasks.drafting.answers import load_tree
from services.tasks.drafting.checklist import RowUnit
from services.tasks.drafting.records import Header, Question
from services.tasks.drafting.row_units import Added, add_units
from services.tasks.drafting.rows import lock_draft, own_units
from services.tasks.drafting.tree import Tree
from services.tasks.new_names.proposing import Codes
from services.tasks.new_names.sightings import on_names
from services.tasks.notices import questions as ask
from services.tasks.vocabulary import FEW_UNITS, LONGEST_NAME, LONGEST_UNIT_CODE, NAME, UNIT_CODE
from shared.calling import complaints
from shared.calling.calls import Context
from shared.database import Cursor
from shared.differences import changes
from shared.errors import Invalid
from shared.text import Text
from shared.typed_text import comparable

NOT_SAVED = Text(
    "有的名称不能这样保存，还没有保存任何一个。请按名称旁边的说明修改。",
    "Some names cannot be saved like this, and nothing was saved. Please see what is said beside them.",
)
NO_UNIT_NAMED = Text("请选择是哪个单位，或写出它的名称。", "Please choose which unit it is, or write its name.")
SAID_TWICE = Text(
    "这个名称出现了两次，还没有保存。请只保留一处，再保存。",
    "This name was sent twice, and nothing was saved. Please keep one of them and save again.",
)
NO_NAME = Text("请填写单位的名称。", "Please give the unit's name.")
SWITCHED_OFF = Text("这个单位已停用，请另选。", "This unit is switched off. Please choose another.")
# What `save_unit` complains of, by the field of a name that it comes from.
FIELDS = {"name": "name", "aliases": "name", "code": "code", "parent_id": "above"}


class _Refused(Exception):
    """One name cannot be saved: by field, why not."""

    def __init__(self, **fields: Text) -> None:
        super().__init__()
        self.fields = fields


@dataclass(slots=True)
class _Settling:
    """What is being settled: the questions by name, and what becomes of the rows."""

    context: Context
    header: Header
    tree: Tree
    groups_by_kind: Mapping[str, Sequence[int]]
    codes: Codes | None = None
    added: dict[int, list[Added]] = field(default_factory=lambda: defaultdict(list))
    asked_anew: list[dict[str, Any]] = field(default_factory=list)
    answered: list[int] = field(default_factory=list)
    units: int = 0


def settle_names(cur: Cursor, context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Settle all the names or none; names that are not asked about any more are passed over."""
    directory_store.lock_names(cur)
    groups_by_kind = _groups_to_join(cur, params)
    header = lock_draft(cur, params["checklist_id"])
    open_ones = on_names(queries.questions(cur, header.id))
    tree = load_tree(cur, header.id)
    _lock_rest(cur, tree, open_ones)
    work = _Settling(context, header, tree, groups_by_kind)
    wrong = [{"name": name, "field": "name", "text": SAID_TWICE.as_dict()} for name in _said_twice(params["names"])]
    for one in params["names"] if not wrong else ():
        asked = _asked_about(open_ones, one["names"])
        try:
            if asked:
                _settle(cur, work, one, asked)
        except _Refused as refused:
            wrong += [{"name": one["names"][0], "field": at, "text": t.as_dict()} for at, t in refused.fields.items()]
    if wrong:
        raise Invalid(NOT_SAVED, {"names": wrong})
    add_units(cur, tree, work.added)
    store.insert_questions(cur, header.id, work.asked_anew)
    left = {comparable(question.quote) for question in open_ones if question.id not in work.answered}
    return {
        "answered": sorted(work.answered),
        "added": work.units,
        "left": len(left),
        "open": queries.count_open_questions(cur, header.id),
    }


def _said_twice(names: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The first forms of the entries that have a form which an entry before has, too."""
    seen: set[str] = set()
    for one in names:
        forms = {comparable(name) for name in one["names"]}
        if forms & seen:
            yield one["names"][0]
        seen |= forms


def _groups_to_join(cur: Cursor, params: dict[str, Any]) -> dict[str, list[int]]:
    """By kind of the units to be added the groups that have all units of it, locked with every draft they concern."""
    kinds = {one["kind"] for one in params["names"] if one["choice"] == "add"}
    found: dict[str, list[int]] = defaultdict(list)
    for group in directory_queries.groups_to_join(cur, most=FEW_UNITS):
        if group.kind is not None and group.kind in kinds:
            found[group.kind].append(group.group_id)
    if found:
        ids = sorted(group_id for group_ids in found.values() for group_id in group_ids)
        groups.lock_with_drafts(cur, ids, checklist_id=params["checklist_id"])
    return found


def _lock_rest(cur: Cursor, tree: Tree, asked: Sequence[Question]) -> None:
    """Take the locks of groups before that of units, as everybody does; the rows that name them are written later."""
    rows = {question.row_id for question in asked if question.row_id is not None}
    named = {unit.group_id for row_id in rows for unit in own_units(tree, row_id) if unit.group_id is not None}
    directory_store.keep_named(cur, group_ids=named, unit_ids=())
    directory_store.lock_units(cur)


def _asked_about(questions: Iterable[Question], names: Sequence[str]) -> list[Question]:
    meant = {comparable(name) for name in names}
    return [question for question in questions if comparable(question.quote) in meant]


def _settle(cur: Cursor, work: _Settling, one: Mapping[str, Any], asked: Sequence[Question]) -> None:
    meant: RowUnit | None = None
    match one["choice"]:
        case "unit":
            meant = _known_unit(cur, work, one, asked)
        case "add":
            meant = _new_unit(cur, work, one)
        case "group":
            meant = _new_group(cur, work, one, asked)
    _answer(cur, work, asked, meant)


def _known_unit(cur: Cursor, work: _Settling, one: Mapping[str, Any], asked: Sequence[Question]) -> RowUnit:
    unit = _unit_meant(cur, one)
    if not unit.is_active:
        raise _Refused(called=SWITCHED_OFF)
    if one["is_remembered"]:
        try:
            units.remember_names(cur, work.context, unit, [question.quote for question in asked])
        except Invalid as error:
            raise _Refused(is_remembered=error.text) from error
    return RowUnit("support", unit.id, None, unit.name)


def _unit_meant(cur: Cursor, one: Mapping[str, Any]) -> Unit:
    if one["unit_id"] is not None:
        unit = directory_queries.unit(cur, one["unit_id"])
        if unit is None:
            raise _Refused(called=units.NO_UNIT)
        return unit
    if not one["called"]:
        raise _Refused(called=NO_UNIT_NAMED)
    return _unit_called(cur, one["called"], "called")


def _unit_called(cur: Cursor, name: str, at: str) -> Unit:
    """The active unit of this code, name or other name."""
    found = [unit for unit in directory_queries.units_called(cur, [name]) if unit.is_active]
    if len(found) == 1:
        return found[0]
    if found:
        names = [f"{unit.name}（{unit.code}）" for unit in found]
        several = Text(
            f"“{name}”可能是{'、'.join(names)}：请写代码。",
            f"“{name}” may be any of {', '.join(names)}. Please write its code.",
        )
        raise _Refused(**{at: several})
    raise _Refused(
        **{
            at: Text(
                f"名录中没有“{name}”。请写单位在名录中的名称、别名或代码。",
                f"“{name}” is not in the directory. Please write a name, other name or code that is.",
            )
        }
    )


def _new_unit(cur: Cursor, work: _Settling, one: Mapping[str, Any]) -> RowUnit:
    name = one["name"]
    wrong = {"name": complaints.of_text(name, NAME, LONGEST_NAME) if name else NO_NAME}
    if one["code"]:
        wrong["code"] = _complaint_of_code(one["code"])
    if any(wrong.values()):
        raise _Refused(**{at: text for at, text in wrong.items() if text})
    above = _unit_called(cur, one["above"], "above") if one["above"] else None
    unit = {
        "unit_id": None,
        "code": one["code"] or _free_code(cur, work, one["kind"], above),
        "name": name,
        "kind": one["kind"],
        "parent_id": above.id if above else None,
        "aliases": [form for form in distinct(one["names"], but=name) if len(form) <= LONGEST_NAME],
        "is_active": True,
        "version": None,
    }
    saved = _save_unit(cur, work, unit)
    work.units += 1
    if joining := work.groups_by_kind.get(one["kind"]):
        # A group of all townships without the new one would leave it out of what is issued to all.
        groups.join(cur, work.context, saved["unit_id"], group_ids=joining)
    return RowUnit("support", saved["unit_id"], None, saved["name"])


def _complaint_of_code(code: str) -> Text | None:
    return complaints.of_text(code, UNIT_CODE, LONGEST_UNIT_CODE) or complaints.of_code(code, UNIT_CODE)


def _free_code(cur: Cursor, work: _Settling, kind: str, above: Unit | None) -> str:
    if work.codes is None:
        work.codes = Codes((unit.code, unit.kind) for unit in directory_queries.units(cur))
    return work.codes.next(kind, below=above.code if above else "")


def _save_unit(cur: Cursor, work: _Settling, unit: dict[str, Any]) -> dict[str, Any]:
    try:
        return units.save_unit(cur, work.context, unit)
    except Invalid as error:
        fields = error.details.get("fields", {})
        told = {FIELDS.get(name, "name"): Text(text["zh"], text["en"]) for name, text in fields.items()}
        raise _Refused(**told or {"name": error.text}) from error


def _new_group(cur: Cursor, work: _Settling, one: Mapping[str, Any], asked: Sequence[Question]) -> RowUnit:
    """A group of this name, which asks for its members."""
    name = one["name"] or one["names"][0]
    aliases = distinct(one["names"], but=name)
    too_long = complaints.of_text(name, NAME, LONGEST_NAME)
    if too_long:
        raise _Refused(name=too_long)
    others = directory_queries.namesakes(cur, [name, *aliases], but_unit=None, but_group=None)
    wrong = complain_of_names(name, aliases, others)
    if wrong:
        raise _Refused(name=next(iter(wrong.values())))
    group_id = directory_store.insert_group(cur, name, aliases)
    announce_groups(cur, [group_id], correlation_id=work.context.correlation_id)
    made = changes(None, {"name": name, "aliases": aliases, "members": 0}, ("name", "aliases", "members"))
    audit.record(cur, work.context, "group.saved", subject=name, detail={"group_id": group_id}, changes=made)
    text = ask.unfilled_group("", name).text
    for row_id in dict.fromkeys(question.row_id for question in asked):
        work.asked_anew.append(
            {
                "row_id": row_id,
                "target_id": None,
                "group_id": group_id,
                "kind": "group",
                "quote": name,
                "zh": text.zh,
                "en": text.en,
                "suggested": [],
            }
        )
    return RowUnit("support", None, group_id, name)


def _answer(cur: Cursor, work: _Settling, asked: Sequence[Question], meant: RowUnit | None) -> None:
    by_role: dict[str, list[int]] = defaultdict(list)
    for question in asked:
        by_role[question.role or "responsible"].append(question.id)
        if meant is not None and question.row_id is not None:
            work.added[question.row_id].append(Added([meant], question.role or "responsible"))
    for role, ids in by_role.items():
        kept: dict[str, Any] = {"kind": "keep"}
        if meant is not None:
            part = "lead" if role == "lead" and meant.unit_id else "support"
            kept = {"kind": "units", "units": [{"role": part, "unit_id": meant.unit_id, "group_id": meant.group_id}]}
        store.answer_questions(cur, ids, kept, who=work.context.signed_in.signature)
        work.answered += ids
    given: dict[str, Any] = {"questions": list(dict.fromkeys(question.quote for question in asked))}
    given |= {"units": [meant.name]} if meant else {"as_it_stands": True}
    audit.record(
        cur,
        work.context,
        "questions.answered",
        subject=work.header.title,
        detail={"checklist_id": work.header.id, "question_ids": [question.id for question in asked]},
        changes=changes(None, given, given),
    )
