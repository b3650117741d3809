"""How long rows of this service's tables stay: what goes after a while, and what is the county's memory."""

from __future__ import annotations

from services.tasks.files import store as files
from shared.retention import Retention
from shared.text import Text


def _memory(zh: str, en: str) -> Text:
    return Text(f"{zh}永久保存，不能设置期限。", f"{en} stay for ever; no number of days can be set.")


AUDIT = _memory("审计日志", "The entries of the audit log")
HISTORY = _memory("责任的经过", "The histories of duties")
ISSUED = _memory("下发过的清单和责任", "Checklists that were issued, and their duties,")
NIGHTS = _memory("每夜核对的记录", "Records of the nightly counts")
CALENDAR = _memory("放假安排、日历的调整和灯色规则", "Days off, changes of the calendar, and rules of lights")
DIRECTORY = _memory("单位和人员", "Units and people")

RETENTION = Retention(
    policies=(files.RETENTION,),
    kept={
        "audit_log": AUDIT,
        "duty_history": HISTORY,
        "request": HISTORY,
        "evidence": HISTORY,
        **dict.fromkeys(
            ("checklist", "checklist_row", "row_unit", "issue_run", "item_period", "issue_chunk", "issue_unit", "duty"),
            ISSUED,
        ),
        **dict.fromkeys(("announced_year", "own_day", "calendar_move", "light_rule"), CALENDAR),
        "ledger_count": NIGHTS,
        "suggestion": HISTORY,
        "meeting": HISTORY,
        "practice": HISTORY,
        "practice_file": HISTORY,
        "remark": HISTORY,
        "remark_answer": HISTORY,
        **dict.fromkeys(("amendment", "amendment_chunk", "amendment_unit"), ISSUED),
        **dict.fromkeys(("plan", "target", "question", "notice_piece", "notice_figure"), ISSUED),
        **dict.fromkeys(("unit", "unit_group", "unit_group_member", "person"), DIRECTORY),
        **dict.fromkeys(("former_holder", "substitution"), DIRECTORY),
    },
    bounded=frozenset({"calendar_year", "draft_change", "file_chunk", "light_table", "seen_calendar"}),
)
