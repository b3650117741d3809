"""What the operations of bulletins take and answer."""

from __future__ import annotations

from services.stats.bulletin.lengths import Length
from services.stats.bulletin.records import BulletinState
from services.stats.bulletin.spans import Kind
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.chunks import MOST_CHUNKS
from shared.calling.params import Params, Words
from shared.calling.shapes import Paged, Shape
from shared.paper.parts import Role
from shared.text import Text

BULLETIN = Text("通报", "bulletin")
# A part that alone is as long as a whole bulletin may be is let in, so that it can be shortened here.
LONGEST_PART = 6000


def _part(zh: str, en: str) -> Words:
    return Words(Text(zh, en), longest=LONGEST_PART, has_lines=True, may_be_empty=True)


class BulletinsAsked(Params):
    """A page of the list, and of which checklist a bulletin could be made."""

    checklist_id = f.key(Text("清单", "checklist"), load_default=None, allow_none=True)
    page = f.page()


class MakeBulletin(Params):
    """Of which checklist, about which days; and which signed bulletin it corrects."""

    checklist_id = f.key(Text("清单", "checklist"))
    kind = f.member(Text("期间", "period"), Kind)
    as_of = f.Day(Text("截至", "as of"))
    corrects_id = f.key(BULLETIN, load_default=None, allow_none=True)


class BulletinOnly(Params):
    """One bulletin."""

    bulletin_id = f.key(BULLETIN)


class BulletinFile(BulletinOnly):
    """Which part of its file."""

    number = f.whole(Text("文件的第几部分", "part of the file"), 0, MOST_CHUNKS - 1)


class SaveBulletin(BulletinOnly):
    """The fields of a draft, each a text whose lines are paragraphs; without a date it is that of the signing."""

    version = f.version()
    title = Words(Text("标题", "title"), longest=120)
    addressees = Words(Text("主送", "addressees"), longest=300, may_be_empty=True)
    overall = _part("总体情况", "overall")
    behind = _part("进度滞后和未报事项", "what is behind")
    practice = _part("好的做法", "good practice")
    requirements = _part("下一步要求", "requirements")
    issuer = Words(Text("署名", "issuer"), longest=60, may_be_empty=True)
    copies = Words(Text("抄送", "copies to"), longest=300, may_be_empty=True)
    dated_on = f.Day(Text("成文日期", "date"), load_default=None, allow_none=True)


class WithdrawBulletin(BulletinOnly):
    """A draft that is not to be issued."""

    version = f.version()


class SignBulletin(WithdrawBulletin):
    """A draft that is issued; the reason is for a text that is longer than it should be."""

    reason = Words(Text("理由", "reason"), longest=300, may_be_empty=True, load_default="")


class Spanned(Shape):
    """The days that a bulletin is about."""

    kind = s.one_of(Kind)
    first_on = s.day()
    as_of = s.day("the last of them, as of which the facts are")
    period = s.text("in words, such as 6月份")


class OfChecklist(Spanned):
    """A bulletin, as far as lists and pages of one have it in common."""

    bulletin_id = s.key()
    checklist_id = s.key()
    checklist = s.text("its title")
    state = s.one_of(BulletinState)
    title = s.text()
    number = s.whole("within the year; null before it is signed", allow_none=True)
    year = s.whole(allow_none=True)
    issued_on = s.day("the date in it; null before it is signed", allow_none=True)
    made_at = s.moment()
    signed_at = s.moment(allow_none=True)
    signed_post = s.text(allow_none=True)
    signed_unit = s.text(allow_none=True)


class ListedBulletin(OfChecklist):
    """A bulletin in the list."""

    made_post = s.text(allow_none=True)
    made_unit = s.text(allow_none=True)


class ChecklistToChoose(Shape):
    """A checklist that bulletins can be about."""

    checklist_id = s.key()
    title = s.text()


