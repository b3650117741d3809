"""No page offers what its reader may not do: every link and form that a role comes across is open to it.

Each role walks from its first page along all links, some of each kind. The forms on the way are sent; what they would
change is caught before it is carried out, and looked up among the operations that the role has.
"""

import ast
import io
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from werkzeug.datastructures import MultiDict

from services.portal.clients import EXTENSION
from services.portal.doors import DOORS
from shared.calling.caller import Call
from shared.calling.service import operation_of, operations_of
from shared.errors import MALFORMED, Forbidden, Invalid
from tests.support.busy import LOOKERS
from tests.support.busy import looked_at as house
from tests.support.checklists import fetch
from tests.support.house import House
from tests.support.pages import Form, Person
from tests.support.sources import modules, tree_of

__all__ = ["house"]

OF_EACH_KIND = 2
NOT_FOLLOWED = re.compile(r"/(static|files|language|healthz)")
# Whoever is signed in may sign out; afterwards nothing more would be seen.
NOT_SENT = re.compile(r"/sign-out$")
# Forms that did not break on numbers without an end: where they go, where they stand, what they send. Who sends them
# does not matter to how their fields are read.
_bore: set[tuple[str, str, frozenset[str]]] = set()


class Watching:
    """Carries out what is asked, and catches what would be changed: (service, operation)."""

    def __init__(self, behind: Any) -> None:
        self._behind = behind
        self.caught: set[tuple[str, str]] = set()

    def call(self, service: str, operation: str, asked: Call, *, timeout: float) -> dict[str, Any]:
        if asked.command_id is None:
            return self._behind.call(service, operation, asked, timeout=timeout)
        self.caught.add((service, operation))
        raise Invalid(MALFORMED)


def links(person: Person) -> list[str]:
    assert person.response is not None
    found = re.findall(r'<a[^>]* href="([^"]+)"', person.response.get_data().decode(errors="replace"))
    return [one.replace("&amp;", "&") for one in found if one.startswith("/") and not NOT_FOLLOWED.match(one)]


def kind_of(address: str) -> str:
    parts = urlsplit(address)
    return re.sub(r"\d+", "N", parts.path) + "?" + ",".join(sorted(re.findall(r"(\w+)=", parts.query)))


def walk(house: House, name: str) -> tuple[set[tuple[str, str]], dict[str, int], list[str], list[str], int]:
    """What the forms on the way would have changed, the pages that were refused, and how many pages there were.

    Before the last the answers to a refused form on which no other language can be chosen, and the forms that broke on
    numbers without an end.
    """
    watching = Watching(house.app.extensions[EXTENSION])
    person = house.sign_in(name)
    house.app.extensions[EXTENSION] = watching
    waiting, seen, refused, sent, mute, broke = ["/", "/search?q=事项"], {}, {}, set(), [], []
    while waiting:
        address = waiting.pop(0)
        kind = kind_of(address)
        if seen.get(kind, 0) >= OF_EACH_KIND:
            continue
        seen[kind] = seen.get(kind, 0) + 1
        person.open(address)
        if person.status == 403:
            refused[address] = 403
            continue
        waiting += links(person)
        for form in list(person.forms):
            target = kind_of(form.action or person.path)
            if (target, kind) not in sent and not NOT_SENT.search(target.partition("?")[0]):
                sent.add((target, kind))
                status, page = answer_to(person, form, address)
                if status == 403:
                    refused[f"{address} → {form.action}"] = status
                if status >= 400 and 'action="/language/en"' not in page:
                    mute.append(f"{address} → {form.action}")
                names = (target, kind, frozenset(name for name, _ in (*form.fields, *form.boxes)))
                if status and names not in _bore and answer_to(person, form, address, typed=without_end)[0] >= 500:
                    broke.append(f"{address} → {form.action}")
                elif status:
                    _bore.add(names)
    return watching.caught, refused, mute, broke, sum(seen.values())


def without_end(value: str) -> str:
    """As whoever writes requests by hand may send it: more digits than Python reads."""
    return re.sub(r"\d+", "9" * 5000, value) if re.fullmatch(r"[\d:,]*\d[\d:,]*", value) else value


def answer_to(
    person: Person, form: Form, address: str, *, typed: Callable[[str], str] = lambda value: value
) -> tuple[int, str]:
    """Send the form with whatever it lacks, as somebody would who fills it in; the status and the page that answers."""
    if "csrf_token" not in dict(form.fields):
        return 0, ""
    filled = MultiDict([(name, typed(value) or "2026-09-01") for name, value in form.fields if name])
    for name, value in form.boxes[:5]:
        filled.add(name, typed(value))
    filled["file"] = (io.BytesIO(b"code,name,kind\n"), "x.csv")
    response = person.client.post(form.action or address, data=filled)
    return response.status_code, response.get_data().decode(errors="replace")


@pytest.mark.parametrize("name", LOOKERS)
def test_a_role_is_offered_nothing_that_it_is_refused(house, busy, name):
    (person,) = fetch(house.databases["tasks"], f"SELECT roles FROM person WHERE sign_in_name = '{name}'")

    caught, refused, mute, broke, pages = walk(house, name)

    allowed = allowed_to(house, set(person.roles))
    assert refused == {}
    assert mute == []
    assert broke == []
    assert caught - allowed == set()
    assert pages > 4
    assert caught


@cache
def told_by_views() -> dict[str, set[tuple[str, str]]]:
    """What each endpoint may change, by itself or by functions of its module: (service, operation)."""
    found: dict[str, set[tuple[str, str]]] = {}
    for path in modules("services/portal/views"):
        functions = {node.name: node for node in tree_of(path).body if isinstance(node, ast.FunctionDef)}
        for name in functions:
            found[f"{path.stem}.{name}"] = set(_told(name, functions, set()))
    return found


def _told(name: str, functions: dict[str, ast.FunctionDef], seen: set[str]) -> Iterator[tuple[str, str]]:
    seen.add(name)
    for node in ast.walk(functions[name]):
        if isinstance(node, ast.Name) and node.id in functions.keys() - seen:
            yield from _told(node.id, functions, seen)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "tell":
            texts = [one.value for one in node.args[:2] if isinstance(one, ast.Constant)]
            if len(texts) == 2:
                yield str(texts[0]), str(texts[1])


def allowed_to(house: House, roles: set[str]) -> set[tuple[str, str]]:
    return {
        (service, operation)
        for service, one in house.services.items()
        for operation, method in operations_of(type(one)).items()
        if {role.value for role in operation_of(method).roles or ()} & roles
    }


def test_every_door_is_that_of_a_page(house):
    assert set(DOORS) <= set(house.app.view_functions)


def test_the_calls_of_a_view_are_found_in_the_functions_that_it_uses():
    told = told_by_views()

    assert told["indicators.edit"] == {("stats", "save_indicator")}
    assert told["past.upload"] >= {("stats", "begin_import")}
    assert told["figure_changes.adjust"] == {("stats", "save_adjustment")}


def test_what_a_role_may_not_do_would_be_noticed(house):
    watching = Watching(house.app.extensions[EXTENSION])

    with pytest.raises(Invalid):
        watching.call("tasks", "save_unit", Call({}, 1, uuid4(), "test"), timeout=1)

    assert watching.caught == {("tasks", "save_unit")}
    with pytest.raises(Forbidden):
        watching.call("tasks", "find_people", Call({}, house.world.people["staff"], None, "test"), timeout=1)
