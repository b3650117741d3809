"""The projection and the counters of stats made anew from events at hand, on a session of their own."""

from collections.abc import Iterable
from contextlib import closing

from services.stats.recount.rebuild import Rebuilding, Rebuilt
from shared.database import Database
from shared.events import Received


def rebuilt_from(database: Database, log: Iterable[Received]) -> Rebuilt:
    """As the command does it, in one transaction; what was made beside the running tables is gone with its session."""
    with closing(Database(database.dsn, size=1)) as alone, alone.transaction() as cur:
        work = Rebuilding()
        work.begin(cur)
        work.take(cur, log)
        work.hold(cur)
        return work.finish(cur, may_write=True)
