"""What the operations of delivery take and answer."""

from __future__ import annotations

from services.notifications.delivery.states import State
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Params
from shared.calling.shapes import Shape
from shared.text import Text


class EnterContact(Params):
    """Where the own post is to be reached."""

    address = f.Word(Text("邮箱", "e-mail address"), longest=254)
    language = f.choice(Text("邮件的语言", "language of mails"), ("zh", "en"))


class ProveContact(Params):
    code = f.Word(Text("验证码", "code"), longest=20)


class Tried(Shape):
    """What became of the newest mail of a kind."""

    state = s.one_of(State)
    answer = s.text("what the mail server said, or what went wrong, in its own words", allow_none=True)
    at = s.moment("when that was")


class OwnContact(Shape):
    """Where the own post is reached outside the house; seen by its holder."""

    is_set_up = s.flag("whether a mail server is set")
    address = s.text("null without any", allow_none=True)
    language = s.one_of(("zh", "en"))
    is_proven = s.flag("whether the code was typed in; nothing is sent before")
    code = s.part(Tried, "of the newest code", allow_none=True)
    test = s.part(Tried, "of the newest test", allow_none=True)
    complaint = s.sentence("why the code was not taken, null when it was", allow_none=True)
