"""Requests that no page makes: every address and form, as every role, with values that nobody means.

Of a seed always the same. What they send is carried out for real, on a house that is nobody else's.
"""

from __future__ import annotations

import io
import logging
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from werkzeug.datastructures import MultiDict

from services.portal import rate_limits
from tests.support.busy import LOOKERS, addresses
from tests.support.checklists import fetch, rewrite
from tests.support.house import House
from tests.support.pages import Form, Person

STRANGER = ""
# Text, numbers, days, periods, choices and what is made of them; most fields take something of each.
VALUES = (
    *(
        "",
        " ",
        "\0",
        "徽\0城",
        "\x1b[31m",
        "\r\n",
        "a\nb",
        "\u2028",
        "\u202e城镇",
        "\u200d",
        "\u200c",
        "\ufeff",
        "\ufffe",
    ),
    *(
        "1e400",
        "-1e400",
        "1e-400",
        "inf",
        "-inf",
        "nan",
        "1_000",
        "0x10",
        "-0",
        "-1",
        "0",
        "1",
        "1.5",
        "1e3",
        "１２",
        "①",
    ),
    *("9" * 19, "9" * 5000, str(2**31), str(2**63), str(2**63 - 1), "-" + "9" * 30, "0." + "0" * 400 + "1"),
    *("=1+1", "@SUM(1)", "+1", "-1+1", "<script>", "' OR 1=1 --", "%s", "%00", "{{7*7}}", "../../etc/passwd", "\\"),
    *("😀", "e\u0301", "\u0301", "ﷺ", "字" * 5000, "x" * 70_000, "true", "null", "[]", "{}", '["x"]', '{"a":1}'),
    *("2026-02-31", "0000-00-00", "9999-12-31", "10000-01-01", "2026-06-30", "2026-13", "2026-Q9", "2026-05", "2026"),
    *("1:1", "1:", ":1", "1:2:3", f"{2**63}:1", f"1:{2**63}", "group:1", "unit:0", "unit:", "1,2,x", "zh", "all"),
)
METHODS = ("GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS")
# What views look for beside the fields of their pages.
NAMES = (
    *("page", "all", "q", "light", "unit", "kind", "back", "state", "row", "date", "as_of", "past", "busy_above", "v1"),
    *("t1", "n1", "w1", "o1", "k1", "u1", "x1", "r1", "only", "duties", "duty_ids", "submissions", "version", "cells"),
    *("do", "command_id", "page_of", "evidence_id", "remark_id", "definition", "seen", "units", "lead", "file_id"),
)
HEADERS = (
    {"X-Request-Id": "a\x01b"},
    {"Accept-Language": "\xff" * 50},
    {"Range": "bytes=9-1"},
    {"If-Modified-Since": "1e400"},
    {"Cookie": "session=.eJx\xff; qingdan=%00"},
    {"Content-Type": "multipart/form-data"},
    {"Content-Type": "application/json"},
    {"X-Forwarded-For": "\u0031, nonsense"},
)


@dataclass
class Fuzzed:
    """What came of it: how many answers of each status, and what failed with its cause."""

    statuses: Counter[int] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)


class _Causes(logging.Handler):
    """The last defect that was logged, by its last line and place."""

    last = ""

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            trace, at = error.__traceback__, ""
            while trace is not None:
                at = f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}"
                trace = trace.tb_next
            self.last = f"{type(error).__name__}: {str(error)[:150]} at {at}"


