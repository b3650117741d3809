"""What the operations of delivery take and answer."""

from __future__ import annotations

from services.notifications.delivery.rhythm import Rhythm
from services.notifications.delivery.states import Channel, Purpose, State
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Params
from shared.calling.shapes import Paged, Shape
from shared.text import Text


class OfChannel(Params):
    """Of which channel the own contact is meant."""

    channel = f.member(Text("渠道", "channel"), Channel, load_default=Channel.MAIL)


class EnterContact(OfChannel):
    """Where the own post is to be reached: an e-mail address, a mobile number, or the name of a robot."""

    address = f.Word(Text("联系方式", "address"), longest=254)
    language = f.choice(Text("语言", "language"), ("zh", "en"))


class ChooseMail(OfChannel):
    """How the own post wants to be told."""

    language = f.choice(Text("语言", "language"), ("zh", "en"))
    rhythm = f.member(Text("多久发一次", "how often"), Rhythm)


class ProveContact(OfChannel):
    code = f.Word(Text("验证码", "code"), longest=20)


class Tried(Shape):
    """What became of the newest message of a kind."""

    state = s.one_of(State)
    answer = s.text("what the other side said, or what went wrong, in its own words", allow_none=True)
    at = s.moment("when that was")


class OfOne(Shape):
    """Where the own post is reached by one channel; seen by its holder."""

    is_set_up = s.flag("whether the settings have it")
    address = s.text("null without any", allow_none=True)
    language = s.one_of(("zh", "en"))
    rhythm = s.one_of(Rhythm)
    is_proven = s.flag("whether the code was typed in; nothing is sent before")
    code = s.part(Tried, "of the newest code", allow_none=True)
    test = s.part(Tried, "of the newest test", allow_none=True)


class OwnChannel(OfOne):
    """The same, with which channel it is."""

    channel = s.one_of(Channel)
    robots = s.several(s.text(), "names of the robots that can be chosen")


class OwnContact(OfOne):
    """Where the own post is reached outside the house; beside `channels` it is said of mail."""

    channels = s.several(OwnChannel, "those that are set up, or have an address still")
    complaint = s.sentence("why the code was not taken, null when it was", allow_none=True)
    is_void = s.flag("whether the code was typed wrong for the last time and is none any more")


class Deliveries(Params):
    """Which page of the ledger, from 1; `state` narrows it down."""

    page = f.page()
    state = f.member(Text("状态", "state"), State, load_default=None)


class Replay(Params):
    """`state` is that of the page, so that nobody sends again what has arrived meanwhile."""

    delivery_id = f.key(Text("发送记录", "delivery"))
    state = f.member(Text("状态", "state"), State)
    reason = f.Words(Text("重发原因", "reason"), longest=200)


class ListedDelivery(Shape):
    """A row of the ledger."""

    delivery_id = s.key()
    day = s.day("on which it goes or went")
    unit = s.text("name")
    post = s.text()
    address = s.text("that of now, null when it is gone", allow_none=True)
    channel = s.one_of(Channel)
    purpose = s.one_of(Purpose)
    state = s.one_of(State)
    tries = s.whole()
    answer = s.text("what the other side said, in its own words", allow_none=True)
    why = s.text("why it was cancelled or given up, a code", allow_none=True)
    changed_at = s.moment()
    replay_reason = s.text("why it was sent once more, null when it was not", allow_none=True)
    account = s.text("the robot or gateway by which it went, null of mail", allow_none=True)
    segments = s.whole("the parts of a short message", allow_none=True)


class DeliveriesPage(Paged):
    """Newest day first, units in the order of the directory, 50 a page."""

    deliveries = s.several(ListedDelivery)
    counts = s.json_object("how many deliveries are in each state")
