"""A page with a chooser of units stays light and quick among 41,000 units.

Measured is the page of a draft's row, as the lead bureau opens it and as it comes back from a search, in a directory of
a whole country; the baseline is the same page in a county of nine units, which lists them all. `value` and `baseline`
are the seconds of the quickest of 15 searches, `bytes` and `bytes_baseline` the sizes of the larger of the two pages.
"""

from __future__ import annotations

import json
import time
from typing import Any, NamedTuple

from bench.support import ground
from bench.support.size import size
from services.portal.app import create_app
from services.tasks.service import TasksService
from shared.database import Database
from shared.delivery.inprocess import InProcess
from tests.support import tasks
from tests.support.country import TOWNSHIPS as TOWNSHIPS_OF_A_COUNTRY
from tests.support.country import fill
from tests.support.pages import Person

# Above 300 units a page no longer lists them all.
TOWNSHIPS = size(TOWNSHIPS_OF_A_COUNTRY, tiny=400)
ROUNDS = size(15, tiny=1)
# Both are ratios to the page in the small county. A search goes through all names once.
GOAL = 10.0
GOAL_OF_BYTES = 3.0


class Page(NamedTuple):
    size: int
    seconds: float


def measured() -> dict[str, Any]:
    """Measure the page in a small county, then with a country below it, and return the claim's line."""
    with ground.postgres() as server:
        dsn, world = ground.county(server, "chooser_bench")
        database, portal = Database(dsn), Database(ground.migrated(server, "chooser_portal", "portal"))
        service = TasksService(database)
        app = create_app(InProcess({"tasks": service}), portal, secret=b"a long enough secret", secure_cookies=False)
        row_id = tasks.a_draft(tasks.Caller(service, world))["rows"][3]["row_id"]
        person = Person(app).sign_in("lead", world.password)
        county = _page(person, f"/rows/{row_id}")
        fill(database, world.units["歙县"], townships=TOWNSHIPS)
        country = _page(person, f"/rows/{row_id}")
        database.close()
        portal.close()
    return _line(country, county)


def _page(person: Person, path: str) -> Page:
    """The larger of the page and of what a search on it answers, and the seconds that the search takes."""
    person.open(path)
    assert person.status == 200
    opened, form, taken = _bytes(person), person.form(path), []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        person.send(form, search="1", find="镇")
        taken.append(time.perf_counter() - started)
        assert person.status == 200
    return Page(max(opened, _bytes(person)), min(taken))


def _bytes(person: Person) -> int:
    assert person.response is not None
    return len(person.response.data)


def _line(country: Page, county: Page) -> dict[str, Any]:
    bytes_ratio, seconds_ratio = country.size / county.size, country.seconds / county.seconds
    return {
        "claim": "among 41,000 units a page with a chooser of units has at most three times the bytes of the one in a "
        "small county, and a search on it takes at most ten times as long",
        "value": round(country.seconds, 3),
        "unit": "s",
        "baseline": round(county.seconds, 3),
        "ratio": round(seconds_ratio, 2),
        "bytes": country.size,
        "bytes_baseline": county.size,
        "bytes_ratio": round(bytes_ratio, 2),
        "goal": GOAL,
        "goal_of_bytes": GOAL_OF_BYTES,
        "met": seconds_ratio <= GOAL and bytes_ratio <= GOAL_OF_BYTES,
    }


def main() -> str:
    return json.dumps(measured(), ensure_ascii=False)


if __name__ == "__main__":
    print(main())
