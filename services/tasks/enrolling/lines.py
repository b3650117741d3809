"""What a file of people says line by line, beside the accounts that there are, and what is wrong with a line. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.tasks.directory.accounts import ADMIN_AND_AUDITOR, LAST_ADMINISTRATOR, ODD_NAME, is_sign_in_name
from services.tasks.sheets.nearest import Nearest
from services.tasks.vocabulary import LONGEST_NAME
from shared.actor import Role
from shared.calling import complaints
from shared.errors import Invalid
from shared.text import Text
from shared.typed_text import comparable, tidy_code

# Each new account costs a password's hashing, some 17 ms; a thousand are through in a quarter of the time for a file.
MOST_PEOPLE = 1000
MOST_COMPLAINTS = 200

COLUMNS = {
    "sign_in_name": ("登录名", "账号"),
    "display_name": ("姓名", "称呼"),
    "post": ("岗位", "职务"),
    "unit_id": ("单位", "单位名称", "单位代码", "单位编码"),
    "roles": ("角色", "权限"),
}
_ALSO = {"unit": "unit_id", "name": "display_name", "role": "roles"}
_COLUMN_OF = {word: name for name, words in COLUMNS.items() for word in (name, *words)} | _ALSO
ROLE_WORDS = dict(zip(("填报员", "分管领导", "牵头单位", "领导小组", "系统管理员", "审计员"), Role, strict=True))
_LABELS = {
    "sign_in_name": Text("登录名", "sign-in name"),
    "display_name": Text("姓名", "name"),
    "post": Text("岗位", "post"),
    "unit_id": Text("单位", "unit"),
    "roles": Text("角色", "role"),
}

WRONG_ROWS = Text(
    "文件里有错误，一行也没有导入。请按下面的行和列改好后重新上传。",
    "There are errors in the file and nothing was imported. Please correct the lines below and upload it again.",
)
TOO_MANY = Text(
    f"一次最多导入{MOST_PEOPLE}人，请分成几个文件。",
    f"At most {MOST_PEOPLE} people can be imported at a time. Please split the file.",
)


@dataclass(frozen=True, slots=True)
class Account:
    """An account as it stands, or as it will after the import; its unit by id."""

    sign_in_name: str
    display_name: str
    post: str
    unit_id: int
    roles: tuple[str, ...]
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Known:
    """What the directory holds: accounts by sign-in name, and units by every way to write one, active ones only.

    `unit_names` are the names of all of them, by id.
    """

    accounts: Mapping[str, Account] = field(default_factory=dict)
    units: Mapping[str, int] = field(default_factory=dict)
    unit_names: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PeopleFile:
    """The accounts as the file wants them, in its order, and the headings that no column goes by."""

    accounts: tuple[Account, ...]
    ignored: tuple[str, ...]


@dataclass(slots=True)
class _Reading:
    known: Known
    names_near: Nearest
    complaints: list[tuple[int, str, Text]] = field(default_factory=list)

    def complain(self, line: int, column: str, text: Text | None) -> None:
        if text:
            self.complaints.append((line, column, text))


def read_people(content: bytes, known: Known) -> PeopleFile:
    """Return what the file says; Invalid with all complaints at once when one of its lines is wrong."""
    from services.tasks.sheets.tables import read_table

    table = read_table(content)
    columns = [_COLUMN_OF.get(heading.lower().replace(" ", "_"), "") for heading in table.headings]
    _check_headings(columns)
    if len(table.rows) > MOST_PEOPLE:
        raise Invalid(TOO_MANY)
    # Whom nobody is to be put into is no hint.
    active = {known.unit_names[unit_id] for unit_id in known.units.values()}
    reading = _Reading(known, Nearest(active))
    rows = [(number, dict(zip(columns, cells, strict=False))) for number, cells in table.rows]
    accounts = [_account(reading, number, row) for number, row in rows]
    _check_together(reading, [number for number, _ in rows], accounts)
    if reading.complaints:
        raise _refusal(reading.complaints)
    ignored = [heading for heading, column in zip(table.headings, columns, strict=True) if heading and not column]
    return PeopleFile(tuple(accounts), tuple(ignored))


def _check_headings(columns: Sequence[str]) -> None:
    missing = [COLUMNS[name][0] for name in COLUMNS if name not in columns]
    twice = [COLUMNS[name][0] for name in COLUMNS if columns.count(name) > 1]
    if missing or twice:
        zh = f"第1行没有这些列：{'、'.join(missing)}。" if missing else f"第1行有重复的列：{'、'.join(twice)}。"
        en = (
            f"Line 1 lacks these columns: {', '.join(missing)}." if missing else f"Twice in line 1: {', '.join(twice)}."
        )
        raise Invalid(Text(f"{zh}请用模板的第1行。", f"{en} Please use the template's first line."))


def _account(reading: _Reading, number: int, row: Mapping[str, str]) -> Account:
    name = tidy_code(row.get("sign_in_name", "")).lower()
    before = reading.known.accounts.get(name)
    for column, label in _LABELS.items():
        value = row.get(column, "")
        missing = complaints.missing(label) if not value else None
        reading.complain(number, column, missing or complaints.of_text(value, label, LONGEST_NAME))
    if name and not is_sign_in_name(name):
        reading.complain(number, "sign_in_name", ODD_NAME)
    return Account(
        sign_in_name=name,
        display_name=row.get("display_name", ""),
        post=row.get("post", ""),
        unit_id=_unit(reading, number, row.get("unit_id", ""), before),
        roles=_roles(reading, number, row.get("roles", "")),
        is_active=before.is_active if before else True,
    )


def _unit(reading: _Reading, number: int, written: str, before: Account | None) -> int:
    known = reading.known
    found = known.units.get(comparable(written))
    if before and comparable(known.unit_names.get(before.unit_id, "")) == comparable(written):
        # Whoever is in a unit that is switched off stays there.
        return before.unit_id
    if written and found is None:
        near = reading.names_near.of(written) if len(reading.complaints) < MOST_COMPLAINTS else []
        zh = f"最接近的有：{'、'.join(near)}。" if near else "请先在“单位”里添加。"
        en = f"The nearest are: {', '.join(near)}." if near else "Please add it to the units first."
        text = Text(f"没有“{written}”这个启用的单位。{zh}", f"There is no active unit {written}. {en}")
        reading.complain(number, "unit_id", text)
    return found or 0


def _roles(reading: _Reading, number: int, written: str) -> tuple[str, ...]:
    words = [word for word in re.split(r"[、,，;；|｜/\s]+", written) if word]
    unknown = [word for word in words if word not in ROLE_WORDS and word not in set(Role)]
    if unknown:
        text = Text(
            f"没有“{unknown[0]}”这个角色，请用：{'、'.join(ROLE_WORDS)}。",
            f"There is no role {unknown[0]}. Please use one of: {', '.join(Role)}.",
        )
        reading.complain(number, "roles", text)
    found = {str(ROLE_WORDS.get(word, word)) for word in words}
    if found >= {Role.ADMINISTRATOR, Role.AUDITOR}:
        reading.complain(number, "roles", ADMIN_AND_AUDITOR)
    return tuple(role.value for role in Role if role in found)


def _check_together(reading: _Reading, numbers: Sequence[int], accounts: Sequence[Account]) -> None:
    """Complain of names that stand there twice, and of a file that leaves no administrator."""
    often = Counter(account.sign_in_name for account in accounts)
    for number, account in zip(numbers, accounts, strict=True):
        if account.sign_in_name and often[account.sign_in_name] > 1:
            twice = Text("这个登录名在文件里不止一行，请只留一行。", "This sign-in name has more than one line.")
            reading.complain(number, "sign_in_name", twice)
    after = {**reading.known.accounts, **{account.sign_in_name: account for account in accounts}}
    if _administrators(reading.known.accounts.values()) and not _administrators(after.values()):
        for number, account in zip(numbers, accounts, strict=True):
            if account.sign_in_name in _administrators(reading.known.accounts.values()):
                reading.complain(number, "roles", LAST_ADMINISTRATOR)


def _administrators(accounts: Iterable[Account]) -> set[str]:
    return {one.sign_in_name for one in accounts if one.is_active and Role.ADMINISTRATOR in one.roles}


def _refusal(found: Iterable[tuple[int, str, Text]]) -> Invalid:
    """One complaint for each cell, the first of its own, in the order of the file."""
    first: dict[tuple[int, str], Text] = {}
    for line, column, text in found:
        first.setdefault((line, column), text)
    order = list(COLUMNS)
    rows: list[dict[str, Any]] = [
        {"line": line, "column": column, "text": first[line, column].as_dict()}
        for line, column in sorted(first, key=lambda place: (place[0], order.index(place[1])))
    ]
    return Invalid(WRONG_ROWS, {"rows": rows[:MOST_COMPLAINTS]})
