"""The borders inside the house that imports alone do not show: who speaks SQL, who commits, what a rule may touch.

Each function looks at the sources below a root folder and yields one sentence for each place that crosses a border.
`tests/contract/test_borders.py` asks them of the tree and of copies with planted violations.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from tests.support.sources import parsed

# Outside these a service has SQL in modules called store and queries only.
SQL_IN_SHARED = {
    "shared.agreeing.store",
    "shared.calendars",
    "shared.calling.commands",
    "shared.calling.refusals",
    "shared.commit_order",
    "shared.database",
    "shared.delivery.deadletters",
    "shared.delivery.eventlog",
    "shared.delivery.forgetting",
    "shared.delivery.housekeeping",
    "shared.delivery.inbox",
    "shared.delivery.outbox",
    "shared.delivery.outbox_session",
    "shared.delivery.resending",
    "shared.delivery.telling",
    "shared.delivery.tidying",
    "shared.directory",
    "shared.dropping.store",
    "shared.hearing.store",
    "shared.light_tables",
    "shared.migrations",
    "shared.process.provision",
    "shared.process.server_checks",
    "shared.retention",
    "shared.rows",
    "shared.sealing.queries",
    "shared.sealing.store",
}
SQL_IN_SERVICES = ("store", "queries")
SPEAKS_SQL = {"execute", "executemany", "execute_values", "execute_batch", "copy_expert", "copy_from", "callproc"}

# Work for another thread, and a task of the pages' server; their libraries' words for it.
NO_SQL = {"tpool.execute", "super().execute"}

# A transaction ends where `Database.transaction` leaves it; the migrations of yoyo have their own.
COMMITS = {"commit", "rollback", "autocommit", "set_session"}
COMMITS_IN = {"shared.database", "shared.migrations", "shared.process.provision", "shared.process.server_checks"}

# A service is named by a string and loaded where the ways to run it are put together, and nowhere else.
LOADERS = {"import_module", "__import__", "load_module", "exec_module"}
LOADS_IN = {"services.running.registry", "shared.shell.launcher"}

# A moment of another process's clock may be told apart from ours only where the two clocks' difference is taken off.
FOREIGN_MOMENTS = {"ticked_at"}
KNOWS_DELAYS = {"services.notifications.reminding.store", "services.notifications.reminding.queries"}
_OWN_NOW = re.compile(r"\b(now\(\)|clock_timestamp\(\)|current_timestamp|%\(now\)s)", re.IGNORECASE)
_FOREIGN_MOMENT = re.compile(r"\b(" + "|".join(sorted(FOREIGN_MOMENTS)) + r")\b")

# What a module that calls itself pure may not reach, neither itself nor through what it imports.
IMPURE = {
    "asyncio", "fcntl", "http", "logging", "multiprocessing", "os", "random", "secrets", "select", "shutil", "signal",
    "socket", "subprocess", "tempfile", "threading", "time", "urllib.request",
    "amqp", "eventlet", "flask", "flask_wtf", "kombu", "nameko", "pika", "psycopg2", "requests", "yoyo",
    "shared.calendars",
    "shared.clock", "shared.database", "shared.delivery", "shared.directory", "shared.light_tables",
    "shared.migrations", "shared.process", "shared.shell",
}  # fmt: skip
OWN_DATA = {"tasks", "stats", "notifications"}
# What else has no cursor: the shapes of calls and rows, and the files that only give a package its name.
NO_RULES = {"schemas", "answer_schemas", "records", "__init__"}
# Random numbers are its business.
MAKES_SECRETS = {"services.tasks.directory.passwords"}
# Channels out of the house: they speak to servers, and know no database; and what hands the next to their threads.
SPEAKS_OUTSIDE = {
    "services.notifications.delivery.ahead",
    "services.notifications.delivery.mail",
    "services.notifications.channels.wire",
    "services.notifications.channels.posting",
}
IMPURE_CALLS = {"open", "print", "input"}
IMPURE_METHODS = {"now", "today", "utcnow", "read_text", "write_text", "read_bytes", "write_bytes"}

# The modules outside the shell that know the broker's libraries, and the only names that they take from them.
BROKER_LIBRARIES = {"nameko", "kombu", "amqp", "eventlet", "pika"}
BROKER_NAMES = {
    "shared.calling.rpc": {"amqp", "kombu.Connection"},
    "shared.process.server_checks": {"amqp", "kombu.Connection"},
    "shared.delivery.publishing": {"pika", "pika.adapters.select_connection.IOLoop"},
}

# The directory, the calendar and the rules of lights that several services keep of their own: the same tables in each,
# filled by a module of shared each; and the duties that go from two of them when a year is dropped.
KEPT_BY_SHARED = {
    "shared.directory": {"unit", "person"},
    "shared.dropping.store": {"duty", "checklist"},
    "shared.calendars": {"calendar_year", "light_table"},
    "shared.light_tables": {"light_table"},
}
_CREATED = re.compile(r"CREATE TABLE (?:IF NOT EXISTS )?(\w+)", re.IGNORECASE)
_NAMED = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE|TABLE)\s+(?:ONLY\s+)?([a-z_]+)\b")
_NAMED_HERE = re.compile(r"\b(\w+) AS (?:(?:NOT )?MATERIALIZED )?\(", re.IGNORECASE)
_IS_SQL = re.compile(r"\b(SELECT|INSERT INTO|UPDATE \w+ SET|DELETE FROM|TRUNCATE)\b")
_IS_THE_OWNERS = re.compile(
    r"\b(CREATE|ALTER|DROP) ((OR REPLACE|UNIQUE|TEMP|TEMPORARY|UNLOGGED) )*"
    r"(TABLE|INDEX|TRIGGER|FUNCTION|PROCEDURE|VIEW|MATERIALIZED|SEQUENCE|SCHEMA|TYPE|ROLE|DATABASE)\b"
)
# Besides them a command of the operator, as the owner: tables of its session alone, which nobody else sees.
OWNS_TABLES = {"shared.process.provision", "services.stats.recount.store"}


@dataclass(frozen=True)
class Source:
    """One module of ours, read and parsed."""

    name: str
    tree: ast.Module

    @property
    def last(self) -> str:
        return self.name.rpartition(".")[2]

    @property
    def service(self) -> str:
        """The service that it belongs to, or shared."""
        top, _, rest = self.name.partition(".")
        return rest.partition(".")[0] if top == "services" else top

    @cached_property
    def imported(self) -> set[str]:
        """Full names of all that is imported, as module and as module.name."""
        found: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module)
                found |= {f"{node.module}.{alias.name}" for alias in node.names}
        return found

    @cached_property
    def used(self) -> list[tuple[ast.Attribute | ast.Call | ast.Name, str]]:
        """Every name that is called and every attribute that is taken, with where."""
        return list(_used(self.tree))

    @cached_property
    def strings(self) -> list[tuple[str, int]]:
        """Every text with its line."""
        return list(_strings(self.tree))


def sources(root: Path) -> dict[str, Source]:
    """Every module of `services` and `shared` below `root`, by its name."""
    found = {}
    for package in ("services", "shared"):
        for file in sorted((root / package).rglob("*.py")):
            parts = file.relative_to(root).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = _parsed(name, file.read_text("utf-8"))
    return found


# Of a copy with something planted all other modules are those of the tree: they are read once.
@cache
def _parsed(name: str, text: str) -> Source:
    return Source(name, parsed(text))


def problems(root: Path) -> list[str]:
    """All crossings below `root`."""
    house = sources(root)
    tables = _tables(root)
    found: list[str] = []
    for source in house.values():
        found += _crossed_alone(source)
        found += foreign_tables(source, tables)
        found += is_not_pure(source, house)
    return found


# Looking through every module takes a second; those of a copy are the tree's, but for what was planted.
@cache
def _crossed_alone(source: Source) -> tuple[str, ...]:
    """The crossings of one module, whatever the others are."""
    return (
        *speaks_sql(source),
        *changes_tables(source),
        *commits(source),
        *compares_clocks(source),
        *loads_by_name(source),
        *takes_from_the_broker(source),
    )


def speaks_sql(source: Source) -> Iterator[str]:
    """SQL outside store, queries and the modules of shared that keep the plumbing's tables."""
    if source.name in SQL_IN_SHARED or (source.name.startswith("services.") and source.last in SQL_IN_SERVICES):
        return
    for node, name in source.used:
        if name in SPEAKS_SQL and ast.unparse(node).removesuffix("()") not in NO_SQL:
            yield f"{source.name}:{node.lineno}: {name} belongs into store or queries"
    for text, line in source.strings:
        if _IS_SQL.search(text) and _NAMED.search(text):
            yield f"{source.name}:{line}: SQL belongs into store or queries"


