"""Parameters of the notifications operations."""

from __future__ import annotations

from shared.calling import params as f
from shared.calling.params import Params
from shared.text import Text

MESSAGE = Text("消息", "message")


class Page(Params):
    page = f.page()


class MessageOnly(Params):
    message_id = f.key(MESSAGE)
