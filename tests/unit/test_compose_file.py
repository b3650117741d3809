"""docker-compose.yml and the files beside it agree with one another; what they do is for deploy/docker/verify."""

import os
import re
import stat
import subprocess
from pathlib import Path

import pytest
import yaml

from services.running.broker_accounts import account_of
from services.running.environments import settings_for
from shared.process.settings import BROKER_ACCOUNTS

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


@pytest.mark.parametrize("name", sorted(PROCESSES))
def test_a_process_has_its_own_account_and_keys_and_no_others(name):
    command = tuple(SERVICES[name]["command"])
    settings = {one: str(text) for one, text in SERVICES[name]["environment"].items()}

    assert settings.keys() <= settings_for(command)
    account = account_of(command)
    url = settings.get("QINGDAN_BROKER_URL", "")
    setting = f"QINGDAN_BROKER_{account.removeprefix('qingdan-').replace('-', '_').upper()}_PASSWORD"
    assert url.startswith(f"amqp://{account}:${{{setting}:?" if account else "")
    assert bool(url) is bool(account)
    own_keys = {one for one in settings_for(command) if one.endswith("_CALL_KEY")}
    assert own_keys == {one for one in settings if one.endswith("_CALL_KEY")}


def test_the_broker_is_told_every_account_and_no_password():
    accounts = {f"QINGDAN_BROKER_{name}_PASSWORD" for name in BROKER_ACCOUNTS}

    assert SERVICES["definitions"]["environment"].keys() == accounts | {"QINGDAN_BROKER_PASSWORD"}
    assert not [name for name in SERVICES["rabbitmq"]["environment"] if "PASS" in name or "USER" in name]
    configuration = (ROOT / "deploy/docker/rabbitmq.conf").read_text()
    assert f"load_definitions = {SERVICES['definitions']['command'][1]}\n" in configuration


def test_an_installation_of_the_release_before_is_rolled_by_what_is_appended(tmp_path):
    old = tmp_path / "old"
    old.write_text("QINGDAN_BROKER_PASSWORD=of-all\n")
    make_secrets(old)
    make_secrets(tmp_path / "new")

    assert lines_of(old)["QINGDAN_ACCEPT_UNSIGNED"] == "yes"
    assert lines_of(old)["QINGDAN_BROKER_PASSWORD"] == "of-all"
    assert not {"QINGDAN_ACCEPT_UNSIGNED", "QINGDAN_BROKER_PASSWORD"} & lines_of(tmp_path / "new").keys()


def test_only_the_portal_may_be_open_to_other_machines():
    published = {name: ports for name, service in SERVICES.items() for ports in service.get("ports", [])}

    assert published.keys() == {"portal", "prometheus", "grafana"}
    assert all(published[name].startswith("127.0.0.1:") for name in ("prometheus", "grafana"))


def test_no_header_says_who_connects_unless_a_proxy_is_named():
    """On an office address nobody stands in front, and anybody could write into the header."""
    assert SERVICES["portal"]["environment"]["QINGDAN_TRUSTED_PROXY"] == "${QINGDAN_TRUSTED_PROXY:-}"
    assert not any(line.startswith("QINGDAN_TRUSTED_PROXY") for line in MAKE_SECRETS.read_text().split())


@pytest.mark.parametrize(
    ("address", "proxy", "is_refused"),
    [
        ("127.0.0.1", "*", False),
        ("192.0.2.7", "*", True),
        ("0.0.0.0", "*", True),
        ("192.0.2.7", "172.18.0.1", False),
        ("192.0.2.7", "", False),
    ],
)
def test_everybody_is_no_proxy_on_an_address_that_others_reach(tmp_path, address, proxy, is_refused):
    (tmp_path / "settings").write_text(f"QINGDAN_ADDRESS={address}\nQINGDAN_TRUSTED_PROXY={proxy}\n")
    script = (ROOT / "deploy/docker/up").read_text()
    function = script[script.index("refuse_believed_strangers() {") : script.index("refuse_taken_port() {")]
    asked = """
        setting() { sed -n "s/^$1=//p" "$settings_file"; }
        fail() { printf '%s\\n' "$@"; exit 1; }
    """

    done = subprocess.run(
        ["bash", "-c", f"{asked}\n{function}\nrefuse_believed_strangers"],
        env={"PATH": os.environ["PATH"], "settings_file": str(tmp_path / "settings")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, "QINGDAN_TRUSTED_PROXY" in done.stdout) == (int(is_refused), is_refused), done.stderr


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
