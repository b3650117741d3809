"""Which single duty may be urged: one that its page would offer to be. Pure."""

from __future__ import annotations

import datetime as dt

from services.tasks.urging.records import Named
from shared import light_rules
from shared.light import OPEN_STATES, State, due_soon_until
from shared.text import Text

ENDED = Text(
    "这份清单已经结束，不再催办，没有发出催办。",
    "This checklist has ended, so its duties can no longer be urged; nothing was sent.",
)
WITHDRAWN = Text(
    "这项责任已经撤销，不再催办，没有发出催办。请返回列表刷新。",
    "This duty was withdrawn, so it can no longer be urged; nothing was sent. Please go back and reload the list.",
)
WAIVED = Text(
    "这项责任已确认不适用，不再催办，没有发出催办。请返回列表刷新。",
    "It is confirmed that this duty does not apply, so it is not urged; nothing was sent. "
    "Please go back and reload the list.",
)
DONE = Text(
    "这项责任单位已经提交，不用催办，没有发出催办。请刷新页面核对。",
    "The unit has submitted this duty, so it is not urged; nothing was sent. Please reload the page and check it.",
)
PAUSED = Text(
    "这项责任的困难已经受理，暂停计时期间不催办，没有发出催办。困难答复后可以再催办。",
    "Its difficulty was taken on and the clock is stopped, so this duty is not urged; nothing was sent. "
    "It may be urged once the difficulty is answered.",
)
OVER = {State.WITHDRAWN: WITHDRAWN, State.WAIVED: WAIVED}


def complain(duty: Named, today: dt.date) -> Text | None:
    """Why the duty is not urged on `today`; None when it is. What waits for an answer is told as that, not here."""
    if duty.is_ended:
        return ENDED
    if duty.state not in OPEN_STATES:
        return OVER.get(duty.state, DONE)
    if duty.is_paused:
        return PAUSED
    is_near = duty.due_on <= due_soon_until(today)
    return None if is_near or duty.is_blocked else not_due(light_rules.in_force().on(today))


def not_due(workdays: int) -> Text:
    """That a duty is urged only once it is due soon, which is within so many working days."""
    days = "1 working day" if workdays == 1 else f"{workdays} working days"
    return Text(
        f"这项责任离完成时限还早，不用催办，没有发出催办。到期前 {workdays} 个工作日起可以催办。",
        "This duty is not due for a while, so it is not urged; nothing was sent. "
        f"It may be urged from {days} before it is due.",
    )
