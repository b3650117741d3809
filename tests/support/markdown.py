"""Reads Markdown as far as the tests of the docs need it: headings with their anchors, links, code, tables."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]

# What is made, installed or kept beside the sources; a path there is nothing that the docs may promise.
NOT_OURS = frozenset({".git", ".venv", ".venv-peers", "__pycache__", ".qingdan", ".qingdan-cluster"})

_FENCE = re.compile(r"^(```|~~~).*?^\1[ \t]*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(?<!`)`([^`\n]+(?:\n[^`\n]+)?)`(?!`)")
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r'(?:^<a id="(?P<id>[^"]+)"></a>\n\n?)?^(?P<level>#{1,6}) (?P<text>.+)$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Heading:
    """`anchor` is what a link jumps to: an explicit one that stands right above, else the one GitHub makes."""

    level: int
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table with the text of its section up to it; cells are stripped."""

    before: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Page:
    path: Path
    text: str

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def prose(self) -> str:
        """The text without fenced blocks."""
        return _FENCE.sub("", self.text)

    def headings(self) -> list[Heading]:
        return [
            Heading(len(found["level"]), found["text"], found["id"] or anchor_of(found["text"]))
            for found in _HEADING.finditer(self.prose)
        ]

    def anchors(self) -> list[str]:
        return [heading.anchor for heading in self.headings()]

    def links(self) -> list[str]:
        """Where the page points to within the project."""
        found = [one or other for one, other in _LINK.findall(_CODE.sub("", self.prose))]
        return [target for target in found if "://" not in target]

    def code(self) -> list[str]:
        """What stands between backticks, outside of blocks."""
        return code_in(self.prose)

    def sections(self) -> dict[str, str]:
        """The text below each heading, up to the next one of any level, by anchor."""
        found = list(_HEADING.finditer(self.prose))
        ends = [*(one.start() for one in found[1:]), len(self.prose)]
        return {
            heading.anchor: self.prose[one.end() : end]
            for heading, one, end in zip(self.headings(), found, ends, strict=True)
        }

    def commands(self) -> list[str]:
        """The lines of indented blocks, without the comments in them."""
        lines = re.findall(r"^ {4,}(\S.*)$", self.prose, re.MULTILINE)
        return [line for one in lines if (line := re.sub(r"(?:^|\s+)# .*$", "", one).rstrip())]

    def diagrams(self) -> Iterator[tuple[str, str]]:
        """Each Mermaid block with the anchor of the heading of the second level above it."""
        above = ""
        for found in re.finditer(r"^## ([^\n]+)$|^```mermaid\n(.*?)^```$", self.text, re.MULTILINE | re.DOTALL):
            if found[1]:
                above = anchor_of(found[1])
            else:
                yield above, found[2]


def anchor_of(heading: str) -> str:
    return re.sub(r"[^\w-]", "", heading.strip().lower().replace(" ", "-"))


def code_in(text: str) -> list[str]:
    """What stands between backticks; a break of the line is a blank."""
    return [" ".join(found.split()) for found in _CODE.findall(text)]


@cache
def page(path: Path) -> Page:
    return Page(path, path.read_text("utf-8"))


@cache
def pages() -> list[Page]:
    """Every page that people read: those in the root and everything in docs."""
    return [page(path) for path in [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]]


@cache
def tree() -> frozenset[str]:
    """Every file and folder of the project, as paths from its root."""
    return frozenset(_below(ROOT))


def _below(folder: Path) -> Iterator[str]:
    for path in folder.iterdir():
        if path.name not in NOT_OURS and not path.name.endswith("_cache"):
            yield path.relative_to(ROOT).as_posix()
            if path.is_dir() and not path.is_symlink():
                yield from _below(path)


def tables(text: str) -> list[Table]:
    """The tables of a text, each with what was said since the table before it."""
    found = []
    end = 0
    for block in re.finditer(r"(?:^\|.*\|[ \t]*\n?)+", text, re.MULTILINE):
        header, _rule, *rows = [_cells(line) for line in block[0].strip().split("\n")]
        found.append(Table(text[end : block.start()], header, tuple(rows)))
        end = block.end()
    return found


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip()[1:-1]))
