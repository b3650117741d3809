"""What was sent while the services were away: what waits to be confirmed, and what was not carried out."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from services.portal import compare
from services.portal.clients import ask
from services.portal.keeping import receiving
from services.portal.keeping.store import Shown
from services.portal.numbers import is_number
from shared.errors import Conflict, NotFound, QingdanError
from shared.text import Text

pages = Blueprint("kept", __name__)

NONE_SUCH = Text(
    "没有这一项，可能已经处理过。请返回列表刷新。",
    "There is no such entry; it may be dealt with. Please reload the list.",
)
# More are compared nowhere.
MOST_COMPARED = 10


@pages.get("/kept")
def listing() -> ResponseReturnValue:
    """What is kept of the own unit."""
    return render_template("kept.html", lines=receiving.lines())


@pages.get("/kept/<int:kept_id>")
def one(kept_id: int) -> ResponseReturnValue:
    """One that was not carried out: why, what it is about now, what was typed, and a button that sends it again."""
    row = receiving.own(kept_id)
    if row is None:
        raise NotFound(NONE_SUCH)
    kept, current = receiving.form_of(row), _current(row)
    return render_template(
        "kept_one.html",
        line=receiving.line_of(row, person_id=row.person_id),
        kept=kept,
        # The last line says who changed it last, and the person did not do so now.
        compared=compare.differences(current[0], kept)[:-1] if len(current) == 1 else [],
        fields=compare.renewed(kept, current) if current else compare.renamed(kept),
        number=row.correlation_id,
    )


@pages.post("/kept/<int:kept_id>/put-aside")
def put_aside(kept_id: int) -> ResponseReturnValue:
    """Show it no more."""
    if receiving.put_aside(kept_id):
        flash(_("已放下，不再显示。"))
    return redirect(url_for("kept.listing"))


def _current(row: Shown) -> list[dict[str, object]]:
    """The duties as they are now, of what could not be done on the versions of then."""
    refusal = receiving.refusal_of(row)
    if refusal is None or refusal.code != Conflict.code:
        return []
    duty_ids = refusal.duty_ids or _duty_of(row.path or "")
    try:
        return [ask("tasks", "get_duty", duty_id=duty_id) for duty_id in duty_ids[:MOST_COMPARED]]
    except QingdanError:
        return []


def _duty_of(path: str) -> list[int]:
    """The duty of an address such as /duties/12/note."""
    parts = path.partition("?")[0].split("/")
    return [int(parts[2])] if parts[1:2] == ["duties"] and len(parts) > 3 and is_number(parts[2]) else []
