"""The tick that sends by robots and short messages; the operations of contacts are those of delivery."""

from __future__ import annotations

import random
import time

from services.notifications.channels import claiming, posting
from services.notifications.channels.claiming import Claimed
from services.notifications.delivery.operations import SECONDS_OF_SENDING, DeliveryOperations
from services.notifications.delivery.sending import House
from services.notifications.delivery.states import Outcome
from shared.calling.service import every
from shared.database import Cursor

# Keys of messages name a domain even where there is no mail.
NO_DOMAIN = "qingdan.invalid"


class ChannelOperations(DeliveryOperations):
    """What leaves the house beside mail, on a tick of its own: what is slow here does not hold up mail."""

    @every(10)
    def speak(self) -> None:
        """Send what is due by accounts that have room; on every replica, each delivery is claimed by one."""
        if not self.channels.accounts:
            return
        with self.database.transaction() as cur:
            claiming.prepare(cur, self.channels, self.now())
        until = time.monotonic() + SECONDS_OF_SENDING
        while time.monotonic() < until and (claimed := self.claim_message()):
            self.settle_message(claimed, self.send_message(claimed))

    def claim_message(self) -> Claimed | None:
        """Claim one delivery and commit that; the next step is to send it, outside any transaction."""
        with self.database.transaction() as cur:
            return self._claim(cur)

    def _claim(self, cur: Cursor) -> Claimed | None:
        domain = self.mail_server.domain if self.mail_server else NO_DOMAIN
        return claiming.claim(cur, self.channels, self.now(), House(self.pages_url, domain))

    def send_message(self, claimed: Claimed) -> Outcome:
        """Send what was claimed."""
        return posting.send(claimed.account, claimed.ready, self.now())

    def settle_message(self, claimed: Claimed, outcome: Outcome) -> None:
        """Write down what came of it."""
        with self.database.transaction() as cur:
            claiming.record(cur, claimed, outcome, now=self.now(), chance=random.SystemRandom().random())
