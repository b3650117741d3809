"""Looking at a page changes nothing: not in any table of any database, for any role, on any address.

Browsers fetch pages ahead, messengers open links to make a preview, scanners follow everything. Beside the page itself
only two things may move: the session was seen just now, and a refused call is on record as every refusal is. Nor does
any page show a form of which every call is refused.
"""

from urllib.parse import urlsplit

import pytest

from shared.database import Database
from tests.integration.test_offered_forms import allowed_to, told_by_views
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
    _forms[name], statuses = [], {}
    first = before = fingerprints(house)
    is_refused = False
    # The one reads all that there is, the other has lists of the own unit; the others' lists are among these.
    ways = QUERIES if name in {"lead", "staff"} else QUERIES[:1]

    for address in addresses(house, busy, ways):
        if statuses.get(address.partition("?")[0]) == 403:
            # Whatever else is asked for there, the answer is the same.
            continue
        if not readings.may_differ(address):
            continue
        written = transactions(house)
        statuses[address] = person.took(person.client.get(address)).status
        readings.note(address)
        if statuses[address] == 200:
            _forms[name] += [(address, form) for form in protected(person)]
        is_refused = is_refused or statuses[address] == 403
        # Looking at every table takes longer than the page. The session's own transaction is one, a refusal another;
        # what a refused page changed besides shows at the next look.
        if transactions(house) > written + (2 if statuses[address] == 403 else 1):
            after = fingerprints(house)
            assert changed(before, after) <= (REFUSALS if is_refused else set()), address
            before, is_refused = after, False

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
