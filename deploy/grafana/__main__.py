"""Write the JSON files anew."""

from __future__ import annotations

from deploy.grafana import DASHBOARDS, FOLDER
from deploy.grafana.rendering import as_json

for name, dashboard in DASHBOARDS.items():
    (FOLDER / name).write_text(as_json(dashboard), "utf-8")
