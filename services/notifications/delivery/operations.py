"""Operations of delivery, and the tick that plans and sends."""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from services.notifications.delivery import contacts, ledger, mail, planning, schemas, sending, store
from services.notifications.delivery.ahead import Ahead
from services.notifications.delivery.contacts import SetUp
from services.notifications.delivery.mail import Sitting
from services.notifications.delivery.sending import House, Prepared, Ready
from services.notifications.delivery.states import Outcome
from shared import clock
from shared.accounts import Channels
from shared.actor import EVERYBODY, Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.params import NoParams
from shared.calling.service import BaseService, command, every, query
from shared.calling.shapes import Nothing
from shared.database import Cursor
from shared.process.mail import MailServer
from shared.process.settings import Settings

# With the longest try after it, a tick ends below its deadline.
SECONDS_OF_SENDING = 4.0
PLANNED_PER_TURN = 200
# A server answers after a while, in which another connection can be made use of.
SENDERS = 3
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})


class DeliveryOperations(BaseService):
    """What leaves the house: without a mail server or another channel nothing is planned, and nothing is sent."""

    now: Callable[[], dt.datetime] = staticmethod(clock.now)
    mail_server: MailServer | None = None
    pages_url: str = ""
    channels: Channels = Channels()

    @property
    def set_up(self) -> SetUp:
        """What there is to send by."""
        return SetUp(self.mail_server is not None, self.channels)

    def configure(self, settings: Settings) -> None:
        """Which server takes mail, if any does, which other channels there are, and where readers sign in."""
        self.mail_server, self.pages_url, self.channels = settings.mail, settings.pages_url, settings.channels

    @every(10)
    def deliver(self) -> None:
        """Plan the messages of the day and mail what is due; on every replica, each delivery is claimed by one."""
        if not self.set_up.reach.channels:
            return
        with self.database.transaction() as cur:
            store.expire_leases(cur, self.now())
        self._plan()
        if self.mail_server is None:
            return
        self._send(self.mail_server, until=time.monotonic() + SECONDS_OF_SENDING)

    def _plan(self) -> None:
        after: tuple[int, str] | None = planning.FIRST
        while after is not None:
            with self.database.transaction() as cur:
                after = planning.plan(cur, self.now(), self.set_up.reach, after=after, limit=PLANNED_PER_TURN)

    def _send(self, server: MailServer, *, until: float) -> None:
        """Send what is due, by several connections where there is more than a few of it."""
        ahead = Ahead(self._look_ahead, until)
        with ThreadPoolExecutor(SENDERS) as senders:
            for sender in [senders.submit(self._send_on, server, ahead) for _ in range(ahead.least(SENDERS))]:
                sender.result()

    def _look_ahead(self, limit: int) -> list[Prepared] | None:
        with self.database.transaction() as cur:
            return sending.look_ahead(cur, self.now(), limit=limit)

    def _send_on(self, server: MailServer, ahead: Ahead) -> None:
        """What came of a mail is written in the transaction that claims the next."""
        house, tried = House(self.pages_url, server.domain), None
        with mail.Sitting(server) as sitting:
            while tried is not None or ahead.has_more():
                ready = self._settle_and_begin(tried, ahead, house)
                tried = (ready, self.send_mail(sitting, ready)) if ready else None

    def _settle_and_begin(self, tried: tuple[Ready, Outcome] | None, ahead: Ahead, house: House) -> Ready | None:
        try:
            following = ahead.next()
            with self.database.transaction() as cur:
                if tried:
                    self._record(cur, *tried)
                return sending.begin(cur, following, self.now(), house) if following else None
        except Exception:
            # Whatever is wrong with the next, this one went.
            if tried:
                self.settle_delivery(*tried)
            raise

    @staticmethod
    def send_mail(sitting: Sitting, ready: Ready) -> Outcome:
        """Send what was claimed."""
        return sitting.send(ready.address, ready.letter, key=ready.key)

    def settle_delivery(self, ready: Ready, outcome: Outcome) -> None:
        """Write down what came of it."""
        with self.database.transaction() as cur:
            self._record(cur, ready, outcome)

    def _record(self, cur: Cursor, ready: Ready, outcome: Outcome) -> None:
        sending.record(cur, ready, outcome, self.now(), random.SystemRandom().random())

    @query(NoParams, schemas.OwnContact, EVERYBODY)
    def own_contact(self, cur: Cursor, context: Context, _params: Loaded) -> Answer:
        """Show by which channels the own post is reached, and what became of the newest code and test of each."""
        return self._own(cur, context)

    @command(schemas.EnterContact, schemas.OwnContact, EVERYBODY)
    def enter_contact(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Enter or change the own address of a channel; a code goes there, and nothing else before it was typed in.

        Invalid for what is no address, with details.is_held_up for a sixth code or test within an hour, and for a
        channel that is not set up.
        """
        where = (params["channel"], params["address"], params["language"])
        contacts.enter(cur, context.signed_in, *where, set_up=self.set_up, now=self.now())
        return self._own(cur, context)

    @command(schemas.ProveContact, schemas.OwnContact, EVERYBODY)
    def prove_contact(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Type in the code that came.

        A wrong one is counted, so it is answered with `complaint`; the fifth is the last, and `is_void` says so.
        """
        complaint = contacts.prove(cur, context.signed_in, params["channel"], params["code"], self.now())
        return self._own(cur, context) | {
            "complaint": complaint.as_dict() if complaint else None,
            "is_void": complaint is contacts.VOID_CODE,
        }

    @command(schemas.ChooseMail, schemas.OwnContact, EVERYBODY)
    def choose_mail(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Choose the language of a channel and how often it speaks; what is urgent comes on its day all the same.

        Invalid without an address.
        """
        contacts.choose(cur, context.signed_in, params["channel"], params["language"], params["rhythm"])
        return self._own(cur, context)

    @command(schemas.OfChannel, schemas.OwnContact, EVERYBODY)
    def remove_contact(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Forget the own address of a channel: nothing goes there from now on."""
        contacts.remove(cur, context.signed_in, params["channel"], self.now())
        return self._own(cur, context)

    @command(schemas.OfChannel, schemas.OwnContact, EVERYBODY)
    def send_test(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Send a test to the own proven address of a channel. `own_contact` tells what came of it.

        Invalid without such an address, with details.is_held_up for a sixth code or test within an hour, and for a
        channel that is not set up.
        """
        contacts.test(cur, context.signed_in, params["channel"], set_up=self.set_up, now=self.now())
        return self._own(cur, context)

    @query(schemas.Deliveries, schemas.DeliveriesPage, ADMINISTRATOR)
    def list_deliveries(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """List what left the house, or should have; a page after the last one is the last."""
        return ledger.listing(cur, params["state"], params["page"])

    @command(schemas.Replay, Nothing, ADMINISTRATOR)
    def replay_delivery(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Send once more what was refused, not sent, or may not have arrived. The reason stays with it.

        Conflict shows it as ListedDelivery when its state is another. Invalid for other states, and when the day has a
        message already, which has what did not arrive.
        """
        asked = {"seen": params["state"], "reason": params["reason"]}
        ledger.replay(cur, context.signed_in, params["delivery_id"], **asked, now=self.now())
        return {}

    def _own(self, cur: Cursor, context: Context) -> Answer:
        return contacts.own(cur, context.signed_in, self.set_up)
