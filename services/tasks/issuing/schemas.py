"""Parameters of the operations of issuing."""

from __future__ import annotations

from services.tasks.vocabulary import CHECKLIST
from shared.calling import params as f
from shared.calling.params import Params
from shared.text import Text


class PreviewIssue(Params):
    checklist_id = f.key(CHECKLIST)
    busy_above = f.whole(Text("每月上限", "most duties in a month"), 0, 10_000, load_default=10)


class IssueChecklist(Params):
    checklist_id = f.key(CHECKLIST)
    version = f.version()


class IssueProgress(Params):
    checklist_id = f.key(CHECKLIST)
