"""The stats service: counts what is done from events alone, and shows it on boards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from services.stats.audit.kinds import LOGS
from services.stats.audit.operations import ReportingAuditOperations
from services.stats.bulletin.operations import BulletinOperations
from services.stats.checks.operations import CheckOperations
from services.stats.completion import boards, counting, drilling, due_soon, kept, measuring, progress, schemas, signing
from services.stats.economy.operations import EconomyOperations
from services.stats.figures.operations import FigureOperations
from services.stats.indicators.operations import IndicatorOperations
from services.stats.leading.operations import LeadingOperations
from services.stats.lookup.operations import LookupOperations
from services.stats.past.operations import PastOperations
from services.stats.practices import taking as practices
from services.stats.recount import checking
from services.stats.recount import queries as recount_queries
from services.stats.reports.asking import follow_groups
from services.stats.reports.operations import ReportOperations
from services.stats.retention import RETENTION
from services.stats.submissions.operations import SubmissionOperations
from services.stats.targets import statements
from services.stats.targets.operations import TargetOperations
from services.stats.topics import TOPICS
from shared import calendars, clock, directory
from shared.actor import EVERYBODY, READERS_OF_ALL, UNIT_ROLES, Actor, Role, Signature
from shared.agreeing import holding
from shared.agreeing import store as agreed
from shared.agreeing.holding import Named
from shared.agreeing.operations import AgreeingOperations
from shared.agreeing.schemas import LedgerCheck
from shared.agreeing.store import CountedCell
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.params import NoParams
from shared.calling.service import consume, every, query
from shared.calling.together import TogetherOperations
from shared.database import Cursor
from shared.dropping.operations import DroppingOperations
from shared.events import Received


class StatsService(
    IndicatorOperations,
    ReportOperations,
    CheckOperations,
    SubmissionOperations,
    FigureOperations,
    PastOperations,
    TargetOperations,
    LeadingOperations,
    BulletinOperations,
    EconomyOperations,
    LookupOperations,
    ReportingAuditOperations,
    AgreeingOperations,
    DroppingOperations,
    TogetherOperations,
):
    """Answers from its own projection of the events; nothing here asks another service."""

    name = "stats"
    retention = RETENTION
    duty_tables = ("duty_past",)
    logs = LOGS
    begin = staticmethod(calendars.begin)
    today: Callable[[], dt.date] = staticmethod(clock.today)

    def load_actor(self, cur: Cursor, person_id: int) -> Actor | None:
        """The active person as the own copy of the directory knows them."""
        return directory.load_actor(cur, person_id)

    def signature(self, cur: Cursor, person_id: int) -> Signature:
        return directory.signature(cur, person_id)

    @consume(*TOPICS)
    def count_events(self, cur: Cursor, events: Sequence[Received]) -> None:
        """Take a batch of events into the counters and whom reports ask; see `completion.counting`."""
        calendars.apply(cur, events)
        holding.take(cur, events)
        # What units owe is locked before the clock of figures, as whoever accepts a submission does.
        follow_groups(cur, events, today=self.today())
        statements.take(cur, events)
        practices.take(cur, events)
        counting.apply(cur, events)
        kept.follow_lights(cur, events, self.today())

    @every(60)
    def measure(self) -> None:
        """No index serves the unsigned duties, because it would cost every event; hence only once a minute."""
        with self.database.transaction() as cur:
            measuring.measure(cur, self.today())
            checking.measure(cur)
            holding.measure(cur, self.name)

    @every(300)
    def check_counts(self) -> None:
        """Count everything again, once a night by whichever process comes first."""
        with self.database.transaction() as cur:
            if checking.is_due(cur, clock.now()):
                checking.check(cur, clock.today())

    def duties_known(self, cur: Cursor) -> Sequence[CountedCell]:
        return recount_queries.counted_for_ledger(cur)

    def items_named(self, cur: Cursor, item_ids: Sequence[int]) -> Mapping[int, Named]:
        return recount_queries.items_named(cur, item_ids)

    @query(NoParams, LedgerCheck, frozenset({Role.LEAD_BUREAU, Role.ADMINISTRATOR}))
    def boards_against_ledger(self, cur: Cursor, _context: Context, _params: Loaded) -> Answer:
        """Say whether boards count what the ledger of duties does, by the newest comparison, and what differs."""
        return holding.shown(agreed.newest_check(cur))

    @query(NoParams, schemas.Boards, EVERYBODY)
    def list_boards(self, cur: Cursor, _context: Context, _params: Loaded) -> Answer:
        """List the checklists that were issued."""
        return boards.list_boards(cur, self.today())

    @every(5)
    def keep_progress(self) -> None:
        """Count by and by how many units are through with the rows of large checklists."""
        progress.keep(self.database.transaction, self.today())

    @every(20)
    def keep_days(self) -> None:
        """Keep how far each checklist was at the end of the days that are over; each turn commits for itself."""
        with self.database.transaction() as cur:
            kept.keep_days(cur, self.today())

    @query(schemas.RuleAsked, schemas.DueSoonByRule, frozenset({Role.LEAD_BUREAU}))
    def due_soon_by_rule(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Count what would be due soon on a day under another rule of lights, and what is under the one in force."""
        return due_soon.by_rule(cur, params["day"], params["workdays"])

    @query(schemas.OverviewAsked, schemas.Overview, READERS_OF_ALL)
    def overview(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Count a checklist's duties by area and measure, now or as of the end of a day, of one unit if it is given."""
        return boards.overview(cur, today=self.today(), **params)

    @query(schemas.RowAsOf, schemas.RowBoard, READERS_OF_ALL)
    def row_board(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Count the duties below a row, and say which units still owe something there."""
        return boards.row_board(cur, today=self.today(), **params)

    @query(schemas.RowAsOf, schemas.ItemBoard, READERS_OF_ALL)
    def item_board(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Show an item unit by unit; NotFound for a row of another level."""
        return boards.item_board(cur, today=self.today(), **params)

    @query(schemas.UnitsBoard, schemas.UnitsPage, READERS_OF_ALL)
    def units_board(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Count the duties of each unit, of those of one `kind` if it is given."""
        return boards.units_board(cur, today=self.today(), **params)

    @query(schemas.FindDuties, schemas.DutiesPage, READERS_OF_ALL | UNIT_ROLES)
    def find_duties(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """List the duties behind a number; a page after the last one is the last.

        `is_blocked` keeps the blocked ones, without a light the overdue ones among them too.

        Staff and heads see those of their own unit and of the units below it.
        """
        return drilling.find_duties(cur, context.signed_in, self.today(), **params)

    @query(schemas.Signing, schemas.SigningPage, READERS_OF_ALL)
    def signing_board(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Show which units have not signed for what a checklist, or one row of it, asks of them."""
        return signing.signing(cur, **params)
