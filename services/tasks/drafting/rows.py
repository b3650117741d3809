"""Use cases of a draft: its header and its rows. Once a checklist is being issued, none of them touches it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from services.tasks.audit import store as audit
from services.tasks.directory import queries as directory_queries
from services.tasks.directory.units import CHANGED
from services.tasks.document_numbers import written
from services.tasks.drafting import checklist as rules
from services.tasks.drafting import queries, store
from services.tasks.drafting.answers import header_as_dict, load_tree
from services.tasks.drafting.checklist import RowUnit
from services.tasks.drafting.records import Header
from services.tasks.drafting.store import NewRow
from services.tasks.drafting.tree import LOGGED, Tree
from services.tasks.due_dates import ITEM, complain_of_due, dates_allowed
from shared.calling.calls import Context
from shared.database import Cursor
from shared.differences import changes
from shared.errors import Conflict, Invalid, NotFound
from shared.text import Text

NO_CHECKLIST = Text("这份清单不存在或已删除。", "This checklist does not exist or has been deleted.")
NO_ROW = Text(
    "这一行不存在或已删除，请刷新页面。", "This row does not exist or has been deleted. Please reload the page."
)
NO_DRAFT = Text(
    "清单已经下发，不能再按草稿修改。", "The checklist has been issued and can no longer be changed as a draft."
)
WRONG_PARENT = Text(
    "所选的上级行不在这份清单里，请刷新页面。", "The row above is not in this checklist. Please reload the page."
)
WRONG_SIBLING = Text(
    "要排在其后的那一行不在同一个上级下面，请刷新页面。",
    "The row to come after does not lie under the same row. Please reload the page.",
)
TOO_DEEP = Text(
    "事项（第四级）下面不再分行：下发时会自动生成各单位的责任。",
    "There are no rows below an item (level 4): each unit's duty is made when the checklist is issued.",
)
WRONG_LEVEL = Text(
    "只能移到高一级的行下面，这样每一行的级别不变。",
    "A row can only move under a row one level above its own, so that levels stay as they are.",
)
TOO_MANY_ROWS = Text(
    f"一份清单最多{rules.MOST_ROWS}行，请分成几份。",
    f"A checklist has at most {rules.MOST_ROWS} rows. Please split it.",
)
HEADER_FIELDS = ("title", "year", "level_names", "sample_percent", "document_number")
# What a row keeps where a save leaves it out.
KEPT = (
    "body",
    "due_on",
    "recurrence",
    "due_day",
    "review_rule",
    "acceptance_rule",
    "evidence_rule",
    "reviewer_unit_id",
)

SAME_LEVEL_NAMES = Text("五个层级的名称不能相同，请修改。", "The names of the five levels must differ.")
SAME_YEAR = Text(
    "调整不能改年度；要在另一年度布置，请新建清单。",
    "An amendment cannot change the year. For another year, please make a new checklist.",
)
SAME_SAMPLE = Text(
    "抽查比例在下发时已经定下，调整不能改。", "The share of spot checks was fixed when the checklist was issued."
)
NO_REVIEWER = Text(
    "所选的核验单位不存在或已停用，请另选。", "The reviewing unit does not exist or is switched off. Choose another."
)
WENT_OUT = Text(
    "这份调整稿已经下发，改动已在清单里。要再改，请在清单页面开始新的调整。",
    "This draft was issued; what it changed is in the checklist. To change more, begin a new amendment there.",
)
NO_SUCH_UNIT = Text(
    "所选的单位或单位组已不存在，请刷新页面。", "A chosen unit or group no longer exists. Please reload."
)


def issued_already(cur: Cursor, draft_id: int) -> NotFound | None:
    """For the number of a draft that went out as an amendment: details.issued_as is the checklist that it is in."""
    checklist_id = queries.issued_from(cur, draft_id)
    return None if checklist_id is None else NotFound(WENT_OUT, {"issued_as": checklist_id})


def checklist_with_id(cur: Cursor, checklist_id: int) -> Header:
    """The header. NotFound when there is none."""
    header = queries.checklist(cur, checklist_id)
    if header is None:
        raise issued_already(cur, checklist_id) or NotFound(NO_CHECKLIST)
    return header


def lock_draft(cur: Cursor, checklist_id: int) -> Header:
    """Return the header, locked for a change which will give it a new version; Invalid when it is no draft."""
    header = queries.checklist_for_change(cur, checklist_id)
    if header is None:
        raise issued_already(cur, checklist_id) or NotFound(NO_CHECKLIST)
    check_draft(header)
    store.count_checklist_up(cur, checklist_id)
    return header


def check_draft(header: Header) -> None:
    if header.state != "draft":
        raise Invalid(NO_DRAFT)


def create_checklist(cur: Cursor, context: Context, params: dict[str, Any]) -> int:
    """Make an empty draft and return its id."""
    level_names = params["level_names"]
    _check_level_names(level_names)
    checklist_id = store.insert_checklist(
        cur,
        title=params["title"],
        year=params["year"],
        level_names=level_names,
        document_number=written(params["document_number"] or ""),
    )
    made = changes(None, params, HEADER_FIELDS)
    detail = {"checklist_id": checklist_id}
    audit.record(cur, context, "checklist.created", subject=params["title"], detail=detail, changes=made)
    return checklist_id


def save_checklist(cur: Cursor, context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Change a draft's header. Conflict when it changed since, or is issued."""
    header = lock_draft(cur, params["checklist_id"])
    _check_version(header, params["version"])
    _check_level_names(params["level_names"])
    _check_year(cur, header, params["year"])
    percent, number = params["sample_percent"] or header.sample_percent, params["document_number"]
    if header.amends_id is not None and percent != header.sample_percent:
        raise Invalid.of_fields({"sample_percent": SAME_SAMPLE})
    store.update_checklist(
        cur,
        header.id,
        title=params["title"],
        year=params["year"],
        level_names=params["level_names"],
        sample_percent=percent,
        document_number=header.document_number if number is None else written(number),
    )
    saved = header_as_dict(checklist_with_id(cur, header.id))
    made_different = changes(header_as_dict(header), saved, HEADER_FIELDS)
    audit.record(cur, context, "checklist.saved", subject=params["title"], detail=saved, changes=made_different)
    return saved


