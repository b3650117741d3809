"""The fixtures of the services under test; the servers themselves are started by the conftest above."""

from tests.support.tasks import call, tasks, tasks_db, tasks_dsn, tasks_template, world

__all__ = ["call", "tasks", "tasks_db", "tasks_dsn", "tasks_template", "world"]
