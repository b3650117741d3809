"""What the services answer of difficulties, duties, targets and the economy, as an agenda is made of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.portal.meeting_agenda import Agenda, Followed, newest


def a_blocker(
    number: int, *, unit: str = "徽城镇", state: str = "open", asked_on: str = "2026-05-01"
) -> dict[str, Any]:
    return {
        "duty_id": number,
        "unit": {"unit_id": 4, "name": unit},
        "item": f"事项{number}",
        "measure": "举措",
        "period": "2026",
        "due_on": "2026-06-30",
        "state": state,
        "reason": "缺场地",
        "asked_unit": None,
        "asked_on": asked_on,
        "days": 7,
    }


def late(number: int, due_on: str, *, unit: str = "徽城镇") -> dict[str, Any]:
    return {
        "duty_id": number,
        "row_id": number,
        "item": f"事项{number}",
        "unit_id": 4,
        "unit": unit,
        "period": "2026-04",
        "due_on": due_on,
        "light": "overdue",
        "light_word": {"zh": "已逾期", "en": "Overdue"},
        "brief": {"zh": "已逾期 5 个工作日", "en": "Overdue by 5 working days"},
    }


def a_target(number: int, *, standing: str = "behind", likelihood: str | None = None) -> dict[str, Any]:
    return {
        "target_id": number,
        "indicator": {"name": f"目标{number}", "unit_of_measure": "人"},
        "standing": standing,
        "likelihood": likelihood,
        "reached": "1000",
        "value": "3000",
        "why": {"zh": "到2026年4月共 1,000 人", "en": "1,000 people up to April 2026"},
        "likely": {"zh": "按过去的月份，完成的可能是 12%。", "en": "By the past months its likelihood is 12 %."},
        "notes": [],
    }


def a_series(name: str, cells: Sequence[tuple[str, str | None, str | None]]) -> dict[str, Any]:
    return {
        "name": {"zh": name, "en": name},
        "indicator": {"unit_of_measure": "亿元"},
        "cells": [{"year": int(year), "value": value, "growth": growth} for year, value, growth in cells],
        "source": "统计公报",
        "source_period": "2025",
    }


def a_decision(text: str, *, row_id: int | None = None, unit: str = "徽城镇") -> dict[str, Any]:
    return {
        "row_id": row_id,
        "draft_row_id": None,
        "task": "协调困难",
        "text": text,
        "about": "徽城镇：缺场地",
        "due_on": "2026-06-08",
        "units": [unit],
    }


def a_meeting(decisions: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    return {
        "title": "2026年5月8日就业工作专题会议",
        "held_on": "2026-05-08",
        "year": 2026,
        "made_by": {"post": "就业股股长", "unit": "县人社局"},
        "decisions": list(decisions),
    }


def an_agenda(**parts: Any) -> Agenda:
    """An empty agenda of the first meeting, with what is given."""
    nothing: dict[str, Any] = {
        "day": "2026-05-08",
        "is_over": True,
        "checklists": ("2026年清单",),
        "unknown": (),
        "blockers": (),
        "blockers_total": len(parts.get("blockers", ())),
        "overdue": (),
        "overdue_total": 0,
        "targets": (),
        "targets_total": 0,
        "economy": (),
        "economy_sentences": (),
        "former": None,
        "followed": (),
        "is_invented": False,
    }
    return Agenda(**(nothing | parts))


def a_full_agenda(number: int = 3) -> Agenda:
    """Something of everything, so many of each."""
    followed = Followed(a_decision("上次的事", row_id=7), (late(7, "2026-05-01"),))
    return an_agenda(
        blockers=tuple(a_blocker(n) for n in range(number)),
        overdue=tuple(late(n, "2026-04-30") for n in range(number)),
        overdue_total=number,
        targets=tuple(a_target(n) for n in range(number)),
        targets_total=number + 1,
        economy=newest([a_series("地区生产总值", [("2024", "240", None), ("2025", "250", "0.0417")])]),
        economy_sentences=("2025年地区生产总值 250 亿元。",),
        former={"title": "2026年2月6日就业工作专题会议", "held_on": "2026-02-06", "meeting_id": 1},
        followed=(followed,),
    )