class Bulletins(Paged):
    """The newest first, 50 a page; drafts and withdrawn ones for the lead bureau alone."""

    bulletins = s.several(ListedBulletin)
    total = s.whole("on all pages")
    checklists = s.several(ChecklistToChoose, "the newest year first")
    chosen = s.key("the one of which `offered` are", allow_none=True)
    offered = s.several(Spanned, "what one click makes, this month first; none without any record")


class BulletinMade(Shape):
    """Which draft there is now."""

    bulletin_id = s.key()
    is_new = s.flag("false where the same draft was there already")


class LaidOut(Shape):
    """A paragraph of the official form."""

    role = s.one_of(Role, "what it is in the form, the level of a heading among them")
    head = s.text("the part that is set as a heading, empty in a plain paragraph")
    text = s.text("what follows")


class AnnexColumn(Shape):
    """A column of a table."""

    heading = s.text()
    is_number = s.flag()


class AnnexRow(Shape):
    """A row of a table."""

    cells = s.several(s.text())
    is_strong = s.flag("whether it sums up rows that follow")


class AnnexTable(Shape):
    """A table behind the text."""

    label = s.text("such as 附件1")
    title = s.text()
    note = s.text("what it leaves out; empty for nothing")
    columns = s.several(AnnexColumn)
    rows = s.several(AnnexRow)


class BulletinEdit(Shape):
    """A version, and who made it."""

    version = s.whole()
    at = s.moment()
    post = s.text(allow_none=True)
    unit = s.text(allow_none=True)
    changed = s.several(s.text(), "the names of the fields that it changed")
    is_first = s.flag()


class FieldLengths(Shape):
    """Characters by field."""

    title = s.whole()
    addressees = s.whole()
    overall = s.whole()
    behind = s.whole()
    practice = s.whole()
    requirements = s.whole()


class BulletinShown(OfChecklist):
    """A bulletin with its fields, as it is laid out, and how long it is."""

    version = s.whole()
    addressees = s.text()
    overall = s.text()
    behind = s.text()
    practice = s.text()
    requirements = s.text()
    issuer = s.text()
    copies = s.text()
    dated_on = s.text("ISO, or empty for the day of signing")
    is_over = s.flag("whether its day was over when the facts were read")
    reason = s.text("why it is longer than it should be")
    sha256 = s.text("of the file that was issued", allow_none=True)
    size = s.whole("of that file in bytes", allow_none=True)
    corrects_id = s.key(allow_none=True)
    corrects = s.text("which bulletin it corrects", allow_none=True)
    characters = s.whole("as people see them, blanks aside")
    wanted = s.whole("how many there should be at most")
    length = s.one_of(Length)
    warning = s.sentence(allow_none=True)
    lengths = s.part(FieldLengths)
    paragraphs = s.several(LaidOut)
    imprint = s.several(LaidOut)
    mark = s.text("at the head of each page of what was not signed; else empty")
    annexes = s.several(AnnexTable)
    is_invented = s.flag("whether figures in it are invented")
    edits = s.several(BulletinEdit, "the newest first; none after a change")


class BulletinPart(Shape):
    """One part of a file."""

    name = s.text("of the whole file")
    content = s.text("base64 of at most 45,000 bytes")
    sha256 = s.text("of the whole file, which tells when it changed between two parts")
    is_last = s.flag()


class FieldCompared(Shape):
    """A field of a bulletin that was made again."""

    field = s.text("its name")
    is_same = s.flag("whether the rules make the same text of it as then")
    is_edited = s.flag("whether a person had changed it before it was signed")
    then = s.text("as the rules made it then")
    now = s.text("as they make it now")
    written = s.text("as it was signed")


class BulletinMadeAgain(Shape):
    """An issued bulletin made anew as of its day."""

    bulletin_id = s.key()
    title = s.text()
    number = s.whole()
    year = s.whole()
    as_of = s.day()
    was_over = s.flag("whether that day was over when it was made; else what came later that day counts now")
    is_same_text = s.flag()
    is_same_tables = s.flag()
    is_same_file = s.flag("whether the kept text and facts make the same bytes")
    sha256 = s.text()
    compared = s.several(FieldCompared, "each of the fields")
