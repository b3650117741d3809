"""What the operations of good practice take and answer."""

from __future__ import annotations

from services.tasks.duties.schemas import DUTY, Doer
from services.tasks.evidence.schemas import FILE, FileSent
from services.tasks.practices.practice import MOST_FILES, MOVES
from services.tasks.vocabulary import PracticeState
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Params, Words
from shared.calling.shapes import Paged, Shape
from shared.text import Text

LONGEST_TITLE = 100
LONGEST_TEXT = 4000
LONGEST_REASON = 1000

PRACTICE = Text("典型经验", "good practice")


def _title() -> Words:
    return Words(Text("标题", "title"), longest=LONGEST_TITLE)


def _text() -> Words:
    return Words(Text("做法和成效", "what was done and what came of it"), longest=LONGEST_TEXT, has_lines=True)


class OfferPractice(Params):
    """Of which duty, in which words, and which files of its evidence everybody may read."""

    duty_id = f.key(DUTY)
    title = _title()
    text = _text()
    evidence_ids = f.several(f.key(FILE), Text("文件", "files"), most=MOST_FILES, load_default=[])


class AddPracticeFile(FileSent):
    """What lies in the store under `key` as a file of what was offered."""

    practice_id = f.key(PRACTICE)


class OnePractice(Params):
    practice_id = f.key(PRACTICE)


class PracticeVersion(OnePractice):
    """One of them as a page showed it."""

    version = f.version()


class PublishPractice(PracticeVersion):
    """The version that was read, and the words for everybody."""

    title = _title()
    text = _text()


class PracticeReason(PracticeVersion):
    """The version that was read, and what is said to the unit."""

    reason = Words(Text("原因", "reason"), longest=LONGEST_REASON, has_lines=True)


class ListPractices(Params):
    """Words that all stand in it, and the page."""

    text = Words(Text("查找内容", "search"), longest=60, may_be_empty=True, load_default="")
    page = f.page()


class WaitingPractices(Params):
    page = f.page()


class PracticeFileAsked(OnePractice):
    """One file of one of them."""

    file_id = f.key(FILE)


class PracticeMade(Shape):
    """It waits for the lead bureau."""

    practice_id = s.key()


class PracticeFileShown(Shape):
    """A file that whoever reads it may download."""

    file_id = s.key()
    name = s.text()
    bytes = s.whole()


class PracticeListed(Shape):
    """A good practice as a list has it."""

    practice_id = s.key()
    title = s.text()
    text = s.text()
    unit = s.text("its name")
    item = s.text("title of the item whose duty it is")
    files = s.several(PracticeFileShown)
    offered_at = s.moment("null to who reads it as published", allow_none=True)
    published_on = s.day("day in Asia/Shanghai; null before", allow_none=True)
    corrected_on = s.day("day on which its words last changed since; null where they are as published", allow_none=True)


class Offered(Shape):
    """What the unit wrote, before anybody changed it."""

    title = s.text()
    text = s.text()
    at = s.moment()
    who = s.part(Doer)


class Decided(Shape):
    """When something became of it, and by whom."""

    at = s.moment()
    who = s.part(Doer)


class PracticeDetail(PracticeListed):
    """A good practice; what only its unit and the lead bureau read is null to everybody else."""

    state = s.one_of(PracticeState)
    duty_id = s.key(allow_none=True)
    offered = s.part(Offered, allow_none=True)
    published = s.part(Decided, allow_none=True)
    corrected = s.part(Decided, "when and by whom its words last changed since", allow_none=True)
    ended = s.part(Decided, "by whom it was put aside, withdrawn or taken back", allow_none=True)
    reason = s.text("why it was put aside or taken back", allow_none=True)
    version = s.whole()
    is_duty_done = s.flag("whether its duty is done; it is not published otherwise")
    is_own = s.flag("whether this person offered it, who does not publish it then")
    actions = s.several(s.one_of(MOVES), "the operations that this person may call on it now")


class Practices(Paged):
    """Those that are published, newest first."""

    practices = s.several(PracticeListed)
    total = s.whole("how many are published")
    found = s.whole("of these how many fit what is sought")


class OfferedPractices(Paged):
    """Those that wait, longest waiting first."""

    practices = s.several(PracticeListed)
    total = s.whole()


class PracticeCounts(Shape):
    """How many there are, of all units together."""

    published = s.whole()
    waiting = s.whole("for the lead bureau; 0 to everybody else")