class Fuzzing:
    """A seeded row of requests at a house; `ids` are those that its addresses may hold."""

    def __init__(self, house: House, ids: dict[str, list[Any]], seed: int) -> None:
        self._house = house
        self._dice = random.Random(seed)
        self._addresses = sorted(set(addresses(house, ids, queries=("",))))
        self._posts = sorted(_posts(house, ids))
        self._people: dict[str, Person] = {}
        self._forms: dict[str, list[tuple[str, Form]]] = {}
        # What each may look at, as far as it is known.
        self._open: dict[str, list[str]] = {}
        self._tokens: dict[str, str] = {}
        self._before = fetch(house.databases["tasks"], PEOPLE)

    def run(self, number: int) -> Fuzzed:
        """Make `number` requests."""
        found, causes = Fuzzed(), _Causes()
        logging.getLogger().addHandler(causes)
        try:
            for _ in range(number):
                causes.last = ""
                what, status = self._one()
                found.statuses[status] += 1
                if status >= 500:
                    found.failed[f"{status} {what}: {causes.last}"] += 1
        finally:
            logging.getLogger().removeHandler(causes)
        return found

    def _one(self) -> tuple[str, int]:
        name = self._dice.choice((*LOOKERS, STRANGER))
        person = self._person(name)
        how = self._dice.choice((self._look, self._look, self._send_form, self._send_form, self._post, self._odd))
        try:
            what, response = how(person, name)
        except ValueError as error:
            # The test client itself refuses to write such a header or address.
            return f"not sent: {error}", 0
        if "/sign-in" in response.headers.get("Location", "") and name != STRANGER:
            self._people.pop(name, None)
        return f"{what} as {name or 'a stranger'}", response.status_code

    def _look(self, person: Person, name: str) -> tuple[str, Any]:
        """A page with a query that it did not ask for."""
        seen = self._open.setdefault(name, [])
        address = self._dice.choice(seen) if seen and self._dice.random() < 0.5 else self._address()
        query = urlencode([(self._dice.choice(NAMES), self._value()) for _ in range(self._dice.choice((0, 0, 1, 3)))])
        response = person.client.get(f"{address}?{query}")
        if response.status_code == 200 and response.mimetype == "text/html":
            seen.append(address)
            forms = [one for one in person.took(response).forms if "csrf_token" in dict(one.fields)]
            kept = self._forms.setdefault(name, [])
            kept += [(address, form) for form in forms]
            del kept[:-60]
        return f"GET {kind_of(address)}", response

    def _send_form(self, person: Person, name: str) -> tuple[str, Any]:
        """A form of a page that was seen, with some of its fields typed over, left out, doubled."""
        forms = self._forms.get(name)
        if not forms:
            return self._look(person, name)
        address, form = self._dice.choice(forms)
        fields = MultiDict(form.fields)
        names = [one for one in fields if one not in ("csrf_token", "command_id")] or ["nothing"]
        for one in self._dice.sample(names, min(len(names), self._dice.randint(1, 4))):
            fields[one] = self._value()
        for one, value in form.boxes[:3]:
            fields.add(one, self._dice.choice((value, self._value())))
        fields["command_id"] = _command_id(self._dice)
        if self._dice.random() < 0.2:
            fields.pop(self._dice.choice(names), None)
        return f"POST {kind_of(form.action or address)}", person.client.post(form.action or address, data=fields)

    def _post(self, person: Person, name: str) -> tuple[str, Any]:
        """To an address that takes forms, with fields of all kinds."""
        address = self._dice.choice(self._posts)
        fields: MultiDict[str, Any] = MultiDict(
            [(self._dice.choice(NAMES), self._value()) for _ in range(self._dice.randint(1, 6))]
        )
        fields["csrf_token"] = self._tokens.get(name, "")
        fields["command_id"] = _command_id(self._dice)
        if self._dice.random() < 0.2:
            fields["file"] = (io.BytesIO(self._value().encode()), self._value()[:40].replace("\n", "") or "x.csv")
        return f"POST {kind_of(address)}", person.client.post(address, data=fields)

    def _odd(self, person: Person, _name: str) -> tuple[str, Any]:
        """Another method, a header that nobody writes, an id that is none."""
        address = re.sub(r"\d+", lambda _found: quote(self._value()[:60], safe=""), self._address(), count=1)
        method = self._dice.choice(METHODS)
        headers = self._dice.choice(HEADERS)
        return f"{method} {kind_of(address)}", person.client.open(address, method=method, headers=headers)

    def _address(self) -> str:
        return self._dice.choice(self._addresses)

    def _value(self) -> str:
        return self._dice.choice(VALUES)

    def _person(self, name: str) -> Person:
        """Who has that name; whoever was shut out by what was sent is let in again."""
        if name not in self._people:
            rate_limits.install(self._house.app, knows_clients=False)
            self._mend()
            person = Person(self._house.app).open("/sign-in") if name == STRANGER else self._house.sign_in(name)
            self._tokens[name] = next(
                form.value("csrf_token") for form in person.forms if "csrf_token" in dict(form.fields)
            )
            self._people[name] = person
        return self._people[name]

    def _mend(self) -> None:
        for row in self._before:
            rewrite(self._house.databases["tasks"], MEND, row._asdict())


PEOPLE = "SELECT id, sign_in_name, roles, password_hash, is_active, unit_id FROM person"
MEND = """
    UPDATE person SET sign_in_name = %(sign_in_name)s, roles = %(roles)s, password_hash = %(password_hash)s,
        is_active = %(is_active)s, unit_id = %(unit_id)s, must_change_password = false, failures = 0,
        locked_until = null
    WHERE id = %(id)s
"""


def kind_of(address: str) -> str:
    """An address without what it is about."""
    return re.sub(r"\d+", "N", address.partition("?")[0])[:80]


def _posts(house: House, known: Mapping[str, list[Any]]) -> Iterator[str]:
    """Every address that takes a form, each with the first id that it may hold."""
    adapter = house.app.url_map.bind("localhost")
    for rule in house.app.url_map.iter_rules():
        if (
            "POST" in (rule.methods or ())
            and "sign-out" not in rule.rule
            and all(one in known for one in rule.arguments)
        ):
            values = {one: known[one][0] for one in rule.arguments}
            yield adapter.build(rule.endpoint, values, method="POST")


def _command_id(dice: random.Random) -> str:
    return dice.choice((f"{dice.getrandbits(128):032x}",) * 9 + ("no id",))
