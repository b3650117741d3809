"""Use cases: figures that a notice names within its measures become targets of the plan, or do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.tasks.audit import store as audit
from services.tasks.drafting.answers import load_tree
from services.tasks.drafting.rows import checklist_with_id, lock_draft
from services.tasks.notices.targets import kind_of
from services.tasks.tracing import queries, store
from services.tasks.tracing.answers import figure_as_dict
from services.tasks.tracing.records import Figure
from services.tasks.tracing.words import FIGURE_TAKEN
from shared.calling.calls import Context
from shared.database import Cursor
from shared.errors import Invalid, NotFound
from shared.text import Text

NO_FIGURE = Text(
    "有的数不在这份清单里，请刷新页面。", "Some figures are not of this checklist. Please reload the page."
)
IS_TARGET = Text(
    "有的数已经是目标了，请刷新页面。", "Some of these figures are targets already. Please reload the page."
)
CHOSEN_TWICE = Text(
    "同一个数选了两次，还没有保存。每个数请只选一次，再保存。",
    "A figure was chosen twice, and nothing was saved. Please choose each figure once and save again.",
)


def listed(cur: Cursor, checklist_id: int) -> dict[str, Any]:
    """All figures that the notice of a checklist offers, decided ones too."""
    header = checklist_with_id(cur, checklist_id)
    tree = load_tree(cur, header.id)
    return {"figures": [figure_as_dict(one, tree) for one in queries.figures(cur, header.id)]}


def take(cur: Cursor, context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Make targets of the plan of figures, with what a person made of them. Declined ones may still be taken."""
    header = lock_draft(cur, params["checklist_id"])
    found = _chosen(cur, header.id, [one["figure_id"] for one in params["figures"]])
    if header.plan_id is None:
        raise NotFound(NO_FIGURE)
    for chosen in params["figures"]:
        figure = found[chosen["figure_id"]]
        target = {
            "name": chosen["name"],
            "quote": figure.quote,
            "kind": _kind(figure, chosen),
            "comparator": chosen["comparator"],
            "value": chosen["value"],
            "unit_of_measure": chosen["unit_of_measure"],
            "to_year": chosen["to_year"],
            "is_approximate": chosen["comparator"] == "~",
        }
        store.take_figure(cur, figure.id, store.insert_target(cur, header.plan_id, target))
    names = [one["name"] for one in params["figures"]]
    detail = {"checklist_id": header.id, "figure_ids": list(found), "names": names}
    audit.record(cur, context, "figures.taken", subject=header.title, detail=detail)
    return listed(cur, header.id)


def _kind(figure: Figure, chosen: Mapping[str, Any]) -> str:
    """How the figure is to be read, as a person words it: 不超过 makes a ceiling of what was a sum."""
    said = chosen["comparator"], chosen["unit_of_measure"]
    if said == (figure.comparator, figure.unit_of_measure):
        return figure.kind
    return kind_of(chosen["name"], figure.quote, chosen["unit_of_measure"], chosen["comparator"])


def decline(cur: Cursor, context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Say that figures become no targets."""
    header = lock_draft(cur, params["checklist_id"])
    found = _chosen(cur, header.id, params["figure_ids"])
    store.decline_figures(cur, list(found))
    detail = {
        "checklist_id": header.id,
        "figure_ids": list(found),
        "names": [figure.name for figure in found.values()],
    }
    audit.record(cur, context, "figures.declined", subject=header.title, detail=detail)
    return listed(cur, header.id)


def _chosen(cur: Cursor, checklist_id: int, figure_ids: Sequence[int]) -> dict[int, Figure]:
    if len(set(figure_ids)) < len(figure_ids):
        raise Invalid(CHOSEN_TWICE)
    every = {figure.id: figure for figure in queries.figures(cur, checklist_id)}
    if not set(figure_ids) <= every.keys():
        raise NotFound(NO_FIGURE)
    found = {figure_id: every[figure_id] for figure_id in figure_ids}
    if any(figure.state == FIGURE_TAKEN for figure in found.values()):
        raise Invalid(IS_TARGET)
    return found
