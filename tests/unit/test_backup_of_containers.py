"""deploy/docker/backup and restore take the files of evidence along, before a Docker that only does as if.

That the databases travel, and what a real Docker does, is for deploy/docker/verify.
"""

import os
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.ports import release_port, reserve_port

ROOT = Path(__file__).parents[2]
DATABASES = ("notifications", "stats", "portal", "tasks")
# Runs what is to run in a container of ours on a folder in place of its volume, and remembers what it was asked.
DOCKER = r"""#!/usr/bin/env bash
printf '%s\n' "$*" >>"$STAND_IN/asked"
case "$*" in
    *" --entrypoint sh command -c "*) exec sh -c "${!#//\/var\/lib\/qingdan/$STAND_IN/home}" ;;
    *pg_dump*) echo "a dump" ;;
    *" exec -T postgres "*) cat >/dev/null ;;
    *"config --services"*) printf '%s\n' portal issuer service-tasks relay-tasks postgres ;;
    *"docker version"* | version*) echo 20.10 ;;
esac
"""


@dataclass
class Installation:
    """An installation whose Docker is a stand-in; `home` is the volume with the files."""

    folder: Path
    environment: dict[str, str]

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def asked(self) -> str:
        return (self.folder / "asked").read_text()

    def run(self, command: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [ROOT / "deploy" / "docker" / command, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def store(self, name: str, content: str) -> None:
        path = self.home / "evidence" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)

    def stored(self) -> dict[str, str]:
        folder = self.home / "evidence"
        return {str(one.relative_to(folder)): one.read_text() for one in folder.rglob("*") if one.is_file()}


@pytest.fixture
def installation(tmp_path):
    port = reserve_port()
    (tmp_path / "bin").mkdir()
    docker = tmp_path / "bin" / "docker"
    docker.write_text(DOCKER)
    docker.chmod(0o755)
    (tmp_path / "home").mkdir()
    settings = tmp_path / "settings"
    settings.write_text(f"QINGDAN_EXAMPLE=no\nQINGDAN_PORT={port}\nCOMPOSE_PROFILES=none\n")
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("QINGDAN_", "COMPOSE_"))}
    environment = {
        **kept,
        "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
        "STAND_IN": str(tmp_path),
        "QINGDAN_ENV_FILE": str(settings),
    }
    yield Installation(tmp_path, environment)
    release_port(port)


def test_one_command_saves_databases_and_files(installation, tmp_path):
    installation.store("ab/abc", "a picture")

    done = installation.run("backup", str(tmp_path / "backup"))

    assert done.returncode == 0, done.stderr
    files = sorted(one.name for one in (tmp_path / "backup").iterdir())
    assert files == sorted([*(f"{name}.dump" for name in DATABASES), "evidence.tar"])
    with tarfile.open(tmp_path / "backup" / "evidence.tar") as archive:
        assert "evidence/ab/abc" in archive.getnames()
    # A file that is newer than the databases harms nobody; a database that is newer than the files would.
    assert installation.asked.index("pg_dump") < installation.asked.index("--entrypoint")


def test_before_the_first_file_there_is_an_empty_archive(installation, tmp_path):
    assert installation.run("backup", str(tmp_path / "backup")).returncode == 0

    assert installation.run("restore", str(tmp_path / "backup"), "--yes").returncode == 0
    assert installation.stored() == {}


def test_a_restore_brings_the_files_back_and_takes_away_what_was_there(installation, tmp_path):
    installation.store("ab/abc", "a picture")
    assert installation.run("backup", str(tmp_path / "backup")).returncode == 0
    installation.store("ab/abc", "another")
    installation.store("cd/cde", "of a duty that is gone")

    done = installation.run("restore", str(tmp_path / "backup"), "--yes")

    assert done.returncode == 0, done.stderr
    assert installation.stored() == {"ab/abc": "a picture"}
    assert [one.name for one in installation.home.iterdir()] == ["evidence"]


def test_a_broken_archive_is_refused_before_anything_is_lost(installation, tmp_path):
    installation.store("ab/abc", "a picture")
    assert installation.run("backup", str(tmp_path / "backup")).returncode == 0
    (tmp_path / "backup" / "evidence.tar").write_bytes(b"no archive" * 100)

    done = installation.run("restore", str(tmp_path / "backup"), "--yes")

    assert done.returncode != 0
    assert "evidence.tar" in done.stderr
    assert "DROP DATABASE" not in installation.asked
    assert installation.stored() == {"ab/abc": "a picture"}


def test_a_backup_of_the_release_before_says_that_it_has_no_files(installation, tmp_path):
    installation.store("ab/abc", "a picture")
    assert installation.run("backup", str(tmp_path / "backup")).returncode == 0
    (tmp_path / "backup" / "evidence.tar").unlink()

    done = installation.run("restore", str(tmp_path / "backup"), "--yes")

    assert done.returncode == 0, done.stderr
    assert "evidence.tar" in done.stderr
    assert installation.stored() == {"ab/abc": "a picture"}


def test_a_store_of_another_server_has_its_own_backup(installation, tmp_path):
    with Path(installation.environment["QINGDAN_ENV_FILE"]).open("a") as settings:
        settings.write("QINGDAN_EVIDENCE_STORE=s3://key:secret@host/bucket\n")

    done = installation.run("backup", str(tmp_path / "backup"))

    assert (done.returncode, "QINGDAN_EVIDENCE_STORE" in done.stdout) == (0, True)
    assert not (tmp_path / "backup" / "evidence.tar").exists()


def test_files_that_cannot_be_saved_are_no_backup(installation, tmp_path):
    (installation.home / "evidence").write_text("no folder")
    (tmp_path / "backup").mkdir()

    done = installation.run("backup", str(tmp_path / "backup"))

    assert done.returncode != 0
    assert not (tmp_path / "backup" / "evidence.tar").exists()
