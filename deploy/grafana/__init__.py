"""The Grafana dashboards, as Python that writes the JSON: `python -m deploy.grafana` after a change."""

from __future__ import annotations

from pathlib import Path

from deploy.grafana import event_path, overview, processes, requests
from deploy.grafana.model import Dashboard

FOLDER = Path(__file__).parent / "dashboards"

DASHBOARDS: dict[str, Dashboard] = {
    "overview.json": overview.DASHBOARD,
    "requests.json": requests.DASHBOARD,
    "event-path.json": event_path.DASHBOARD,
    "processes.json": processes.DASHBOARD,
}
