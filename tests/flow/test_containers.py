"""The containers of `make up`: locked up as promised, and killed one at a time under a clerk's clicks.

Run by deploy/docker/verify, which says where they are.

A container's process is killed from outside with -9: `docker kill` would count as wanted, and Docker would not start it
again.
"""

import json
import os
import signal
import subprocess
import urllib.request
from functools import partial
from pathlib import Path

import pytest

from tests.flow.conftest import System
from tests.flow.test_survives import LATER
from tests.support.eventually import eventually
from tests.support.patient import (
    click_until_answered,
    count_on_board,
    done_or_none,
    every_page_answers,
    expect_done,
    signed_in,
)

# A killed container and a township of its own, whose duty is marked done meanwhile.
KILLED = {
    "relay-tasks": "341021108",
    "service-tasks": "341021109",
    "service-stats": "341021110",
    "relay-stats": "341021112",
    "service-notifications": "341021113",
    "relay-notifications": "341021114",
    "issuer": "341021200",
    "portal": "341021202",
    "rabbitmq": "341021204",
    "postgres": "341021206",
}


LASTING = (*KILLED, "prometheus")
AFTER_RESTORE = "341021211"


def inspected(**labels: str) -> list[dict]:
    """What Docker knows of this installation's containers, running or not."""
    wanted = {"project": os.environ["QINGDAN_TEST_PROJECT"], "oneoff": "False"} | labels
    filters = [f"--filter=label=com.docker.compose.{name}={value}" for name, value in wanted.items()]
    ids = _docker("ps", "--all", "--quiet", *filters).split()
    return json.loads(_docker("inspect", *ids)) if ids else []


def _docker(*arguments: str) -> str:
    return subprocess.run(["docker", *arguments], capture_output=True, text=True, check=True).stdout


def kernels_view(container: dict) -> dict[str, str]:
    """What the kernel enforces on the container's first process, whatever was asked for."""
    lines = Path(f"/proc/{container['State']['Pid']}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def is_healthy(service: str, *, since: str) -> bool:
    """Started later than `since`, and well."""
    (container,) = inspected(service=service)
    return container["State"]["StartedAt"] > since and container["State"]["Health"]["Status"] == "healthy"


@pytest.mark.parametrize("service", LASTING)
def test_a_container_has_no_root_no_capability_and_limits(service):
    (container,) = inspected(service=service)
    kernel, asked = kernels_view(container), container["HostConfig"]

    assert "0" not in kernel["Uid"].split()
    assert [int(kernel[name], 16) for name in ("CapPrm", "CapEff", "CapBnd")] == [0, 0, 0]
    assert kernel["NoNewPrivs"] == "1"
    assert asked["Memory"] > 0
    assert asked["NanoCpus"] > 0
    assert asked["LogConfig"]["Config"]["max-size"]


@pytest.mark.parametrize("service", LASTING)
def test_a_containers_root_cannot_be_written(service):
    (container,) = inspected(service=service)

    written = subprocess.run(
        ["docker", "exec", "--user", "0", container["Id"], "sh", "-c", "echo > /written"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert written.returncode != 0
    assert "Read-only file system" in written.stderr


def test_other_machines_reach_nothing_and_this_one_the_pages_and_figures_alone():
    published = {
        (container["Config"]["Labels"]["com.docker.compose.service"], binding["HostIp"])
        for container in inspected()
        for bindings in container["NetworkSettings"]["Ports"].values()
        for binding in bindings or []
    }

    assert published == {("portal", "127.0.0.1"), ("prometheus", "127.0.0.1")}


def test_only_the_pages_figures_and_messages_have_a_way_out():
    """Mail, robots and short messages leave by the service of notifications."""
    outside = {
        container["Config"]["Labels"]["com.docker.compose.service"]
        for container in inspected()
        if any(name.endswith("_front") for name in container["NetworkSettings"]["Networks"])
    }

    assert outside == {"portal", "prometheus", "service-notifications"}


def ask_prometheus(path: str) -> dict:
    (container,) = inspected(service="prometheus")
    (binding,) = container["NetworkSettings"]["Ports"]["9090/tcp"]
    with urllib.request.urlopen(f"http://127.0.0.1:{binding['HostPort']}/api/v1/{path}", timeout=10) as reply:
        return json.load(reply)["data"]


def test_prometheus_reads_every_process_and_the_alert_rules():
    assert eventually(lambda: {t["health"] for t in ask_prometheus("targets")["activeTargets"]} == {"up"}, within=60)
    assert eventually(lambda: rule_states() == {"ok"}, within=60)


def rule_states() -> set[str]:
    return {rule["health"] for group in ask_prometheus("rules")["groups"] for rule in group["rules"]}


def test_a_process_knows_the_password_of_its_own_database_alone():
    for service in KILLED:
        (container,) = inspected(service=service)
        urls = [line.split("=")[0] for line in container["Config"]["Env"] if "DATABASE_URL" in line]

        assert len(urls) == (0 if service in {"rabbitmq", "postgres"} else 1), service


@pytest.mark.parametrize("service", KILLED)
def test_a_killed_container_comes_back_and_no_click_is_lost(system: System, service):
    leader, clerk = (signed_in(system.url, name, system.passwords[name]) for name in ("leader", KILLED[service]))
    before = eventually(lambda: done_or_none(leader), within=30)
    (container,) = inspected(service=service)

    os.kill(container["State"]["Pid"], signal.SIGKILL)
    click_until_answered(clerk, LATER)

    expect_done(leader, before + 1)
    assert eventually(partial(is_healthy, service, since=container["State"]["StartedAt"]), within=90)
    assert eventually(lambda: every_page_answers(clerk), within=60)


def test_a_click_after_a_restore_is_counted(system: System):
    """A restored database counts its transactions anew, and what is sent to the others goes by their numbers."""
    leader, clerk = (signed_in(system.url, name, system.passwords[name]) for name in ("leader", AFTER_RESTORE))
    before = count_on_board(leader, "已完成")

    click_until_answered(clerk, LATER)

    expect_done(leader, before + 1)
