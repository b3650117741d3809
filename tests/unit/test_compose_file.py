"""docker-compose.yml and the files beside it agree with one another; what they do is for deploy/docker/verify."""

import os
import re
import stat
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text("utf-8")
SERVICES = yaml.safe_load(TEXT)["services"]
PROCESSES = {name for name, service in SERVICES.items() if "shared.process.probe" in str(service.get("healthcheck"))}
MAKE_SECRETS = ROOT / "deploy" / "docker" / "make-secrets"


def make_secrets(file: Path, *arguments: str, **environment: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("QINGDAN_", "COMPOSE_"))}
    return subprocess.run(
        [MAKE_SECRETS, *arguments],
        env=kept | {"QINGDAN_ENV_FILE": str(file)} | environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def lines_of(file: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in file.read_text().splitlines())


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_is_locked_up_and_limited(name):
    service = SERVICES[name]

    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["user"].split(":")[0] not in {"0", "root"}
    assert {"mem_limit", "cpus", "restart", "logging", "stop_grace_period", "healthcheck"} <= service.keys()


def test_only_the_portal_may_be_open_to_other_machines():
    published = {name: ports for name, service in SERVICES.items() for ports in service.get("ports", [])}

    assert published.keys() == {"portal", "prometheus", "grafana"}
    assert all(published[name].startswith("127.0.0.1:") for name in ("prometheus", "grafana"))


def test_prometheus_asks_every_process():
    jobs = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text("utf-8"))["scrape_configs"]
    (ours,) = [job for job in jobs if job["job_name"] == "qingdan"]

    assert {f"{name}:9464" for name in PROCESSES} == set(ours["static_configs"][0]["targets"])
    assert len(PROCESSES) == 8


def test_the_post_migrations_wait_for_every_process():
    assert SERVICES["migrate-post"]["depends_on"] == {name: {"condition": "service_healthy"} for name in PROCESSES}


def test_every_secret_that_the_file_needs_is_made(tmp_path):
    needed = set(re.findall(r"\$\{(\w+):\?", TEXT)) - {"QINGDAN_VERSION"}

    assert set(make_secrets(tmp_path / "none", "--names").split()) == needed


def test_secrets_are_private_random_and_need_no_quoting(tmp_path):
    make_secrets(tmp_path / "one")
    make_secrets(tmp_path / "two")

    one, two = lines_of(tmp_path / "one"), lines_of(tmp_path / "two")
    names = make_secrets(tmp_path / "one", "--names").split()
    assert stat.S_IMODE((tmp_path / "one").stat().st_mode) == 0o600
    assert all(re.fullmatch(r"[\w-]{32}", one[name]) for name in names)
    assert len({file[name] for file in (one, two) for name in names}) == 2 * len(names)


def test_what_is_set_stays_and_what_a_later_release_needs_is_appended(tmp_path):
    file = tmp_path / "settings"
    file.write_text("QINGDAN_PORT=9000\nPOSTGRES_PASSWORD=old\nMINE=kept")

    make_secrets(file, QINGDAN_PORT="1", QINGDAN_EXAMPLE="no")
    first = file.read_text()
    make_secrets(file, QINGDAN_EXAMPLE="yes")

    assert file.read_text() == first
    lines = lines_of(file)
    assert (lines["QINGDAN_PORT"], lines["POSTGRES_PASSWORD"], lines["MINE"]) == ("9000", "old", "kept")
    assert lines["QINGDAN_EXAMPLE"] == "no"
    assert len(lines["QINGDAN_PORTAL_KEY"]) == 32
