"""The sender: claims a delivery, sends it outside any transaction, and writes down what came of it.

A sender may die at any moment. Before its claim is committed nothing has happened; afterwards the lease ends, and the
delivery is unknown: nobody sends it again by himself, and what it said stands in the next message with a word of it.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from services.notifications.delivery import letter, queries, rhythm, store, window
from services.notifications.delivery.letter import Letter, Line
from services.notifications.delivery.queries import Addressee, Untold
from services.notifications.delivery.said import Said, Worded
from services.notifications.delivery.states import (
    Channel,
    Outcome,
    Purpose,
    Result,
    State,
    Why,
    pause_after,
    state_after,
)
from services.notifications.delivery.store import Claim
from services.notifications.links import giving
from shared.clock import day_of
from shared.database import Cursor
from shared.text import Text

log = logging.getLogger(__name__)

# What is claimed was looked at before: in one turn so many may turn out to have nothing left to say.
MOST_DROPPED = 200
# What reaches the holder of a post and nobody else. A link in a group's chat would be everybody's, and one in a short
# message would fill three of them.
WITH_LINK = frozenset({Channel.MAIL})
# After these nobody has the letter, for certain.
NOT_TAKEN = frozenset({Result.AGAIN, Result.REFUSED})


@dataclass(frozen=True, slots=True)
class Ready:
    """A claimed delivery with what is to be sent, to be handed over after the claim is committed."""

    claim: Claim
    address: str
    letter: Letter
    key: str
    places: Mapping[str, str] = field(default_factory=dict)
    # That of the link in the letter: here and there alone, kept nowhere.
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A delivery that is due, to whom it goes and what it says, as they were when somebody looked."""

    claim: Claim
    to: Addressee
    lines: Sequence[Untold]


@dataclass(frozen=True, slots=True)
class House:
    """What letters say of this installation: the address of its pages, or "", and the domain of its Message-IDs."""

    pages_url: str
    domain: str


@dataclass(frozen=True, slots=True)
class Outlet:
    """A way out beside mail: an account, which robot it is if it is one, and how it words what is said."""

    channel: Channel
    account: str
    robot: str | None
    word: Callable[[Said], Worded]


def claim(cur: Cursor, now: dt.datetime, house: House, outlet: Outlet | None = None) -> Ready | None:
    """Claim what has waited longest and still has something to say, by mail or `outlet`; None when nothing is due."""
    for _ in range(MOST_DROPPED):
        found = look_ahead(cur, now, outlet, limit=1)
        if found is None:
            return None
        for one in found:
            if (ready := begin(cur, one, now, house, outlet)) is not None:
                return ready
    return None


def look_ahead(cur: Cursor, now: dt.datetime, outlet: Outlet | None = None, *, limit: int) -> list[Prepared] | None:
    """Up to `limit` deliveries that have waited longest, with all that they say; None when nothing is due.

    None of them is claimed by it: what becomes of them until they begin is seen then. Those with nothing left to say
    are dropped.
    """
    channel, robot = (outlet.channel, outlet.robot) if outlet else (Channel.MAIL, None)
    due = store.lock_due(cur, now, channel, robot, limit=limit)
    if not due:
        return None
    to = {one.person_id: one for one in queries.addressees(cur, [one.person_id for one in due], channel)}
    lines = _lines(cur, due, to, channel, now)
    prepared = []
    for found in due:
        hindrance = _hindrance(found, to[found.person_id], lines[found.id], now)
        if hindrance is None:
            prepared.append(Prepared(found, to[found.person_id], lines[found.id]))
            continue
        store.drop(cur, found, *hindrance, now)
        log.info("delivery dropped", extra={"delivery": found.id, "why": hindrance[1].value})
    return prepared


def begin(cur: Cursor, one: Prepared, now: dt.datetime, house: House, outlet: Outlet | None = None) -> Ready | None:
    """Claim what was looked at before; None when another has, or when it is to go elsewhere or not at all by now."""
    if not store.begin(cur, one.claim, one.to.version, one.lines, now):
        return None
    if outlet is None:
        return _ready(one.claim, one.to, one.lines, house, _token(cur, one.claim, house, now))
    worded = outlet.word(_said(one.claim, one.to, one.lines, house))
    store.note_way(cur, one.claim, outlet.account, worded.segments)
    return Ready(one.claim, one.to.address or "", Letter("", worded.text), _key(one.claim, house), worded.places)


