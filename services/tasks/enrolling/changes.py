"""What a file of people would change, told before it is stored. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.tasks.enrolling.lines import Account, Known, PeopleFile
from shared.fingerprint import fingerprint_of

MOST_SHOWN = 300
# Of an account, those that a file can change.
FIELDS = ("display_name", "post", "unit_id", "roles")


@dataclass(frozen=True, slots=True)
class Change:
    """A known account that the file makes another one."""

    before: Account
    after: Account


@dataclass(frozen=True, slots=True)
class Changes:
    """`new` and `changed` in the order of the file; `unchanged` counts those that it names and leaves alone."""

    new: tuple[Account, ...]
    changed: tuple[Change, ...]
    unchanged: int

    @property
    def fingerprint(self) -> str:
        return fingerprint_of([*self.new, *self.changed])


def changes_of(file: PeopleFile, known: Known) -> Changes:
    new: list[Account] = []
    changed: list[Change] = []
    for account in file.accounts:
        before = known.accounts.get(account.sign_in_name)
        if before is None:
            new.append(account)
        elif before != account:
            changed.append(Change(before, account))
    return Changes(tuple(new), tuple(changed), len(file.accounts) - len(new) - len(changed))


def preview_of(file: PeopleFile, changes: Changes, known: Known) -> dict[str, Any]:
    """The changes as `PeoplePreview` shows them."""
    return {
        "created": len(changes.new),
        "changed": len(changes.changed),
        "unchanged": changes.unchanged,
        "new_people": [_shown(account, known.unit_names) for account in changes.new[:MOST_SHOWN]],
        "changed_people": [_changed(change, known.unit_names) for change in changes.changed[:MOST_SHOWN]],
        "ignored_columns": list(file.ignored[:MOST_SHOWN]),
        "fingerprint": changes.fingerprint,
    }


def _shown(account: Account, names: Mapping[int, str]) -> dict[str, Any]:
    return {
        "sign_in_name": account.sign_in_name,
        "display_name": account.display_name,
        "post": account.post,
        "unit": names[account.unit_id],
        "roles": list(account.roles),
    }


def _changed(change: Change, names: Mapping[int, str]) -> dict[str, Any]:
    return {
        "sign_in_name": change.before.sign_in_name,
        "display_name": change.before.display_name,
        "is_active": change.before.is_active,
        "differences": [
            {"field": name, "before": _texts(change.before, name, names), "after": _texts(change.after, name, names)}
            for name in FIELDS
            if getattr(change.before, name) != getattr(change.after, name)
        ],
    }


def _texts(account: Account, field: str, names: Mapping[int, str]) -> list[str]:
    if field == "roles":
        return list(account.roles)
    return [names[account.unit_id] if field == "unit_id" else getattr(account, field)]
