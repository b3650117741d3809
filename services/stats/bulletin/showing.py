"""Use cases: the list of bulletins with what one click makes, one of them as it is laid out, and its file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from services.stats.bulletin import lengths, queries
from services.stats.bulletin.annexes import annexes
from services.stats.bulletin.facts import facts_of
from services.stats.bulletin.layout import DRAFT, WITHDRAWN, Issue, imprint, paragraphs
from services.stats.bulletin.records import Bulletin, BulletinState, Edit, FormerBulletin
from services.stats.bulletin.rendering import Sheet, render, sha256_of
from services.stats.bulletin.spans import Span, offered
from services.stats.completion import queries as completion
from services.stats.completion.boards import header, pages_for
from shared.actor import Actor, Role
from shared.calling.chunks import CHUNK_BYTES, as_text
from shared.calling.service import Offload
from shared.database import Cursor
from shared.errors import NotFound
from shared.paper.parts import Annex, Paragraph, label_of
from shared.text import Text

A_PAGE = 50
LEAD = frozenset({Role.LEAD_BUREAU})
# What is counted: all that is read before the name of who issues it.
COUNTED = ("title", "addressees", "overall", "behind", "practice", "requirements")
MARKS = {BulletinState.DRAFT: DRAFT, BulletinState.WITHDRAWN: WITHDRAWN}

NO_BULLETIN = Text(
    "没有找到这期通报，请返回列表刷新。", "There is no such bulletin. Please go back to the list and reload it."
)


def list_bulletins(cur: Cursor, actor: Actor, today: dt.date, *, checklist_id: int | None, page: int) -> dict[str, Any]:
    """A page of bulletins, the newest first, and what one click makes of a checklist; without one, of the newest."""
    with_drafts = actor.has_any(LEAD)
    total = queries.count(cur, with_drafts=with_drafts)
    pages = pages_for(total, A_PAGE)
    page = min(page, pages)
    found = queries.listed(cur, with_drafts=with_drafts, limit=A_PAGE, offset=(page - 1) * A_PAGE)
    known = completion.checklists_newest_first(cur)
    chosen = checklist_id or (known[0].checklist_id if known else None)
    return {
        "bulletins": [
            {
                "bulletin_id": one.id,
                **_spanned(one.checklist_id, one.checklist, Span(one.kind, one.first_on, one.as_of)),
                "state": one.state.value,
                "title": one.title,
                "number": one.number,
                "year": one.year,
                "issued_on": _iso(one.issued_on),
                "made_at": one.made_at.isoformat(),
                "made_post": one.made_post,
                "made_unit": one.made_unit,
                "signed_at": _iso(one.signed_at),
                "signed_post": one.signed_post,
                "signed_unit": one.signed_unit,
            }
            for one in found
        ],
        "total": total,
        "page": page,
        "pages": pages,
        "checklists": [{"checklist_id": one.checklist_id, "title": one.title} for one in known],
        "chosen": None if chosen is None else header(cur, chosen)["checklist_id"],
        "offered": [] if chosen is None else [_offer(span) for span in _offered(cur, chosen, today)],
    }


def get_bulletin(cur: Cursor, actor: Actor, bulletin_id: int) -> dict[str, Any]:
    """One bulletin. NotFound where there is none, and for a draft that is none of theirs."""
    one = existing(cur, actor, bulletin_id)
    return shown(one, _corrected(cur, one)) | {
        "edits": [_edit(now, before) for now, before in _with_before(queries.edits(cur, bulletin_id))]
    }


def get_file(cur: Cursor, actor: Actor, offload: Offload, bulletin_id: int, *, number: int) -> dict[str, Any]:
    """One part of the Word document: of a signed bulletin as it was kept, of a draft as it is now."""
    one = existing(cur, actor, bulletin_id)
    content = queries.document(cur, one.id)
    if content is None:
        content = offload(render, sheet_of(one))
    begin = number * CHUNK_BYTES
    return {
        "name": f"{_file_name(one)}.docx",
        "content": as_text(content[begin : begin + CHUNK_BYTES]),
        "sha256": sha256_of(content),
        "is_last": begin + CHUNK_BYTES >= len(content),
    }


def existing(cur: Cursor, actor: Actor, bulletin_id: int, *, for_update: bool = False) -> Bulletin:
    """The bulletin; whoever does not write them sees signed ones alone."""
    one = queries.bulletin(cur, bulletin_id, for_update=for_update)
    if one is None or (one.state is not BulletinState.SIGNED and not actor.has_any(LEAD)):
        raise NotFound(NO_BULLETIN)
    return one


def issue_of(one: Bulletin) -> Issue:
    """Its number and its day; of a draft the day alone, where one was written."""
    dated = one.written.dated_on
    return Issue(one.number, one.year, one.issued_on or (dt.date.fromisoformat(dated) if dated else None))


def sheet_of(one: Bulletin, issue: Issue | None = None) -> Sheet:
    """What is rendered of it, of a draft as if it were issued so."""
    return Sheet(one.written, issue or issue_of(one), tuple(annexes(facts_of(one.facts))))


def number_of_characters(one: Bulletin) -> int:
    """How long the text is."""
    return lengths.characters(one.fields[name] for name in COUNTED)


def current(one: Bulletin) -> dict[str, Any]:
    """What a person compares with his own words when somebody else was faster."""
    return {"bulletin_id": one.id, "version": one.version, **one.fields}


def shown(one: Bulletin, corrected: FormerBulletin | None = None) -> dict[str, Any]:
    """A bulletin with its text as it is laid out, its tables, and how long it is."""
    facts = facts_of(one.facts)
    tables, number = annexes(facts), number_of_characters(one)
    warning = lengths.warning(number)
    return {
        **current(one),
        **_spanned(one.checklist_id, facts.checklist, one.span),
        "state": one.state.value,
        "is_over": facts.is_over,
        "number": one.number,
        "year": one.year,
        "issued_on": _iso(one.issued_on),
        "reason": one.reason,
        "sha256": one.sha256,
        "size": one.size,
        "corrects_id": one.corrects_id,
        "corrects": corrected and f"{corrected.year}年第{corrected.number}期《{corrected.title}》",
        "made_at": one.made_at.isoformat(),
        "signed_at": _iso(one.signed_at),
        "signed_post": one.signed_post,
        "signed_unit": one.signed_unit,
        "characters": number,
        "wanted": lengths.WANTED,
        "length": lengths.length_of(number).value,
        "warning": warning and warning.as_dict(),
        "lengths": {name: lengths.characters([one.fields[name]]) for name in COUNTED},
        "paragraphs": [_paragraph(part) for part in paragraphs(one.written, issue_of(one), tables)],
        "imprint": [_paragraph(part) for part in imprint(one.written, issue_of(one))],
        "mark": MARKS.get(one.state, ""),
        "annexes": [_annex(annex) | {"label": label_of(place, tables)} for place, annex in enumerate(tables, 1)],
        "is_invented": any(target.is_invented for target in facts.targets),
        "edits": [],
    }


def _offered(cur: Cursor, checklist_id: int, today: dt.date) -> list[Span]:
    return offered(today, completion.first_day(cur, checklist_id), queries.last_signed_day(cur, checklist_id))


def _offer(span: Span) -> dict[str, Any]:
    return {
        "kind": span.kind.value,
        "first_on": span.first_on.isoformat(),
        "as_of": span.as_of.isoformat(),
        "period": span.words,
    }


def _spanned(checklist_id: int, checklist: str, span: Span) -> dict[str, Any]:
    return {"checklist_id": checklist_id, "checklist": checklist, **_offer(span)}


def _corrected(cur: Cursor, one: Bulletin) -> FormerBulletin | None:
    return None if one.corrects_id is None else queries.former(cur, one.corrects_id)


def _file_name(one: Bulletin) -> str:
    title = one.fields["title"]
    return f"{one.year}年第{one.number}期 {title}" if one.number else f"{title}（草稿）"


def _paragraph(part: Paragraph) -> dict[str, Any]:
    head = part.head or (len(part.text) if part.head else 0)
    return {"role": part.role.value, "head": part.text[:head], "text": part.text[head:]}


def _annex(annex: Annex) -> dict[str, Any]:
    return {
        "title": annex.title,
        "note": annex.note,
        "columns": [{"heading": one.heading, "is_number": one.is_number} for one in annex.columns],
        "rows": [{"cells": list(row), "is_strong": place in annex.strong} for place, row in enumerate(annex.rows)],
    }


def _with_before(edits: Sequence[Edit]) -> list[tuple[Edit, Edit | None]]:
    return list(zip(edits, [*edits[1:], None], strict=True))


def _edit(now: Edit, before: Edit | None) -> dict[str, Any]:
    changed = [] if before is None else [name for name in now.fields if now.fields[name] != before.fields.get(name)]
    return {
        "version": now.version,
        "at": now.at.isoformat(),
        "post": now.post,
        "unit": now.unit,
        "changed": changed,
        "is_first": before is None,
    }


def _iso(day: dt.date | dt.datetime | None) -> str | None:
    return None if day is None else day.isoformat()
