"""The names that a notice may use for units and groups, and the She County example's own, read from CSV."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path


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
    units: tuple[KnownUnit, ...]
    groups: tuple[KnownGroup, ...]


def load_example_directory(path: Path) -> Directory:
    """Read `units.csv` and `groups.csv` in the folder `path`."""
    units = tuple(_unit(row) for row in _rows(path / "units.csv"))
    groups = tuple(_group(row, units) for row in _rows(path / "groups.csv"))
    return Directory(units, groups)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _unit(row: dict[str, str]) -> KnownUnit:
    return KnownUnit(row["code"], row["name"], _list(row["aliases"]), row["kind"])


def _group(row: dict[str, str], units: tuple[KnownUnit, ...]) -> KnownGroup:
    kind = row["member_kind"]
    members = _list(row["member_codes"]) or tuple(unit.code for unit in units if kind and unit.kind == kind)
    return KnownGroup(row["name"], _list(row["aliases"]), members, row["filled"] == "yes")


def _list(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|") if part.strip())
