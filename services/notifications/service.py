"""The notifications service: learns from events what is due, reminds people in their inbox, lets them read it."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping, Sequence

from services.notifications.caps.operations import CapOperations
from services.notifications.channels.operations import ChannelOperations
from services.notifications.delivery import listening as delivery_listening
from services.notifications.delivery import measuring as delivery_measuring
from services.notifications.health import measuring as health_measuring
from services.notifications.health import store as health_store
from services.notifications.health.operations import HealthOperations
from services.notifications.inbox import queries, reading, schemas
from services.notifications.links.operations import LinkOperations
from services.notifications.offers import listening as offer_listening
from services.notifications.offers import queries as offer_queries
from services.notifications.offers import telling as offer_telling
from services.notifications.planning import replanning
from services.notifications.planning.operations import PolicyOperations
from services.notifications.reminding import asking, ending, listening, measuring, replying, scheduling
from services.notifications.reminding import queries as reminding_queries
from services.notifications.reporting import listening as report_listening
from services.notifications.reporting import queries as report_queries
from services.notifications.reporting import scheduling as report_scheduling
from services.notifications.retention import RETENTION
from services.notifications.silences.operations import SilenceOperations
from services.notifications.slips.operations import SlipOperations
from services.notifications.topics import TOPICS
from shared import calendars, clock, directory
from shared.actor import EVERYBODY, Actor, Role, Signature
from shared.agreeing import holding
from shared.agreeing import store as agreed
from shared.agreeing.holding import Named
from shared.agreeing.operations import AgreeingOperations
from shared.agreeing.schemas import LedgerCheck
from shared.agreeing.store import CountedCell
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.params import NoParams
from shared.calling.service import BaseService, command, consume, every, query
from shared.calling.together import TogetherOperations
from shared.database import Cursor
from shared.dropping.operations import DroppingOperations
from shared.events import Received

# One turn is one transaction: small, so that consumers wait little for the rows that it holds.
PER_TURN = 1000
# A sweep starts no turn after this many seconds; the next one goes on. It keeps a tick well below its deadline.
SECONDS_PER_SWEEP = 10.0


class NotificationsService(
    CapOperations,
    ChannelOperations,
    HealthOperations,
    LinkOperations,
    PolicyOperations,
    SilenceOperations,
    SlipOperations,
    AgreeingOperations,
    DroppingOperations,
    TogetherOperations,
    BaseService,
):
    """Learns from events alone and speaks to people in its own inbox, and by the channels that are set up."""

    name = "notifications"
    retention = RETENTION
    duty_tables = ("asked", "spoken", "remark_answer")
    begin = staticmethod(calendars.begin)
    now: Callable[[], dt.datetime] = staticmethod(clock.now)

    def load_actor(self, cur: Cursor, person_id: int) -> Actor | None:
        """The active person as the own copy of the directory knows them."""
        return directory.load_actor(cur, person_id)

    def signature(self, cur: Cursor, person_id: int) -> Signature:
        return directory.signature(cur, person_id)

    @consume(*TOPICS)
    def learn(self, cur: Cursor, events: Sequence[Received]) -> None:
        """Take a batch of events into effect; see the modules `listening` of the packages."""
        calendars.apply(cur, events)
        holding.take(cur, events)
        replanning.follow_lights(cur, events)
        listening.apply(cur, events)
        report_listening.apply(cur, events)
        delivery_listening.apply(cur, events, self.now())
        offer_listening.apply(cur, events)

    @every(20)
    def sweep(self) -> None:
        """May run on every replica: what is due is claimed, and each turn commits for itself."""
        until = time.monotonic() + SECONDS_PER_SWEEP
        of_duties = (scheduling.remind, asking.tell, ending.tell, replying.tell)
        for remind in (replanning.replan, *of_duties, offer_telling.tell, report_scheduling.remind):
            taken = PER_TURN
            while taken == PER_TURN and time.monotonic() < until:
                with self.database.transaction() as cur:
                    taken = remind(cur, self.now(), limit=PER_TURN)
        with self.database.transaction() as cur:
            health_store.note_sweep(cur)

    @every(15)
    def measure(self) -> None:
        """Set the gauges of what waits for the sweep, and of what leaves the house."""
        with self.database.transaction() as cur:
            now = self.now()
            others = (report_queries.waiting_for_sweep(cur, clock.day_of(now)), offer_queries.waiting_for_sweep(cur))
            measuring.measure(cur, now, others=others)
            delivery_measuring.measure(cur, now)
            health_measuring.measure(clock.day_of(now))
            holding.measure(cur, self.name)

    def duties_known(self, cur: Cursor) -> Sequence[CountedCell]:
        return reminding_queries.counted_for_ledger(cur)

    def items_named(self, cur: Cursor, item_ids: Sequence[int]) -> Mapping[int, Named]:
        return reminding_queries.items_named(cur, item_ids)

    @query(NoParams, LedgerCheck, frozenset({Role.LEAD_BUREAU, Role.ADMINISTRATOR}))
    def reminders_against_ledger(self, cur: Cursor, _context: Context, _params: Loaded) -> Answer:
        """Say whether reminders go by what the ledger of duties has, by the newest comparison, and what differs."""
        return holding.shown(agreed.newest_check(cur))

    @query(schemas.Page, schemas.InboxPage, EVERYBODY, by_link=True)
    def inbox(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """List the own messages, one a day; a page after the last one is the last."""
        return reading.inbox(cur, context.signed_in, params["page"])

    @query(schemas.MessageOnly, schemas.MessageAnswer, EVERYBODY, by_link=True)
    def get_message(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Show an own message and leave it unread."""
        return reading.get_message(cur, context.signed_in, params["message_id"])

    @command(schemas.MarkRead, schemas.Unread, EVERYBODY, by_link=True)
    def mark_read(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Mark an own message as read, or all of them without `message_id`.

        `until` is the `changed_at` of the page: a message to which something was added since stays unread.
        """
        unread = reading.mark_read(cur, context.signed_in, params["message_id"], until=params["until"])
        return {"unread": unread}

    @command(schemas.MessageOnly, schemas.MessageAnswer, EVERYBODY)
    def read_message(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Show an own message and mark it read.

        Kept for the pages of the release before, which mark a message by showing it.
        """
        return reading.read_message(cur, context.signed_in, params["message_id"])

    @query(NoParams, schemas.Unread, EVERYBODY, by_link=True)
    def unread_count(self, cur: Cursor, context: Context, _params: Loaded) -> Answer:
        """Count the own messages that are not read."""
        return {"unread": queries.unread_count(cur, context.signed_in.person_id)}
