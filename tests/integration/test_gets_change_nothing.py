"""Looking at a page changes nothing: not in any table of any database, for any role, on any address.

Browsers fetch pages ahead, messengers open links to make a preview, scanners follow everything. Beside the page itself
only two things may move: the session was seen just now, and a refused call is on record as every refusal is. Nor does
any page show a form of which every call is refused, or a link to a page that is.
"""

from collections import Counter
from urllib.parse import urlsplit

import pytest

from services.portal.doors import DOORS
from shared.database import Database
from tests.integration.test_offered_forms import allowed_to, kind_of, links, told_by_views
from tests.support.busy import LOOKERS, QUERIES, addresses
from tests.support.busy import looked_at as house
from tests.support.checklists import fetch
from tests.support.duties import issued
from tests.support.house import House
from tests.support.pages import Form, Person
from tests.support.readings import readings_of
from tests.support.tasks import Caller

__all__ = ["house"]

# A refusal waits for its seal.
REFUSALS = {f"{name}.{table}" for name in ("tasks", "stats", "notifications") for table in ("refusal", "log_waiting")}
NOT_WATCHED = {"portal.session": "last_seen_at"}
# By role, what the pages showed that were looked at: (address, form).
_forms: dict[str, list[tuple[str, Form]]] = {}
# By role, the links of those pages, by their address where they stood first; and how addresses were answered.
_links: dict[str, dict[str, str]] = {}
_answered: dict[str, dict[str, int]] = {}
# Of links that look alike so many are followed; some of them lead to what is another unit's.
OF_EACH_KIND = 4
DIGEST = """
    SELECT '{name}' AS table, md5(coalesce(string_agg(md5({row}::text), '' ORDER BY md5({row}::text)), '')) AS digest
    FROM "{table}" AS t
"""


def fingerprints(house: House) -> dict[str, str]:
    """What lies in each table of each database, as service.table: a digest. One statement for each database."""
    return {
        row.table: row.digest
        for service, statement in _statements(house).items()
        for row in fetch(house.databases[service], statement)
    }


def _statements(house: House) -> dict[str, str]:
    return {
        service: " UNION ALL ".join(_digest(service, table) for table in tables(database))
        for service, database in house.databases.items()
    }


def _digest(service: str, table: str) -> str:
    name = f"{service}.{table}"
    column = NOT_WATCHED.get(name)
    return DIGEST.format(name=name, table=table, row=f"(to_jsonb(t) - '{column}')" if column else "t")


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {table for table in before if before[table] != after[table]}


def tables(database: Database) -> list[str]:
    statement = """
        SELECT relname AS name FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
    """
    return [row.name for row in fetch(database, statement)]


def transactions(house: House) -> int:
    """How many transactions have written anything, in any database of the server."""
    statement = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS next"
    return int(fetch(house.databases["portal"], statement)[0].next)


def doors_shut_to(house: House, name: str) -> dict[str, int]:
    """The addresses that the portal refuses to the person's roles before their pages begin, whatever they are about;
    how often each was asked for, which is never yet."""
    (row,) = fetch(house.databases["tasks"], f"SELECT roles FROM person WHERE sign_in_name = '{name}'")
    return {door: 0 for door, roles in DOORS.items() if not {role.value for role in roles} & set(row.roles)}


def door_of(house: House, address: str) -> str:
    endpoint, _ = house.app.url_map.bind("localhost").match(urlsplit(address).path, method="GET")
    return str(endpoint)


def protected(person: Person) -> list[Form]:
    """The forms of the page that change something."""
    return [form for form in person.forms if "csrf_token" in dict(form.fields)]


def test_every_address_is_asked(house, busy):
    asked = list(addresses(house, busy))

    assert {"/", "/duties", "/inbox", "/review", "/audit", "/people", "/units", "/groups", "/board"} <= set(asked)
    assert {f"/duties/{duty_id}" for duty_id in busy["duty_id"]} <= set(asked)
    assert {f"/inbox/{message_id}" for message_id in busy["message_id"]} <= set(asked)
    assert len(busy["message_id"]) >= 4


