"""The event path under test; the servers themselves are started by the conftest above."""

from tests.support.event_path import counting, path, plumbing_template, produced

__all__ = ["counting", "path", "plumbing_template", "produced"]
