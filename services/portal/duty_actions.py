"""What a person may do with a duty: by the last part of a form's address the operation, and the field that it needs."""

from __future__ import annotations

ACTIONS: dict[str, tuple[str, str | None]] = {
    "note": ("note_progress", "text"),
    "blocker": ("report_blocker", "reason"),
    "clear-blocker": ("clear_blocker", None),
    "waiver": ("ask_waiver", "reason"),
    "take-back-waiver": ("take_back_waiver", None),
    "reopen": ("reopen_duty", None),
    "accept": ("accept_duty", None),
    "return": ("return_duty", "reason"),
    "grant": ("grant_waiver", None),
    "refuse": ("refuse_waiver", "reason"),
    "answer": ("answer_blocker", "reason"),
}
# Those that the addresses of the lists end with.
OPERATIONS = {action: operation for action, (operation, _field) in ACTIONS.items()} | {"done": "submit_duties"}