def save_contact(cur: Cursor, context: Context, checklist_id: int, contact: str) -> dict[str, Any]:
    """Change whom the units may ask, of a draft or an issued checklist. NotFound when there is none."""
    header = queries.checklist_for_change(cur, checklist_id)
    if header is None:
        raise issued_already(cur, checklist_id) or NotFound(NO_CHECKLIST)
    store.update_contact(cur, checklist_id, contact)
    saved = header_as_dict(checklist_with_id(cur, checklist_id))
    made_different = changes(header_as_dict(header), saved, ("contact",))
    detail = {"checklist_id": checklist_id}
    audit.record(cur, context, "checklist.contact_saved", subject=saved["title"], detail=detail, changes=made_different)
    return saved


def delete_checklist(cur: Cursor, context: Context, params: dict[str, Any]) -> None:
    """Delete a draft with all that is in it. Conflict when it changed since, or is issued."""
    header = lock_draft(cur, params["checklist_id"])
    _check_version(header, params["version"])
    store.delete_checklist(cur, header.id, header.plan_id)
    audit.record(cur, context, "checklist.deleted", subject=header.title, detail={"checklist_id": header.id})


def add_row(cur: Cursor, context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Add a row below another one, or an area. Invalid below an item, or when the draft is full."""
    header = lock_draft(cur, params["checklist_id"])
    tree = load_tree(cur, header.id)
    parent_id, after = params["parent_id"], params["after_row_id"]
    if parent_id is not None and parent_id not in tree.rows:
        raise Invalid.of_fields({"parent_id": WRONG_PARENT})
    level = 1 if parent_id is None else tree.rows[parent_id].level + 1
    if level > ITEM:
        raise Invalid.of_fields({"parent_id": TOO_DEEP})
    if len(tree.rows) >= rules.MOST_ROWS:
        raise Invalid(TOO_MANY_ROWS)
    siblings = _sibling_ids(tree, parent_id)
    if after is not None and after not in siblings:
        raise Invalid.of_fields({"after_row_id": WRONG_SIBLING})
    (row_id,) = store.insert_rows(cur, header.id, [NewRow(parent_id, level, len(siblings) + 1, params["title"])])
    store.place_rows(cur, rules.inserted(siblings, row_id, after=after))
    return _changed_row(cur, context, "row.added", header.id, row_id)


def save_row(cur: Cursor, context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Change a row with its units. Conflict when it changed since; Invalid for dates or units that do not fit."""
    header, tree = lock_row(cur, params["row_id"], params["version"])
    row = tree.rows[params["row_id"]]
    units = chosen_units(cur, params["units"], kept=own_units(tree, row.id))
    params = {name: getattr(row, name) for name in KEPT} | params
    due = {name: params[name] for name in ("due_on", "recurrence", "due_day")}
    _check_due(row.level, header.year, due)
    _check_reviewer(cur, params["reviewer_unit_id"], kept=row.reviewer_unit_id)
    store.update_row(cur, params)
    store.set_units(cur, {row.id: [(unit.role, unit.unit_id, unit.group_id) for unit in units]})
    return _changed_row(cur, context, "row.saved", header.id, row.id, before=tree)


def move_row(cur: Cursor, context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Move a row up, down, or below another row of the level above. Conflict when it changed since."""
    header, tree = lock_row(cur, params["row_id"], params["version"])
    row = tree.rows[params["row_id"]]
    if params["direction"] is not None:
        siblings = _sibling_ids(tree, row.parent_id)
        store.place_rows(cur, rules.shifted(siblings, row.id, up=params["direction"] == "up"))
    else:
        parent = tree.rows.get(params["new_parent_id"])
        if parent is None:
            raise Invalid.of_fields({"new_parent_id": WRONG_PARENT})
        if parent.level != row.level - 1:
            raise Invalid.of_fields({"new_parent_id": WRONG_LEVEL})
        siblings = [sibling for sibling in _sibling_ids(tree, parent.id) if sibling != row.id]
        store.move_under(cur, row.id, parent.id)
        store.place_rows(cur, [*siblings, row.id])
    store.count_row_up(cur, row.id)
    return _changed_row(cur, context, "row.moved", header.id, row.id, before=tree)


def delete_row(cur: Cursor, context: Context, params: dict[str, Any]) -> None:
    """Delete a row with everything below it and the questions on these rows."""
    header, tree = lock_row(cur, params["row_id"], params["version"])
    row = tree.rows[params["row_id"]]
    below = len(rules.ids_below(row.id, tree.rows.values())) - 1
    store.delete_rows(cur, [row.id])
    detail = {"checklist_id": header.id, "row_id": row.id, "level": row.level, "rows_below": below}
    gone = changes(tree.row_as_logged(row.id), None, LOGGED)
    audit.record(cur, context, "row.deleted", subject=row.title, detail=detail, changes=gone)


def lock_row(cur: Cursor, row_id: int, version: int) -> tuple[Header, Tree]:
    """Return the draft's header and tree, locked for a change of a row based on `version`."""
    row = queries.row(cur, row_id)
    if row is None:
        raise NotFound(NO_ROW)
    header = lock_draft(cur, row.checklist_id)
    tree = load_tree(cur, header.id)
    if row_id not in tree.rows:
        raise NotFound(NO_ROW)
    if tree.rows[row_id].version != version:
        raise Conflict(CHANGED, {"current": tree.row_as_dict(row_id)})
    return header, tree


def own_units(tree: Tree, row_id: int) -> tuple[RowUnit, ...]:
    """The units that the row itself names."""
    units = tree.units[row_id]
    return () if units.is_inherited else units.entries


def chosen_units(cur: Cursor, chosen: list[dict[str, Any]], *, kept: Iterable[RowUnit] = ()) -> list[RowUnit]:
    """Return what a form chose with the names; Invalid when one does not exist, is switched off or stands twice.

    A unit that is switched off may stay where it is `kept`, and be chosen nowhere else.
    """
    kept_ids = {unit.unit_id for unit in kept}
    unit_names = {unit.id: unit for unit in directory_queries.units_with_ids(cur, [c["unit_id"] for c in chosen])}
    group_names = directory_queries.group_names(cur, [c["group_id"] for c in chosen])
    units: list[RowUnit] = []
    for one in chosen:
        unit = unit_names.get(one["unit_id"])
        name = unit.name if unit else group_names.get(one["group_id"])
        if name is None:
            raise Invalid.of_fields({"units": NO_SUCH_UNIT})
        if unit and not unit.is_active and unit.id not in kept_ids:
            raise Invalid.of_fields(
                {"units": Text(f"“{name}”已停用，请另选单位。", f"{name} is switched off. Choose another unit.")}
            )
        units.append(RowUnit(one["role"], one["unit_id"], one["group_id"], name))
    complaint = rules.complain_of_units(units)
    if complaint:
        raise Invalid.of_fields({"units": complaint})
    return units


def _check_due(level: int, year: int, due: dict[str, Any]) -> None:
    complaint = complain_of_due(level=level, year=year, **due)
    if complaint:
        raise Invalid.of_fields({"due_on": complaint})


def _check_year(cur: Cursor, header: Header, year: int) -> None:
    """Refuse to move a draft to a year in which its due dates do not lie."""
    if header.amends_id is not None and year != header.year:
        raise Invalid.of_fields({"year": SAME_YEAR})
    first, last = dates_allowed(year)
    rows = queries.rows(cur, header.id) if year != header.year else []
    outside = sum(row.due_on is not None and not first <= row.due_on <= last for row in rows)
    if outside:
        raise Invalid.of_fields(
            {
                "year": Text(
                    f"有{outside}个事项的完成时限不在{first}至{last}之间，请先修改。",
                    f"{outside} items have due dates outside {first} to {last}. Please change these first.",
                )
            }
        )


def _check_level_names(names: list[str] | None) -> None:
    if names and len(set(names)) < len(names):
        raise Invalid.of_fields({"level_names": SAME_LEVEL_NAMES})


def _check_version(header: Header, version: int) -> None:
    if header.version != version:
        raise Conflict(CHANGED, {"current": header_as_dict(header)})


def _sibling_ids(tree: Tree, parent_id: int | None) -> list[int]:
    return [row.id for row in tree.rows.values() if row.parent_id == parent_id]


def _check_reviewer(cur: Cursor, unit_id: int | None, *, kept: int | None) -> None:
    if unit_id is None or unit_id == kept:
        return
    unit = directory_queries.unit(cur, unit_id)
    if unit is None or not unit.is_active:
        raise Invalid.of_fields({"reviewer_unit_id": NO_REVIEWER})


def _changed_row(
    cur: Cursor, context: Context, action: str, checklist_id: int, row_id: int, *, before: Tree | None = None
) -> dict[str, Any]:
    tree = load_tree(cur, checklist_id)
    row = tree.row_as_dict(row_id)
    was = before.row_as_logged(row_id) if before else None
    made_different = changes(was, tree.row_as_logged(row_id), LOGGED)
    detail = {"checklist_id": checklist_id, **row}
    audit.record(cur, context, action, subject=row["title"], detail=detail, changes=made_different)
    return row
