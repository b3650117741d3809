"""What a person may do with a duty: by the last part of a form's address the operation, and the fields it needs."""

from __future__ import annotations

ACTIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "note": ("note_progress", ("text",)),
    "blocker": ("report_blocker", ("reason", "asked_unit_id")),
    "clear-blocker": ("clear_blocker", ()),
    "waiver": ("ask_waiver", ("reason",)),
    "withdraw-all": ("withdraw_parts", ("reason",)),
    "take-back-waiver": ("take_back_waiver", ()),
    "extension": ("ask_extension", ("reason", "wanted_on")),
    "take-back-extension": ("take_back_extension", ()),
    "reopen": ("reopen_duty", ()),
    "accept": ("accept_duty", ()),
    "return": ("return_duty", ("reason",)),
    "grant": ("grant_waiver", ()),
    "refuse": ("refuse_waiver", ("reason",)),
    "extend": ("grant_extension", ("due_on", "reason")),
    "not-extend": ("refuse_extension", ("reason",)),
    "take-on": ("accept_blocker", ("reason",)),
    "answer": ("answer_blocker", ("reason",)),
    "withdraw": ("withdraw_duty", ("reason",)),
}
# Those that the addresses of the lists end with.
OPERATIONS = {action: operation for action, (operation, _fields) in ACTIONS.items()} | {
    "done": "submit_duties",
    "delegate": "delegate_duty",
    # What is done with good practice of a duty.
    "practice": "offer_practice",
    "publish": "publish_practice",
    "reword": "correct_practice",
    "decline": "put_practice_aside",
    "unpublish": "take_practice_back",
    "retract": "withdraw_practice",
}
