"""What the fields of the tasks service are called, which values they take and how long they may be."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from shared.text import Text

if TYPE_CHECKING:
    from marshmallow import fields

    from shared.calling.params import Words

# What a process that reads somebody's file does not need, and would take longer to load than most files to read, is
# imported in the functions below.

KINDS = ("county", "leading_group", "lead", "department", "township", "village")
RECURRENCES = ("once", "monthly", "quarterly", "yearly")
REVIEW_RULES = ("none", "all", "sample")
EVIDENCE_RULES = ("optional", "required")
PARTS_IN_WORK = ("lead", "support")
CHECKLIST_STATES = ("draft", "issuing", "issued", "closed")
# As many units as a page lists one by one; where there are more they are searched.
FEW_UNITS = 300
LONGEST_NAME = 60
LONGEST_UNIT_CODE = 40
LONGEST_TITLE = 200
LONGEST_BODY = 4000
LONGEST_RULE = 1000


class PracticeState(StrEnum):
    """How far what a unit offers as good practice (典型经验) has come.

    The lead bureau puts aside and takes back, the unit withdraws.
    """

    OFFERED = "offered"
    PUBLISHED = "published"
    PUT_ASIDE = "put_aside"
    WITHDRAWN = "withdrawn"
    TAKEN_BACK = "taken_back"

    @property
    def is_live(self) -> bool:
        """Whether it waits or is read by all, so that the duty's unit offers no second one."""
        return self in (PracticeState.OFFERED, PracticeState.PUBLISHED)


NAME = Text("名称", "name")
TITLE = Text("标题", "title")
UNIT = Text("单位", "unit")
UNIT_CODE = Text("代码", "code")
UNITS = Text("单位", "units")
GROUP = Text("单位组", "group")
PERSON = Text("人员", "person")
CHECKLIST = Text("清单", "checklist")
ROW = Text("行", "row")
YEAR = Text("年度", "year")
FILE = Text("文件", "file")
FILE_PART = Text("文件分段", "part of the file")
BODY = Text("内容", "description")
ACCEPTANCE = Text("完成标准", "acceptance rule")
DUE = Text("完成时限", "due date")
DUE_DAY = Text("每期第几日", "due day")
ALIASES = Text("别名", "other names")


def aliases_field() -> fields.List[str]:
    """Other names, thirty at most."""
    from shared.calling import params as f
    from shared.calling.params import Words

    return f.several(Words(ALIASES, longest=LONGEST_NAME), ALIASES, most=30)


def seen_field() -> Words:
    """The fingerprint of the preview that somebody looked at."""
    from shared.calling.params import Words

    return Words(Text("预览", "preview"), longest=64, load_default=None)


def file_field() -> fields.UUID:
    """The id of an uploaded file."""
    from marshmallow import fields

    from shared.calling import params as f

    wrong = Text("文件编号不正确，请重新上传。", "The file's id is not valid. Please upload it again.")
    return f.labelled(fields.UUID(required=True), FILE, missing=wrong, wrong=wrong)
