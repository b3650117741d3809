"""The fixtures of the services under test; the servers themselves are started by the conftest above."""

from tests.support.event_path import counting, path, plumbing_template, produced
from tests.support.notifications import notifications, notifications_db, notifications_template
from tests.support.portal import portal, portal_db, portal_template, visit
from tests.support.stats import stats, stats_db, stats_template
from tests.support.tasks import call, tasks, tasks_db, tasks_dsn, tasks_template, world

__all__ = [
    "call",
    "counting",
    "notifications",
    "notifications_db",
    "notifications_template",
    "path",
    "plumbing_template",
    "portal",
    "portal_db",
    "portal_template",
    "produced",
    "stats",
    "stats_db",
    "stats_template",
    "tasks",
    "tasks_db",
    "tasks_dsn",
    "tasks_template",
    "visit",
    "world",
]