@pytest.mark.parametrize("name", LOOKERS)
def test_whoever_looks_and_at_whatever_nothing_changes(house, busy, name, monkeypatch):
    readings = readings_of(house.app, monkeypatch)
    person = house.sign_in(name)
    _forms[name], _links[name], statuses = [], {}, {}
    first = before = fingerprints(house)
    is_refused = False
    # The one reads all that there is, the other has lists of the own unit; the others' lists are among these.
    ways = QUERIES if name in {"lead", "staff"} else QUERIES[:1]
    shut = doors_shut_to(house, name)
    written = transactions(house)

    for address in addresses(house, busy, ways):
        if statuses.get(address.partition("?")[0]) == 403:
            # Whatever else is asked for there, the answer is the same.
            continue
        door = door_of(house, address)
        if shut.get(door, 0) > 1 or not readings.may_differ(address):
            continue
        statuses[address] = person.took(person.client.get(address)).status
        readings.note(address)
        if door in shut:
            assert statuses[address] == 403, address
            shut[door] += 1
        if statuses[address] == 200:
            _forms[name] += [(address, form) for form in protected(person)]
            # Where somebody types that it leads back to, there it leads back to.
            shown = links(person) if "back=" not in address else ()
            _links[name] |= {one: address for one in shown if one not in _links[name]}
        is_refused = is_refused or statuses[address] == 403
        # Looking at every table takes longer than the page. The session's own transaction is one, a refusal another;
        # what a refused page changed besides shows at the next look.
        before_it, written = written, transactions(house)
        if written > before_it + (2 if statuses[address] == 403 else 1):
            after = fingerprints(house)
            assert changed(before, after) <= (REFUSALS if is_refused else set()), address
            before, is_refused = after, False

    _answered[name] = statuses
    assert all(shut.values())
    assert changed(first, fingerprints(house)) <= REFUSALS
    # A bulletin of a day before the records cannot be made again, which its page says.
    assert {address for address, status in statuses.items() if status == 422 and "/again" not in address} == set()
    assert set(statuses.values()) <= {200, 302, 303, 403, 404, 422}
    assert sum(status == 200 for status in statuses.values()) > 20


@pytest.mark.parametrize("name", LOOKERS)
def test_no_address_shows_a_role_a_form_that_it_may_not_send(house, busy, name):
    """Typed addresses too: on none of the portal's stands a form of which every call is refused."""
    (row,) = fetch(house.databases["tasks"], f"SELECT roles FROM person WHERE sign_in_name = '{name}'")
    allowed, told = allowed_to(house, set(row.roles)), told_by_views()
    urls = house.app.url_map.bind("localhost")
    shown = _forms[name] if name in _forms else forms_shown(house, busy, name)
    wrong = set()

    for address, form in shown:
        endpoint, _ = urls.match(urlsplit(form.action or address).path, method="POST")
        changed = told.get(endpoint, set())
        if changed and not changed & allowed:
            wrong.add(f"{address} → {endpoint}")

    assert shown
    assert wrong == set()


@pytest.mark.parametrize("name", LOOKERS)
def test_no_address_shows_a_role_a_link_that_refuses(house, busy, name):
    """Typed addresses too: each link of every page is followed, where its page was not asked for anyhow."""
    person = house.sign_in(name)
    shown = _links[name] if name in _links else links_shown(house, busy, person)
    answered, followed = dict(_answered.get(name, {})), Counter()
    wrong = {}

    for address, stands_on in shown.items():
        path = urlsplit(address).path
        if path not in answered and followed[kind_of(address)] < OF_EACH_KIND:
            followed[kind_of(address)] += 1
            answered[path] = person.took(person.client.get(address)).status
        if answered.get(path) == 403:
            wrong[address] = stands_on

    assert len(shown) > 20
    assert wrong == {}


def links_shown(house, busy, person):
    shown = {}
    for address in addresses(house, busy, QUERIES[:1]):
        if person.took(person.client.get(address)).status == 200:
            shown |= {one: address for one in links(person) if one not in shown}
    return shown


def forms_shown(house, busy, name):
    person = house.sign_in(name)
    return [
        (address, form)
        for address in addresses(house, busy, QUERIES[:1])
        if person.took(person.client.get(address)).status == 200
        for form in protected(person)
    ]


def test_a_page_that_writes_would_be_noticed(house, busy):
    call = Caller(house.services["tasks"], house.world)
    fresh = issued(call, "徽城镇")[0]["duty_id"]
    before = fingerprints(house)

    call("open_duty", {"duty_id": fresh}, as_="staff")

    assert changed(before, fingerprints(house)) == {
        *("tasks.duty", "tasks.duty_history", "tasks.log_waiting", "tasks.command", "tasks.outbox")
    }
