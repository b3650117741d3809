"""Which events this service listens to. Data, so that a relay knows it without the service."""

from __future__ import annotations

TOPICS = (
    "unit.#",
    "person.#",
    "group.#",
    "calendar.#",
    "lights.#",
    "checklist.#",
    "rows.#",
    "duties.#",
    "duty.#",
    "plan.#",
    "practice.#",
    "ledger.#",
    "relay.ticked.#",
)
