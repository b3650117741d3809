"""The fixtures of the services under test; the servers themselves are started by the conftest above."""

from tests.support.event_path import counting, path, plumbing_template, produced
from tests.support.portal import portal, portal_db, portal_template, visit
from tests.support.tasks import call, tasks, tasks_db, tasks_dsn, tasks_template, world

__all__ = [
    "call",
    "counting",
    "path",
    "plumbing_template",
    "portal",
    "portal_db",
    "portal_template",
    "produced",
    "tasks",
    "tasks_db",
    "tasks_dsn",
    "tasks_template",
    "visit",
    "world",
]
