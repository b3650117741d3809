"""Which events of others this service listens to. Data, so that a relay knows it without the service."""

from __future__ import annotations

TOPICS = (
    "unit.#",
    "person.#",
    "calendar.#",
    "lights.#",
    "checklist.#",
    "rows.#",
    "duties.#",
    "duty.#",
    "remark.#",
    "offer.#",
    "report.#",
    "submission.#",
    "ledger.#",
    "relay.ticked.#",
)
