"""What an operator reads after a mistake that is found before any server starts."""

import dataclasses
import subprocess

import pytest

from services.running import access, cluster, embedded, home, postgres_wheel
from shared.process import settings


@pytest.mark.parametrize(
    ("host", "wanted"), [("127.0.0.1", True), ("localhost", True), ("0.0.0.0", False), ("::", False)]
)
def test_example_is_made_only_where_other_machines_cannot_sign_in(host, wanted):
    chosen = dataclasses.replace(settings.read({}), host=host)

    assert embedded.wants_example(chosen, with_example=True) is wanted


def test_command_in_a_folder_without_installation_makes_none(tmp_path):
    elsewhere = settings.read({"QINGDAN_HOME": str(tmp_path / "elsewhere")})

    with pytest.raises(SystemExit, match="no installation in the folder"):
        access.database_of(elsewhere, "tasks").__enter__()

    assert not elsewhere.home.exists()


def test_folder_that_a_shell_would_split_is_refused_with_a_sentence(tmp_path):
    with pytest.raises(SystemExit, match="space or another special character"):
        postgres_wheel.start_postgres(tmp_path / "my folder" / "postgres")


def test_folder_with_a_chinese_name_is_not_special():
    assert not postgres_wheel.SPECIAL & set("/srv/歙县清单/postgres")


def test_roll_tells_that_no_cluster_runs_and_signals_nobody(tmp_path):
    """A cluster that was killed leaves its number behind, and by now that is somebody else's."""
    with subprocess.Popen(["/bin/sleep", "60"]) as stranger:
        (tmp_path / "lock").touch()
        (tmp_path / "cluster.pid").write_text(str(stranger.pid))

        with pytest.raises(SystemExit, match="No cluster runs on the folder"):
            cluster.roll(settings.read({"QINGDAN_HOME": str(tmp_path)}))

        assert stranger.poll() is None
        stranger.kill()


def test_roll_in_a_folder_without_installation_is_a_sentence(tmp_path):
    with pytest.raises(SystemExit, match="No cluster runs on the folder"):
        cluster.roll(settings.read({"QINGDAN_HOME": str(tmp_path / "elsewhere")}))


def test_a_home_that_is_claimed_forgets_the_number_of_a_killed_cluster(tmp_path):
    (tmp_path / "cluster.pid").write_text("4711")

    home.claim_home(tmp_path)

    assert not (tmp_path / "cluster.pid").exists()
    assert home.is_claimed(tmp_path)
