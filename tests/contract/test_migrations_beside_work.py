"""What a migration does to a table that is in use: it checks the rows that are there without a lock that hinders."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = [*ROOT.glob("services/*/migrations"), ROOT / "shared/migrations"]
FILES = sorted(file for folder in FOLDERS for file in folder.glob("*.sql"))
ADDED = re.compile(r"ADD CONSTRAINT\s+%?\w+\s+(?:FOREIGN KEY|CHECK)\b[^;]*", re.IGNORECASE)
# Open requests of a county are a page of rows; and what was released is not changed any more.
OF_SMALL_TABLES = {"t0024.pre.difficulties-asked-of.sql"}


def hindering(sql: str) -> list[str]:
    """The statements of a migration that look at all rows while nobody else may write."""
    said = "\n".join(line for line in sql.splitlines() if not line.lstrip().startswith("--"))
    found = [one for one in ADDED.findall(said) if "NOT VALID" not in one.upper()]
    # A procedure commits by itself.
    is_one_transaction = "transactional: false" not in sql and "COMMIT;" not in said
    if is_one_transaction and ADDED.search(said):
        # The lock of the first statement stays until the end of both.
        found += re.findall(r"VALIDATE CONSTRAINT[^;]*", said, re.IGNORECASE)
    return found


@pytest.mark.parametrize("file", [file for file in FILES if file.name not in OF_SMALL_TABLES], ids=lambda one: one.name)
def test_constraints_are_added_first_and_looked_at_afterwards(file):
    assert hindering(file.read_text("utf-8")) == []


def test_what_hinders_would_be_found():
    foreign = "ALTER TABLE duty ADD CONSTRAINT of_list FOREIGN KEY (item_id) REFERENCES checklist_row (id)"

    assert hindering(f"{foreign};") == [foreign.removeprefix("ALTER TABLE duty ")]
    assert hindering(f"{foreign} NOT VALID;\nALTER TABLE duty VALIDATE CONSTRAINT of_list;") == [
        "VALIDATE CONSTRAINT of_list"
    ]
    apart = f"-- transactional: false\n{foreign} NOT VALID;\nALTER TABLE duty VALIDATE CONSTRAINT of_list;"
    assert hindering(apart) == []
    assert {file.name for file in FILES} >= OF_SMALL_TABLES