def changes_tables(source: Source) -> Iterator[str]:
    """A statement for which one must own the tables: the processes do not."""
    if source.name not in OWNS_TABLES:
        for text, line in source.strings:
            if _IS_THE_OWNERS.search(text):
                yield f"{source.name}:{line}: the processes own no tables; it belongs into a migration"


def commits(source: Source) -> Iterator[str]:
    """A commit below the border that owns the transaction."""
    if source.name not in COMMITS_IN:
        for node, name in source.used:
            if name in COMMITS:
                yield f"{source.name}:{node.lineno}: {name}: a transaction is ended by shared.database only"


def compares_clocks(source: Source) -> Iterator[str]:
    """The moment of an event, or of a heartbeat, beside the clock of whoever took it: the two need not agree."""
    for node in ast.walk(source.tree):
        is_difference = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub)
        if (is_difference or isinstance(node, ast.Compare)) and _is_of_two_clocks(node):
            yield f"{source.name}:{node.lineno}: compares the clocks of two processes"
    if source.name not in KNOWS_DELAYS:
        for text, line in source.strings:
            if _OWN_NOW.search(text) and _FOREIGN_MOMENT.search(text):
                yield f"{source.name}:{line}: compares the clocks of two processes"


def _is_of_two_clocks(node: ast.AST) -> bool:
    inner = list(ast.walk(node))
    taken = {one.attr for one in inner if isinstance(one, ast.Attribute)}
    of_event = any(
        isinstance(one, ast.Attribute) and one.attr == "time" and ast.unparse(one.value) in ("event", "received", "e")
        for one in inner
    )
    names = taken | {one.id for one in inner if isinstance(one, ast.Name)}
    return "now" in names and (of_event or bool(names & FOREIGN_MOMENTS))


