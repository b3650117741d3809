"""The names that a notice may use for units and groups. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit; `county` is the name of the county that it lies in, empty where that is the only one or none."""

    code: str
    name: str
    aliases: tuple[str, ...]
    kind: str
    county: str = ""


@dataclass(frozen=True, slots=True)
class KnownGroup:
    """A named set; `is_filled` is False while nobody has said who belongs to it."""

    name: str
    aliases: tuple[str, ...]
    member_codes: tuple[str, ...]
    is_filled: bool


@dataclass(frozen=True, slots=True)
class Directory:
    """Whom a notice may name."""

    units: tuple[KnownUnit, ...]
    groups: tuple[KnownGroup, ...]
