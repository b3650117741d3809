"""A real Prometheus for a test: scrapes every second what a file names, evaluates rules, answers queries."""

import json
import math
import shutil
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import yaml

from tests.support.ports import release_port, reserve_port
from tests.support.processes import ServerProcess, make_folder, remove_folder, wait_until_ready

# The job's name that the rules and dashboards expect of every installation.
JOB = "qingdan"


class PrometheusServer:
    """Call `start`, and `remove` in the end."""

    def __init__(self, targets: Path, rules: Path) -> None:
        self._targets = targets
        self._rules = rules
        self._port = reserve_port()
        self._folder = make_folder("prometheus")
        self._process: ServerProcess | None = None
        # An http_proxy of the environment is for the world outside, not for loopback.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def start(self) -> None:
        if shutil.which("prometheus") is None:
            raise RuntimeError(
                "Prometheus is not installed. Run `make servers`, or as root `apt-get install prometheus`."
            )
        configuration = self._folder / "prometheus.yml"
        configuration.write_text(yaml.safe_dump(self._configuration()), "utf-8")
        self._process = ServerProcess(
            [
                "prometheus",
                f"--config.file={configuration}",
                f"--storage.tsdb.path={self._folder / 'data'}",
                f"--web.listen-address=127.0.0.1:{self._port}",
                "--log.level=warn",
            ],
            folder=self._folder,
            log=self._folder / "console.log",
        )
        wait_until_ready(self._process, lambda: self.ask("query", query="1"), name="Prometheus", within=30)

    def remove(self) -> None:
        if self._process is not None:
            self._process.kill()
        release_port(self._port)
        remove_folder(self._folder)

    def values(self, expr: str) -> list[tuple[dict[str, str], float]]:
        """Labels and value of each sample of a query, without those that are no number."""
        found = [(one["metric"], float(one["value"][1])) for one in self.ask("query", query=expr)["result"]]
        return [(labels, value) for labels, value in found if not math.isnan(value)]

    def rules(self) -> list[dict[str, Any]]:
        return [rule for group in self.ask("rules")["groups"] for rule in group["rules"]]

    def ask(self, path: str, **parameters: str) -> Any:
        """The data of one answer of the HTTP API; an error that the API gives is raised with its text."""
        url = f"http://127.0.0.1:{self._port}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        try:
            with self._opener.open(url, timeout=10) as response:
                answer = json.load(response)
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"Prometheus refused {parameters or path}: {error.read().decode()}") from error
        return answer["data"]

    def _configuration(self) -> dict[str, Any]:
        return {
            "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
            "rule_files": [str(self._rules)],
            "scrape_configs": [
                {
                    "job_name": JOB,
                    "file_sd_configs": [{"files": [str(self._targets)], "refresh_interval": "1s"}],
                }
            ],
        }
