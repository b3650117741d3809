"""The stats service: counts what is done from events alone, and shows it on boards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from services.stats.completion import boards, counting, drilling, measuring, schemas
from shared import clock, directory
from shared.actor import EVERYBODY, READERS_OF_ALL, UNIT_ROLES, Actor
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.params import NoParams
from shared.calling.service import BaseService, consume, every, query
from shared.database import Cursor
from shared.events import Received


class StatsService(BaseService):
    """Answers from its own projection; nothing here asks another service."""

    name = "stats"
    today: Callable[[], dt.date] = staticmethod(clock.today)

    def load_actor(self, cur: Cursor, person_id: int) -> Actor | None:
        return directory.load_actor(cur, person_id)

    @consume("unit.#", "person.#", "checklist.#", "rows.#", "duties.#", "duty.#", "relay.ticked.#")
    def count_events(self, cur: Cursor, events: Sequence[Received]) -> None:
        counting.apply(cur, events)

    @every(60)
    def measure(self) -> None:
        """No index serves the unsigned duties, because it would cost every event; hence only once a minute."""
        with self.database.transaction() as cur:
            measuring.measure(cur, self.today())

    @query(NoParams, EVERYBODY)
    def list_boards(self, cur: Cursor, _context: Context, _params: Loaded) -> Answer:
        return boards.list_boards(cur)

    @query(schemas.ChecklistOnly, READERS_OF_ALL)
    def overview(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        return boards.overview(cur, params["checklist_id"], self.today())

    @query(schemas.RowOnly, READERS_OF_ALL)
    def row_board(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        return boards.row_board(cur, params["row_id"], self.today())

    @query(schemas.RowOnly, READERS_OF_ALL)
    def item_board(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        return boards.item_board(cur, params["row_id"], self.today())

    @query(schemas.UnitsBoard, READERS_OF_ALL)
    def units_board(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        return boards.units_board(cur, params["checklist_id"], self.today(), kind=params["kind"], page=params["page"])

    @query(schemas.FindDuties, READERS_OF_ALL | UNIT_ROLES)
    def find_duties(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        return drilling.find_duties(
            cur,
            context.signed_in,
            self.today(),
            checklist_id=params["checklist_id"],
            row_id=params["row_id"],
            unit_id=params["unit_id"],
            light=params["light"],
            page=params["page"],
        )