def record(cur: Cursor, ready: Ready, outcome: Outcome, now: dt.datetime, chance: float) -> None:
    """Write down what came of the try. `chance` in [0, 1) spreads the next one."""
    claimed = ready.claim
    again_at = now + max(pause_after(claimed.tries, chance), outcome.wait or dt.timedelta())
    is_late = claimed.purpose is Purpose.DIGEST and not _is_time(claimed, again_at)
    state, why = state_after(outcome.result, claimed.tries, is_late=is_late)
    is_settled = store.settle(cur, claimed, state, why=why, answer=outcome.answer, not_before=again_at, now=now)
    if ready.token and outcome.result in NOT_TAKEN:
        giving.take_back(cur, ready.token)
    level = logging.INFO if outcome.result is Result.SENT else logging.WARNING
    log.log(
        level,
        "delivery tried",
        extra={"delivery": claimed.id, "state": state.value, "tries": claimed.tries, "is_settled": is_settled},
    )


def _lines(
    cur: Cursor, due: Sequence[Claim], to: Mapping[int, Addressee], channel: Channel, now: dt.datetime
) -> Mapping[int, list[Untold]]:
    """What each of the deliveries has to say, by its id."""
    found: dict[int, list[Untold]] = {one.id: [] for one in due}
    digests = {
        one.person_id: (one.id, max(day_of(verified_at), one.day - queries.WITHIN))
        for one in due
        if one.purpose is Purpose.DIGEST and (verified_at := to[one.person_id].verified_at) is not None
    }
    day = day_of(now)
    since = {person_id: first for person_id, (_, first) in digests.items()}
    for line in queries.untold_lines(cur, since, channel, day=day) if since else ():
        if rhythm.goes(to[line.person_id].rhythm, line.stage, line.day, day):
            found[digests[line.person_id][0]].append(line)
    return found


def _hindrance(claimed: Claim, to: Addressee, lines: Sequence[Untold], now: dt.datetime) -> tuple[State, Why] | None:
    """Why a delivery is not sent after all."""
    if not to.is_active:
        return State.CANCELLED, Why.CLOSED
    if to.address is None or (to.verified_at is None and claimed.purpose is not Purpose.CODE):
        return State.CANCELLED, Why.NO_CONTACT
    if claimed.purpose is Purpose.CODE and (to.code is None or to.code_until is None or to.code_until <= now):
        return State.CANCELLED, Why.TOO_LATE
    if claimed.purpose is Purpose.DIGEST and not _is_time(claimed, now):
        return State.GIVEN_UP, Why.TOO_LATE
    if claimed.purpose is Purpose.DIGEST and not lines:
        return State.CANCELLED, Why.NOTHING_LEFT
    return None


def _line(one: Untold) -> Line:
    words = Text(one.words_zh, one.words_en or one.words_zh) if one.words_zh else None
    return Line(one.stage, one.title, one.period, one.due_on, one.is_repeated, words)


def _is_time(claimed: Claim, moment: dt.datetime) -> bool:
    """Whether the message of the day may go at `moment`: on its own day, in the window."""
    return window.is_open(moment) and day_of(moment) == claimed.day


def _token(cur: Cursor, claimed: Claim, house: House, now: dt.datetime) -> str | None:
    """Of a link for this try alone; without an address of the pages there is nothing to open."""
    is_for_link = claimed.purpose is Purpose.DIGEST and claimed.channel in WITH_LINK and house.pages_url
    return giving.give(cur, claimed.person_id, claimed.id, now) if is_for_link else None


def _ready(claimed: Claim, to: Addressee, lines: Sequence[Untold], house: House, token: str | None) -> Ready:
    language = to.language or "zh"
    if claimed.purpose is Purpose.CODE:
        text = letter.code(to.code or "", address=house.pages_url, language=language)
    elif claimed.purpose is Purpose.TEST:
        text = letter.test(address=house.pages_url, language=language)
    else:
        said = [_line(one) for one in lines]
        link = f"{house.pages_url.rstrip('/')}/l/{token}" if token else ""
        text = letter.digest(to.unit, said, address=house.pages_url, language=language, link=link)
    return Ready(claimed, to.address or "", text, _key(claimed, house), token=token)


def _key(claimed: Claim, house: House) -> str:
    return letter.key_of(claimed.id, claimed.person_id, claimed.day, claimed.channel, house.domain)


def _said(claimed: Claim, to: Addressee, lines: Sequence[Untold], house: House) -> Said:
    return Said(
        purpose=claimed.purpose,
        unit=to.unit,
        code=to.code or "",
        lines=letter.most_urgent_first([_line(one) for one in lines]),
        language=to.language or "zh",
        pages_url=house.pages_url,
    )
