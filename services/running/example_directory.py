"""The She County example's units and groups, read from its CSV files."""

from __future__ import annotations

import csv
from pathlib import Path

from services.tasks.notices.directory import Directory, KnownGroup, KnownUnit


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
