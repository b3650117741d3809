"""How long rows of this service's tables stay: counters as long as the events they come from, figures for ever."""

from __future__ import annotations

from shared.retention import Retention
from shared.text import Text


def _memory(zh: str, en: str) -> Text:
    return Text(f"{zh}永久保存，不能设置期限。", f"{en} stay for ever; no number of days can be set.")


FIGURES = _memory("上报和更正过的数据", "Figures that were reported or corrected")
SUBMISSIONS = _memory("报送和它的经过", "Submissions and their histories")
LOG = _memory("审计日志", "Entries of the audit log")
DEFINITIONS = _memory("指标、报表和校验", "Indicators, reports and checks")
TARGETS = _memory("目标", "Targets")
BULLETINS = _memory("通报和它的修改经过", "Bulletins and their versions")
DAYS = _memory("清单每天的记录", "Daily records of checklists")

RETENTION = Retention(
    kept={
        "audit_log": LOG,
        **dict.fromkeys(("fact", "adjustment", "import_run"), FIGURES),
        **dict.fromkeys(
            (
                "round",
                "round_line",
                "submission",
                "submission_cell",
                "submission_history",
                "lock_exception",
                "explanation",
            ),
            SUBMISSIONS,
        ),
        **dict.fromkeys(
            (
                "indicator",
                "indicator_version",
                "report",
                "report_version",
                "report_line",
                "report_recipient",
                "report_unit",
                "check_rule",
                "economy_role",
            ),
            DEFINITIONS,
        ),
        **dict.fromkeys(("target", "target_version", "target_share", "stated_target"), TARGETS),
        **dict.fromkeys(("bulletin", "bulletin_version"), BULLETINS),
        **dict.fromkeys(("item_day", "unit_day", "completion_day", "count_check"), DAYS),
    },
    bounded=frozenset(
        {
            "calendar_year",
            "light_table",
            "unit",
            "person",
            "checklist",
            "issued_row",
            # With the year that somebody dropped; the numbers of its days stay.
            "duty",
            "duty_past",
            "item_count",
            "unit_count",
            "row_progress",
            "units_asked",
            "as_of",
            "group_part",
            "unit_setting",
            "fact_clock",
            "import_cell",
            "figure",
            "practice",
        },
    ),
)
