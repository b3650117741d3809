"""The nodes of a bench: throw-away servers, and the real processes of the distributed mode between them."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.support import ground
from shared.calling.proof import Signer
from shared.calling.rpc import RpcCaller
from shared.database import Database
from shared.process.settings import SERVICES
from tests.support.processes import ServerProcess, make_folder, remove_folder
from tests.support.rabbitmq import RabbitServer

# As long as those that an installation makes.
CALL_KEY = "k" * 32
ROOT = Path(__file__).parents[2]


@dataclass
class Nodes:
    """`databases` has one for each service in use, migrated and owned by the bench."""

    databases: dict[str, Database]
    broker_url: str
    rabbit: RabbitServer
    _processes: list[ServerProcess] = field(default_factory=list)
    _folder: Path = field(default_factory=lambda: make_folder("bench-logs"))

    def start(self, *command: str) -> ServerProcess:
        """Start a command of `qingdan`, such as ("relay", "tasks")."""
        return self.start_module("services.cli", *command)

    def start_module(self, module: str, *arguments: str) -> ServerProcess:
        environment = os.environ | {
            "QINGDAN_BROKER_URL": self.broker_url,
            "QINGDAN_MONITOR_PORT": "0",
            # As `qingdan cluster` starts them: nothing here has a name that is looked up.
            "EVENTLET_NO_GREENDNS": "yes",
            **{f"QINGDAN_{name.upper()}_CALL_KEY": CALL_KEY for name in SERVICES},
            **{f"QINGDAN_{name.upper()}_DATABASE_URL": database.dsn for name, database in self.databases.items()},
        }
        log = self._folder / f"{len(self._processes)}.log"
        process = ServerProcess(
            [sys.executable, "-m", module, *arguments], folder=ROOT, log=log, environment=environment
        )
        self._processes.append(process)
        return process

    def caller(self) -> RpcCaller:
        """Calls as the portal does."""
        return RpcCaller(self.broker_url, Signer(dict.fromkeys(SERVICES, (CALL_KEY,))))

    def value(self, service: str, statement: str) -> Any:
        with self.databases[service].transaction() as cur:
            cur.execute(statement)
            return cur.fetchone()[0]

    def print_logs(self) -> None:
        for process in self._processes:
            print(process.log_tail(), file=sys.stderr)

    def stop(self) -> None:
        for process in self._processes:
            process.terminate(15)
        remove_folder(self._folder)
        for database in self.databases.values():
            database.close()


@contextmanager
def running(*services: str) -> Iterator[Nodes]:
    """Both servers and the databases of `services`; everything is gone afterwards."""
    with ground.postgres() as postgres, ground.rabbit() as rabbit:
        databases = {name: Database(ground.migrated(postgres, name, name)) for name in services}
        nodes = Nodes(databases, rabbit.create_vhost(), rabbit)
        try:
            yield nodes
        except Exception:
            nodes.print_logs()
            raise
        finally:
            nodes.stop()
            rabbit.delete_vhost(nodes.broker_url)


def line(claim: str, value: float, unit: str, *, baseline: float, goal: float, met: bool, **more: float) -> str:
    """The one JSON line of a claim; `ratio` is value to baseline, and `more` what else has to hold."""
    return json.dumps(
        {
            "claim": claim,
            "value": round(value, 1),
            "unit": unit,
            "baseline": round(baseline, 1),
            "ratio": round(value / baseline, 3),
            "goal": goal,
            **{name: round(found, 1) for name, found in more.items()},
            "met": met,
        },
        ensure_ascii=False,
    )
