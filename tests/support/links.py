"""Links of letters: one given to a post, a browser that opens it, and whatever lies in the databases."""

import datetime as dt

from services.notifications.links import giving
from services.notifications.service import NotificationsService
from shared import clock
from shared.database import Database
from tests.support.checklists import fetch
from tests.support.house import House
from tests.support.pages import Person


def give(service: NotificationsService, person_id: int, *, now: dt.datetime | None = None) -> str:
    """The token of a new link of the post, as the sender of letters makes it."""
    with service.database.transaction() as cur:
        token = giving.give(cur, person_id, 0, now or clock.now())
    assert token is not None
    return token


def a_link(house: House, name: str = "staff", *, now: dt.datetime | None = None) -> str:
    """The address of a new link of somebody."""
    service = house.services["notifications"]
    assert isinstance(service, NotificationsService)
    return f"/l/{give(service, house.world.people[name], now=now)}"


def opened(house: House, address: str) -> Person:
    """A browser of its own that opened the address."""
    return Person(house.app).open(address)


def everything(database: Database) -> dict[str, list[str]]:
    """All rows of all tables of a database, as text."""
    tables = fetch(
        database,
        """
        SELECT relname AS name FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1
        """,
    )
    return {
        one.name: [row.row for row in fetch(database, f'SELECT t::text AS row FROM "{one.name}" AS t ORDER BY 1')]
        for one in tables
    }
