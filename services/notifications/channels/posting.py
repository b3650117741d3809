"""Posts what was claimed, and says what came of it; never raises for what a server or a network can do."""

from __future__ import annotations

import datetime as dt

from services.notifications.channels import answers, gateway, robots, wire
from services.notifications.channels.exchange import NotSent, Unanswered
from services.notifications.delivery.sending import Ready
from services.notifications.delivery.states import Outcome
from shared.accounts import Gateway, Robot


def send(account: Robot | Gateway, ready: Ready, now: dt.datetime, *, seconds: float = wire.SECONDS) -> Outcome:
    """Hand one message to its provider within about `seconds`; `now` is in the signature."""
    text = ready.letter.text
    if isinstance(account, Gateway):
        request = gateway.request_of(account, phone=ready.address, text=text, key=ready.key, places=ready.places)
    else:
        request = robots.request_of(account, text, now)
    try:
        reply = wire.post(account.endpoint, request, seconds=seconds)
    except NotSent as error:
        return answers.of_not_sent(account, str(error))
    except Unanswered as error:
        return answers.of_unanswered(account, str(error))
    if isinstance(account, Gateway):
        return answers.of_gateway(account, reply)
    return answers.of_robot(account, reply)
