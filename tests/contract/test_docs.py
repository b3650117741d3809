"""The docs tell of what is there: paths, names, links, decisions. A newcomer who is sent to nothing gives up."""

import ast
import re
from fnmatch import fnmatch
from functools import cache
from pathlib import Path, PurePosixPath

import pytest

from shared.events import SCHEMAS
from tests.support.markdown import ROOT, Page, page, pages, tables, tree
from tests.support.sources import tree_of

DOCS = ROOT / "docs"
DECISIONS = DOCS / "decisions"

each_page = pytest.mark.parametrize("doc", pages(), ids=lambda doc: doc.name)

FILE_ENDINGS = (".py", ".md", ".sql", ".html", ".po", ".css", ".csv", ".txt", ".toml", ".xz")
# Files that a site makes for itself, or that a running installation writes; none of them is in the tree.
MADE_LATER = re.compile(r"^(/|\$|~|site/|logs/|\.env$|\.qingdan)|^PATH/")
PLACEHOLDER = re.compile(r"<[^>]*>|…")


@cache
def sources() -> str:
    folders = ("services", "shared", "tests", "deploy", "bench")
    endings = {".py", ".yaml", ".yml", ".html", ".sql", ".toml", ""}
    files = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in endings]
    own = Path(__file__)  # which names what is nowhere
    texts = [path.read_text("utf-8", errors="replace") for path in files if path.is_file() and path != own]
    return "\n".join([*texts, (ROOT / "pyproject.toml").read_text("utf-8"), (ROOT / "Makefile").read_text("utf-8")])


@cache
def names_of_module(path: str) -> frozenset[str]:
    """What a module defines: at its top, and as methods of its classes."""
    found: set[str] = set()
    nodes = tree_of(ROOT / path).body
    for node in [*nodes, *(inner for one in nodes if isinstance(one, ast.ClassDef) for inner in one.body)]:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return frozenset(found)


def missing_path(token: str, doc: Page) -> bool:
    """Whether `token` looks like a path of the tree and there is none; placeholders stand for anything."""
    first = token.split("/", maxsplit=1)[0]
    is_path = (
        bool(re.fullmatch(r"[\w.{}*,/<>… -]+", token))
        and not MADE_LATER.match(token)
        and ((first in tree() and "/" in token) or token.endswith(FILE_ENDINGS))
        and " " not in PLACEHOLDER.sub("*", token)
    )
    if not is_path:
        return False
    wanted = PLACEHOLDER.sub("*", token).rstrip("/")
    beside = PurePosixPath(doc.path.parent.relative_to(ROOT) / wanted).as_posix()
    if "*" not in wanted:
        return not any(path in (wanted, beside) or path.endswith(f"/{wanted}") for path in tree())
    return not any(fnmatch(path, pattern) for path in tree() for pattern in (wanted, f"*/{wanted}", beside))


def missing_module(token: str) -> bool:
    """Whether `token` is a dotted name below one of our packages that leads to no module, or to no name in it."""
    match = re.fullmatch(r"((?:services|shared|tests|deploy|bench)(?:\.\w+)+)(?::(\w+))?", token)
    if match is None:
        return False
    parts = match[1].split(".")
    names = [match[2]] if match[2] else []
    while parts and not _is_module(parts):
        names.insert(0, parts.pop())
    if len(names) > 2 or (names and not _file_of(parts)):
        return True
    return bool(names) and names[0] not in names_of_module(_file_of(parts))


def _is_module(parts: list[str]) -> bool:
    path = "/".join(parts)
    return f"{path}.py" in tree() or path in tree()


def _file_of(parts: list[str]) -> str:
    path = "/".join(parts)
    return next((one for one in (f"{path}.py", f"{path}/__init__.py") if one in tree()), "")


def missing_name(token: str) -> bool:
    """Whether `module.name` names a module of ours that has no such name, or a CamelCase name is nowhere."""
    if re.fullmatch(r"[A-Z][a-z]+[A-Z]\w+|[a-z_]+\(\)", token):
        return not re.search(rf"\b{re.escape(token.removesuffix('()'))}\b", sources())
    match = re.fullmatch(r"([a-z_]+)\.([A-Za-z_]+)(\(.*\))?", token)
    if match is None or f"{match[1]}.{match[2]}" in {name[:-3] for name in SCHEMAS}:
        return False
    ours = [path for path in tree() if path.startswith(("services/", "shared/"))]
    modules = [path for path in ours if path.endswith(f"/{match[1]}.py")]
    if not modules:
        return False
    if token.endswith(FILE_ENDINGS):
        return False
    return not any(match[2] in names_of_module(path) for path in modules)