def loads_by_name(source: Source) -> Iterator[str]:
    """A module reached by a string, which no import contract sees."""
    if source.name not in LOADS_IN:
        for node, name in source.used:
            if name in LOADERS:
                yield f"{source.name}:{node.lineno}: {name}: only {', '.join(sorted(LOADS_IN))} load by name"


def takes_from_the_broker(source: Source) -> Iterator[str]:
    """A name of the broker's libraries that this module has no need of."""
    if source.name.startswith("shared.shell."):
        return
    named = {name for name in source.imported if name.partition(".")[0] in BROKER_LIBRARIES}
    modules = {name for name in named if any(other.startswith(f"{name}.") for other in named)}
    for name in sorted(named - modules - BROKER_NAMES.get(source.name, set())):
        yield f"{source.name}: {name} stays in shared.shell"


def foreign_tables(source: Source, tables: dict[str, set[str]]) -> Iterator[str]:
    """SQL on a table that another service owns: what a service knows of others it learnt from events."""
    own = tables["shared"] | tables.get(source.service, set()) | KEPT_BY_SHARED.get(source.name, set())
    # A statement may be put together of several strings: what one of them names by AS is a table of none.
    made_here = {name for text, _ in source.strings for name in _NAMED_HERE.findall(text)}
    foreign = set().union(*tables.values()) - own - made_here
    for text, line in source.strings:
        named = set(_NAMED.findall(text)) if _IS_SQL.search(text) else set()
        for table in sorted(named & foreign):
            yield f"{source.name}:{line}: the table {table} is not {source.service}'s"


def is_not_pure(source: Source, house: dict[str, Source]) -> Iterator[str]:
    """Input or output in a module that is a rule, itself or through what it imports.

    A module says that it is pure in its docstring. In the services that own data, every module without a cursor is a
    rule without saying so.
    """
    if not (_says_pure(source) or _is_rule(source)):
        return
    for node, name in source.used:
        if not isinstance(node, ast.Call):
            continue
        if name in (IMPURE_CALLS if isinstance(node.func, ast.Name) else IMPURE_METHODS):
            yield f"{source.name}:{node.lineno}: it is a rule and calls {name}"
    reached, waiting = set(), [source.name]
    while waiting:
        name = waiting.pop()
        for imported in house[name].imported:
            if _is_impure(imported):
                yield f"{source.name}: it is a rule and reaches {imported} by {name}"
            elif imported in house and imported not in reached:
                reached.add(imported)
                waiting.append(imported)


def _says_pure(source: Source) -> bool:
    return bool(re.search(r"\bPure\b", ast.get_docstring(source.tree) or ""))


def _is_rule(source: Source) -> bool:
    has_cursor = any(name.startswith("shared.database") for name in source.imported)
    is_in_a_subject = source.service in OWN_DATA and source.name.count(".") > 2
    is_something_else = source.last in NO_RULES or source.name in MAKES_SECRETS | SPEAKS_OUTSIDE
    return is_in_a_subject and not has_cursor and not is_something_else


@cache
def _is_impure(name: str) -> bool:
    return any(name == one or name.startswith(f"{one}.") for one in IMPURE)


def _tables(root: Path) -> dict[str, set[str]]:
    """The tables of each service's migrations and of shared's."""
    folders = {"shared": root / "shared" / "migrations"}
    folders |= {folder.parent.name: folder for folder in (root / "services").glob("*/migrations")}
    return {
        owner: {name for file in folder.glob("*.sql") for name in _CREATED.findall(file.read_text("utf-8"))}
        for owner, folder in folders.items()
    }


def _used(tree: ast.AST) -> Iterator[tuple[ast.Attribute | ast.Call | ast.Name, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node, node.attr
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node, node.func.id
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node, node.func.attr


def _strings(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value, node.lineno
