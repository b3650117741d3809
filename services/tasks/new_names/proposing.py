"""How a name that the directory lacks would stand in it: which of its forms, its kind, a free code. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from services.tasks.new_names.short_names import level_of
from services.tasks.notices.units import looks_like_unit
from services.tasks.vocabulary import LONGEST_NAME, LONGEST_UNIT_CODE

KIND_ENDS = (
    ("township", re.compile("(?:乡|镇|街道|街道办|街道办事处|[乡镇](?:人民)?政府)$")),
    ("village", re.compile("(?:村|社区|村委会|村民委员会|居委会)$")),
    ("leading_group", re.compile("(?:领导小组|委员会办公室|指挥部|工作专班|联席会议)$")),
)
LETTERS = {"township": "T", "village": "V", "leading_group": "G", "lead": "L", "department": "D", "county": "C"}
_PLACE = re.compile("(?<=[乡镇])(?:人民)?政府$|(?<=街道)(?:办事处|办)$")
_NUMBERED = re.compile(r"(?P<stem>.*-[A-Za-z]+)(?P<number>\d{1,6})")


def kind_of(name: str) -> str:
    """The kind that a name's ending tells; a department where it tells nothing."""
    return next((kind for kind, ends in KIND_ENDS if ends.search(name)), "department")


def is_addable(name: str) -> bool:
    """Whether a name looks like a unit's and is short enough to be one."""
    return looks_like_unit(name) and len(name) <= LONGEST_NAME


def heads(names: Sequence[str]) -> str:
    """Of the forms in which a notice writes one unit, the one for the directory: as often as possible, and with 县.

    A short form goes before a full one, which stands for it less often in tables.
    """
    counts = Counter(names)
    return min(counts, key=lambda name: (level_of(name) not in ("县", "市", "区"), -counts[name], len(name), name))


def name_of(head: str) -> str:
    """The name that a unit is proposed under: of a township the place without its government."""
    return _PLACE.sub("", head)


class Codes:
    """Free codes in the pattern that the units of a kind have: 341021-D22 after 341021-D21."""

    def __init__(self, codes: Iterable[tuple[str, str]]) -> None:
        """From (code, kind) of every unit."""
        self._taken: set[str] = set()
        self._stems: dict[str, Counter[str]] = {}
        self._widths: dict[str, int] = {}
        for code, kind in codes:
            self._taken.add(code)
            numbered = _NUMBERED.fullmatch(code)
            if numbered:
                self._stems.setdefault(kind, Counter())[numbered["stem"]] += 1
                self._widths[numbered["stem"]] = max(self._widths.get(numbered["stem"], 2), len(numbered["number"]))

    def next(self, kind: str, *, below: str) -> str:
        """A code that nobody has, and that is given to nobody else; `below` is the code of the unit above."""
        stems = self._stems.get(kind)
        own = f"{below}-{LETTERS.get(kind, 'U')}" if below else LETTERS.get(kind, "U")
        # Where codes below the same unit have a pattern, that one; a bureau of another county has a pattern of its own.
        stem = next((stem for stem, _ in stems.most_common() if stem.startswith(f"{below}-")), own) if stems else own
        stem = stem[: LONGEST_UNIT_CODE - 6]
        width = self._widths.get(stem, 2)
        number = 1 + max((int(code[len(stem) :]) for code in self._numbers(stem)), default=0)
        code = f"{stem}{number:0{width}d}"
        self._taken.add(code)
        return code

    def _numbers(self, stem: str) -> Collection[str]:
        return [code for code in self._taken if code.startswith(stem) and code[len(stem) :].isdecimal()]
