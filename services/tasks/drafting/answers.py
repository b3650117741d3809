"""What the operations answer about checklists: headers, rows in reading order, questions, targets."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from services.tasks.drafting import checklist as rules
from services.tasks.drafting import queries
from services.tasks.drafting.checklist import RowUnit
from services.tasks.drafting.records import Header, ListedChecklist, Question, Source, Target
from services.tasks.drafting.tree import Tree
from services.tasks.notices.contacts import contacts_in
from services.tasks.notices.everyone import kind_of_everyone
from shared.database import Cursor


def load_tree(cur: Cursor, checklist_id: int) -> Tree:
    """Read a checklist's rows in two statements, however many there are."""
    ordered = rules.in_reading_order(queries.rows(cur, checklist_id))
    own: dict[int, list[RowUnit]] = defaultdict(list)
    for entry in queries.units_of_rows(cur, checklist_id):
        own[entry.row_id].append(RowUnit(entry.role, entry.unit_id, entry.group_id, entry.name))
    return Tree(
        rows={row.id: row for _, row in ordered},
        numbers={row.id: number for number, row in ordered},
        units=rules.units_of_rows([row for _, row in ordered], own),
    )


def header_as_dict(header: Header) -> dict[str, Any]:
    """A ChecklistHeader."""
    return {
        "checklist_id": header.id,
        "title": header.title,
        "year": header.year,
        "level_names": header.level_names,
        "contact": header.contact,
        "state": header.state,
        "revision": header.revision,
        "version": header.version,
        "amends_id": header.amends_id,
        "sample_percent": header.sample_percent,
        "carried_from_id": header.carried_from_id,
        "document_number": header.document_number,
    }


def checklist_as_dict(cur: Cursor, header: Header) -> dict[str, Any]:
    """A ChecklistAnswer: header, plan, rows and questions."""
    return header_as_dict(header) | {
        "plan": _plan_as_dict(cur, header.plan_id) if header.plan_id else None,
        "source": source_as_dict(queries.source(cur, header.id)),
        "offered_contacts": list(contacts_in(queries.pieces_with_contacts(cur, header.id))),
        "rows": load_tree(cur, header.id).row_dicts(),
        "questions": [question_as_dict(question) for question in queries.questions(cur, header.id)],
    }


def source_as_dict(source: Source) -> dict[str, Any] | None:
    """What is kept of the notice; None where nothing is."""
    if not source.pieces:
        return None
    return source._asdict() | {"left_out": source.pieces - source.taken}


def row_page(cur: Cursor, header: Header, row_id: int) -> dict[str, Any]:
    """One row with what a page about it shows around it."""
    tree = load_tree(cur, header.id)
    above = rules.ancestors_of(tree.rows[row_id], tree.rows)
    before, after = rules.neighbours(row_id, tree.rows)
    questions = queries.questions(cur, header.id, row_id=row_id)
    return {
        "row": tree.row_as_dict(row_id),
        "checklist": header_as_dict(header),
        "ancestors": [{"row_id": row.id, "title": row.title, "level": row.level} for row in above],
        "previous_id": before,
        "next_id": after,
        "questions": [question_as_dict(question) for question in questions],
    }


def listed_checklist(row: ListedChecklist) -> dict[str, Any]:
    """A checklist in the list of all."""
    return {
        "checklist_id": row.id,
        "title": row.title,
        "year": row.year,
        "state": row.state,
        "revision": row.revision,
        "open_questions": row.open_questions,
        "rows": row.rows,
        "duties": row.duties,
        "issued_at": row.issued_at.isoformat() if row.issued_at else None,
        "amends_id": row.amends_id,
    }


def question_as_dict(question: Question) -> dict[str, Any]:
    """A question with its answer, if it has one."""
    return {
        "question_id": question.id,
        "row_id": question.row_id,
        "target_id": question.target_id,
        "group_id": question.group_id,
        "kind": question.kind,
        "quote": question.quote,
        "role": question.role,
        "everyone_of": kind_of_everyone(question.quote) if question.kind == "group" else "",
        "text": {"zh": question.text_zh, "en": question.text_en},
        "suggested": [
            {"unit_id": unit_id, "name": name}
            for unit_id, name in zip(question.suggested_ids, question.suggested_names, strict=True)
        ],
        "answer": question.answer,
        "answered_at": question.answered_at.isoformat() if question.answered_at else None,
    }


def _plan_as_dict(cur: Cursor, plan_id: int) -> dict[str, Any]:
    plan = queries.plan(cur, plan_id)
    return {
        "title": plan.title,
        "from_year": plan.from_year,
        "to_year": plan.to_year,
        "targets": [_target_as_dict(target) for target in queries.targets(cur, plan_id)],
    }


def _target_as_dict(target: Target) -> dict[str, Any]:
    return {
        "target_id": target.id,
        "name": target.name,
        "quote": target.quote,
        "kind": target.kind,
        "comparator": target.comparator,
        "value": None if target.value is None else format(target.value, "f"),
        "unit_of_measure": target.unit_of_measure,
        "to_year": target.to_year,
        "is_approximate": target.is_approximate,
        "is_part": target.is_part,
    }