@each_page
def test_every_path_and_name_that_a_page_tells_of_is_there(doc: Page):
    gone = [token for token in doc.code() if missing_path(token, doc) or missing_module(token) or missing_name(token)]

    assert gone == []


@pytest.mark.parametrize(
    "token",
    [
        "services/tasks/doing.py",
        "services/nowhere/",
        "nowhere.py",
        "services/*/nothing/*.sql",
        "t<number>.pre.nowhere.sql",
        "tests/unit/test_nothing.py",
    ],
)
def test_a_path_that_leads_nowhere_would_be_noticed(token: str):
    assert missing_path(token, page(ROOT / "README.md"))


@pytest.mark.parametrize("token", ["services.tasks.doing", "shared.light:Lamp", "shared.events.Nothing.TYPE"])
def test_a_module_that_leads_nowhere_would_be_noticed(token: str):
    assert missing_module(token)


@pytest.mark.parametrize("token", ["outbox.publish", "duty.forget(cur)", "NobodyKnowsThis", "nobody_knows()"])
def test_a_name_that_nobody_defines_would_be_noticed(token: str):
    assert missing_name(token)


@cache
def anchors_on(path: Path) -> frozenset[str]:
    """Looked for once: the page of all operations leads to itself several hundred times."""
    return frozenset(page(path).anchors())


@each_page
def test_every_link_leads_to_a_page_and_to_a_heading_on_it(doc: Page):
    lost = [target for target in doc.links() if not _is_found(doc, target)]

    assert lost == []


def _is_found(doc: Page, target: str) -> bool:
    path, _, anchor = target.partition("#")
    found = (doc.path.parent / path).resolve() if path else doc.path
    if not found.exists():
        return False
    return not anchor or anchor in anchors_on(Path(found))


def test_every_page_can_be_reached_from_the_readme():
    reached, waiting = set(), [page(ROOT / "README.md"), page(ROOT / "README.zh-CN.md")]
    while waiting:
        doc = waiting.pop()
        reached.add(doc.path)
        targets = [(doc.path.parent / target.partition("#")[0]).resolve() for target in doc.links()]
        waiting += [page(path) for path in targets if path.suffix == ".md" and path.is_file() and path not in reached]

    assert {doc.name for doc in pages() if doc.path not in reached and doc.path.parent != ROOT} == set()


def test_every_decision_is_in_the_index_with_its_title_and_state():
    """Number, title and state are those of the decision itself, and the numbers have no gap."""
    (index,) = tables(page(DECISIONS / "README.md").text)
    files = sorted(DECISIONS.glob("[0-9]*.md"))

    listed = [(row[0], row[1], row[2]) for row in index.rows]

    assert listed == [_as_listed(path) for path in files]
    assert [int(path.name[:4]) for path in files] == list(range(1, len(files) + 1))
    assert all(row[3] for row in index.rows)


def test_the_catalogue_of_events_has_every_event():
    """By type and version, in the order in which nobody has to search."""
    rows = [row for table in tables(page(DOCS / "events.md").text) if table.header[0] == "type" for row in table.rows]

    assert {name for row in rows for name in row[0].split(", ")} == set(SCHEMAS)
    assert all(all(row) for row in rows)


def _as_listed(path: Path) -> tuple[str, str, str]:
    text = page(path).text
    heading = re.match(r"# (\d+)\. (.+)\n", text)
    state = re.search(r"^Status: (.+?)\.?$", text, re.MULTILINE)
    assert heading, path.name
    assert state, path.name
    assert int(heading[1]) == int(path.name[:4])
    return f"[{heading[1]}]({path.name})", heading[2], state[1]


@each_page
def test_a_page_says_once_what_it_contains_and_where(doc: Page):
    lists = re.findall(r"^(?:Contents: |目录：).*$(?:\n.+)*", doc.text, re.MULTILINE)
    targets = re.findall(r"\]\((#[^)]+)\)", "\n".join(lists))

    assert len(lists) <= 1
    assert len(re.findall(r"^(?:Contents: |目录：)", doc.text, re.MULTILINE)) <= 1
    assert len(targets) == len(set(targets))


def test_the_readmes_lead_to_every_page_that_operators_read_in_chinese():
    for readme, ending in (("README.md", ".md"), ("README.zh-CN.md", ".zh-CN.md")):
        wanted = {
            f"docs/{one.path.name.removesuffix('.zh-CN.md')}{ending}"
            for one in pages()
            if one.path.parent == DOCS and one.name.endswith(".zh-CN.md")
        }
        assert wanted - {one.partition("#")[0] for one in page(ROOT / readme).links()} == set()
