"""Receives a clerk's form while the services are away, and shows what of a unit is kept."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from flask import Flask, Response, g, request

from services.portal import by_link, confirming, resume, sessions
from services.portal.clients import form_command_id, given
from services.portal.filters import say
from services.portal.keeping import kinds, measuring, store
from services.portal.keeping.kinds import Kind
from services.portal.keeping.outcomes import Refusal
from services.portal.keeping.store import Counts, Shown
from services.portal.keeping.wording import doing_in_words, state_in_words, title_of, title_of_report
from services.portal.link_pages import PAGES
from services.portal.resume import Kept
from shared.calling.caller import Call
from shared.calling.commands import REUSED, digest
from shared.errors import BrokerAway, Conflict, DatabaseAway, NoAnswer, QingdanError, TryAgain, Unproven
from shared.typed_text import tidy

# As long as one of a day's work is looked for; afterwards it is where it belongs.
CONFIRMED_WITHIN = dt.timedelta(days=1)
LONGEST_TITLE = 120
INSTEAD_OF = "instead_of"


@dataclass(frozen=True, slots=True)
class Who:
    """Whose form it is: by a session, or by the link of a letter."""

    person_id: int
    holder: int | None = None
    link_hash: str | None = None
    link_is_proven: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A kept command in words."""

    kept_id: int
    doing: str
    title: str
    state: str
    state_word: str
    received_at: str
    why: str
    is_own: bool
    typed: list[str]


def install(app: Flask) -> None:
    """Let every page say what is kept, and what was sent instead of something refused put that aside."""
    app.jinja_env.globals.update(kept_counts=counts, kept_lines=lines)
    app.jinja_env.globals.update(title_of_duty=confirming.title_of, title_of_report=title_of_report)
    app.after_request(_put_aside_what_was_sent_again)


def keep(error: TryAgain) -> Shown | None:
    """Keep this request's form, whose command could not be handed over or was not answered.

    None when it is of no kind that is kept, when it was refused already, when nobody knows whose it is, or when the
    portal's own database is away, too. Invalid for what no form of ours sends; Conflict as of a service when the id was
    used for something else.
    """
    if request.method != "POST" or not isinstance(error, BrokerAway | NoAnswer | DatabaseAway | Unproven):
        return None
    if g.get("is_refused"):
        # It was answered; what could not be had is the page that says so.
        return None
    kind, who = kinds.kind_of(request.endpoint or "", request.view_args or {}), _who()
    if kind is None or who is None:
        return None
    new = _new(kind, who)
    try:
        return _store(new)
    except TryAgain:
        return None


def counts() -> Counts:
    """How many commands of the own unit wait, and how many of the person's own were not carried out."""
    found = _whose()
    if found is None:
        return Counts(0, 0)
    try:
        with sessions.database().transaction() as cur:
            return store.counts(cur, *found)
    except QingdanError:
        return Counts(0, 0)


def lines() -> list[Line]:
    """All that is kept of the own unit, and what was confirmed lately; nothing when it is not to be had."""
    found = _whose()
    if found is None:
        return []
    try:
        with sessions.database().transaction() as cur:
            rows = store.list_shown(cur, *found, confirmed_within=CONFIRMED_WITHIN)
    except QingdanError:
        return []
    return [line_of(row, person_id=found[0]) for row in rows]


def own(kept_id: int) -> Shown | None:
    """One of the signed-in person's own."""
    with sessions.database().transaction() as cur:
        return store.shown(cur, kept_id, g.person_id)


def put_aside(kept_id: int) -> bool:
    """Show one of the person's own that was not carried out no more."""
    with sessions.database().transaction() as cur:
        return store.put_aside(cur, kept_id, g.person_id)


def form_of(row: Shown) -> Kept:
    """The form as it was sent."""
    return Kept(row.path or "/", [(name, value) for name, value in row.fields or []])


def refusal_of(row: Shown) -> Refusal | None:
    """Why it was not carried out."""
    return None if row.refusal is None else Refusal.from_dict(row.refusal)


def line_of(row: Shown, *, person_id: int) -> Line:
    """A row in words; what was typed and why it was refused is for who sent it alone."""
    is_own = row.person_id == person_id
    refusal = refusal_of(row)
    why = " ".join(say(text) for text in (refusal.fields.values() or [refusal.text.as_dict()])) if refusal else ""
    return Line(
        row.id,
        doing_in_words(row.doing),
        title_of(row.subjects),
        row.state,
        state_in_words(row.state),
        row.received_at.isoformat(),
        why if is_own else "",
        is_own,
        form_of(row).typed if is_own else [],
    )


def _store(new: store.New) -> Shown | None:
    with sessions.database().transaction() as cur:
        is_new = store.keep(cur, new)
        held = store.held(cur, UUID(new.command_id))
        if held is None:
            return None
        if (held.person_id, bytes(held.asked)) != (new.person_id, new.asked):
            raise Conflict(REUSED, {"is_reused": True})
        row = store.shown(cur, held.id, new.person_id)
    if is_new:
        measuring.KEPT.labels("received").inc()
    return row


def _new(kind: Kind, who: Who) -> store.New:
    command_id, params, form = form_command_id(), given(kind.params()), resume.keep_form()
    unit_id = sessions.own_unit(who.person_id)
    return store.New(
        str(command_id),
        who.person_id,
        who.holder,
        who.link_hash,
        who.link_is_proven,
        unit_id,
        # Of a unit that no page knew each person is a line.
        -who.person_id if unit_id is None else unit_id,
        kind.doing,
        _subjects(),
        kind.service,
        kind.operation,
        digest(Call(params, command_id=command_id)),
        params,
        form.path,
        form.fields,
        g.correlation_id,
    )


def _who() -> Who | None:
    if g.person_id is not None and g.link is None:
        return Who(g.person_id, g.holder)
    in_use = by_link.in_use()
    # The page says, signed, whose it is: what the link is worth can be asked only when somebody answers again.
    person_id = g.person_id or resume.author()
    if in_use is None or person_id is None or request.endpoint not in PAGES:
        return None
    return Who(person_id, None, *in_use)


def _whose() -> tuple[int, int | None] | None:
    """The person and the unit, as far as they are known without asking anybody."""
    person_id = g.get("person_id")
    if g.get("person"):
        return person_id, g.person.unit_id
    seen = sessions.seen_as()
    if person_id is not None:
        return person_id, sessions.own_unit(person_id)
    # By a link, while nobody can say what it is worth: this browser was let in within the last quarter of an hour.
    return seen if seen is not None and by_link.in_use() is not None else None


def _subjects() -> list[str]:
    """What the form is about, in the words of its page: of a list what is ticked."""
    named = [request.form.get(f"subject-{value.partition(':')[0]}", "") for value in request.form.getlist("duties")]
    found = [*request.form.getlist("subject"), *named]
    return [tidy(one)[:LONGEST_TITLE] for one in found if tidy(one)]


def _put_aside_what_was_sent_again(response: Response) -> Response:
    if request.method == "POST" and response.status_code in {202, 302, 303} and g.get("person_id") is not None:
        with suppress(ValueError, QingdanError):
            put_aside(int(request.form.get(INSTEAD_OF, "")))
    return response
