"""What the address of a list asks for: a text, a state, a page. It stays in the address, so a search can be sent on."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass

from flask import flash, g, request
from flask_babel import gettext

from shared.calling.params import LARGEST_KEY

# As long as a service takes; nobody types more to find a name.
LONGEST_TEXT = 60
STATES = {"active": True, "closed": False}


@dataclass(frozen=True, slots=True)
class Search:
    """`state` is active, closed, or empty for both; `page` counts from 1."""

    text: str
    state: str
    page: int

    @classmethod
    def of_request(cls) -> Search:
        state = request.args.get("state", "")
        return cls(
            text=typed("q"),
            state=state if state in STATES else "",
            page=max(1, request.args.get("page", 1, type=int)),
        )

    @property
    def is_active(self) -> bool | None:
        return STATES.get(self.state)

    @property
    def in_address(self) -> dict[str, str | None]:
        """Text and state as an address has them; what is empty is left out."""
        return {"q": self.text or None, "state": self.state or None}

    def in_words(self, more: Iterable[tuple[str, str]] = ()) -> str:
        """What was asked for, as the head of a file says it; `more` are further labels and values."""
        state = {"active": gettext("启用"), "closed": gettext("已停用")}.get(self.state, "")
        named = [(gettext("查找"), self.text), *more, (gettext("状态"), state)]
        return str(gettext("，")).join(f"{label}{gettext('：')}{value}" for label, value in named if value)


def typed(name: str) -> str:
    """What the address asks for by that name; of more than a service takes the beginning, and the page says so."""
    return shortened(request.args.get(name, ""))


def shortened(text: str) -> str:
    """The text without blanks around it, cut where it is longer than anything that is found; the page says so once."""
    text = text.strip()
    if len(text) <= LONGEST_TEXT:
        return text
    if not g.get("has_said_cut"):
        g.has_said_cut = True
        flash(gettext("查找内容最多 %(most)d 个字，只按前 %(most)d 个字查找。", most=LONGEST_TEXT))
    return text[:LONGEST_TEXT].rstrip()


def one_of(name: str, allowed: Container[str]) -> str:
    """A choice of the address, empty when it is none of `allowed`; the page says so."""
    given = request.args.get(name, "")
    if given and given not in allowed:
        _say_unread()
    return given if given in allowed else ""


def number(name: str) -> int | None:
    """A number of the address, such as that of a unit; None without one, and of what is none, which the page says.

    Else a letter too many would show the whole county under an address that names one unit.
    """
    given = request.args.get(name, "").strip()
    if not given:
        return None
    # By its length first: Python refuses to read thousands of digits.
    if given.isascii() and given.isdigit() and len(given) <= len(str(LARGEST_KEY)) and int(given) <= LARGEST_KEY:
        return int(given)
    _say_unread()
    return None


def after() -> int | None:
    """The line that the page of a list begins behind, as the address names it; None without one."""
    found = request.args.get("after", type=int)
    return found if found is not None and 0 < found <= LARGEST_KEY else None


def _say_unread() -> None:
    if not g.get("has_said_unread"):
        g.has_said_unread = True
        flash(gettext("地址里有看不懂的筛选条件，没有按它筛选，请重新选择。"))
