"""What the operations of links take and answer. No answer has a token, nor its hash."""

from __future__ import annotations

from services.notifications.links.link import Standing
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Params
from shared.calling.shapes import Paged, Shape
from shared.text import Text

_HASH = Text("链接", "link")


class LinkOnly(Params):
    """`link_hash` is the SHA-256 of the token in hexadecimal digits: the token stays with whoever serves the pages."""

    link_hash = f.Code(_HASH, longest=64)


class LinkDigits(LinkOnly):
    digits = f.Word(Text("手机号后四位", "last four digits of the phone"), longest=20)


class LinkOf(Shape):
    """Whose link it is."""

    person_id = s.key()
    holder = s.whole("which holder of the post it was given to")
    unit_id = s.key("the unit in which the post was then")
    expires_at = s.moment()


class LinkAnswer(Shape):
    """What a token is worth."""

    standing = s.one_of(Standing, "good and digits open, the others say why it does not")
    link = s.part(LinkOf, "null of what does not open", allow_none=True)


class LinkProof(LinkAnswer):
    """The same after digits were typed."""

    complaint = s.sentence("why they were not taken, null when they were or the link does not open", allow_none=True)
    made_void = s.key("whose link this attempt made void, else null", allow_none=True)


class Links(Params):
    page = f.page()


class LiveLink(Shape):
    """A link that still opens."""

    link_id = s.key()
    person_id = s.key()
    unit = s.text("name")
    post = s.text()
    made_at = s.moment()
    expires_at = s.moment()


class LinksPage(Paged):
    """Fifty posts a page, units in the order of the directory, of a post the newest first."""

    links = s.several(LiveLink)
    total = s.whole("how many posts there are on all pages")
    asks_digits = s.flag("whether the last four digits of the post's phone are asked for, where it has a proven one")
    version = s.whole("of this setting")


class RevokeLinks(Params):
    """One link, all of a post, or with `all` every one that there is."""

    link_id = f.key(_HASH, load_default=None)
    person_id = f.key(Text("岗位", "post"), load_default=None)
    all = f.flag(Text("全部", "all"), load_default=False)
    reason = f.Words(Text("作废原因", "reason"), longest=200)


class LinksRevoked(Shape):
    """What was made void."""

    links = s.whole("how many were made void")


class AskDigits(Params):
    asks_digits = f.flag(Text("是否核对手机号后四位", "whether the last digits are asked for"))
    version = f.whole(Text("版本", "version"), 0, 1_000_000)
    reason = f.Words(Text("原因", "reason"), longest=200)
