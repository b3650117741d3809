"""Parameters of the stats operations."""

from __future__ import annotations

from shared.calling import params as f
from shared.calling.params import Params, Words
from shared.light import Light
from shared.text import Text

CHECKLIST = Text("清单", "checklist")
ROW = Text("行", "row")
UNIT = Text("单位", "unit")
KIND = Text("单位类别", "kind of unit")
LIGHT = Text("状态", "light")


class ChecklistOnly(Params):
    checklist_id = f.key(CHECKLIST)


class RowOnly(Params):
    row_id = f.key(ROW)


class UnitsBoard(Params):
    checklist_id = f.key(CHECKLIST)
    kind = Words(KIND, longest=40, may_be_empty=True, load_default=None)
    page = f.page()


class FindDuties(Params):
    checklist_id = f.key(CHECKLIST)
    row_id = f.key(ROW, load_default=None)
    unit_id = f.key(UNIT, load_default=None)
    light = f.member(LIGHT, Light, load_default=None)
    page = f.page()
