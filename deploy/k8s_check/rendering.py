"""Renders a kustomization with kubectl, and says of each document in which file it is written."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from deploy.k8s_check import ROOT, kubectl
from deploy.k8s_check.documents import Document, parsed

ORIGIN = "config.kubernetes.io/origin"


class RenderError(SystemExit):
    """kubectl refuses a kustomization; the message is its own."""


def render(folder: Path) -> list[Document]:
    """Every document of the kustomization in `folder`."""
    with tempfile.TemporaryDirectory() as scratch:
        wrapper = Path(scratch).resolve()
        _wrap(folder.resolve(), wrapper)
        text = _kustomize(wrapper, folder)
        return list(_documents(text, wrapper))


def _wrap(folder: Path, wrapper: Path) -> None:
    # Asked for from outside, so that what is applied to a cluster does not carry these annotations.
    kustomization = {"resources": [os.path.relpath(folder, wrapper)], "buildMetadata": ["originAnnotations"]}
    (wrapper / "kustomization.yaml").write_text(yaml.safe_dump(kustomization))


def _kustomize(wrapper: Path, folder: Path) -> str:
    command = (str(kubectl.find()), "kustomize", str(wrapper))
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - fixed command
    if done.returncode != 0:
        raise RenderError(f"{folder}: kubectl kustomize refuses it: {done.stderr.strip()}")
    return done.stdout


def _documents(text: str, wrapper: Path) -> Iterator[Document]:
    for body in parsed(text):
        yield Document(body, _taken_origin(body, wrapper))


def _taken_origin(body: dict[str, Any], wrapper: Path) -> str:
    """The file the document comes from; the annotation that says so is taken out of the document."""
    annotations = body["metadata"].get("annotations") or {}
    origin = yaml.safe_load(annotations.pop(ORIGIN, "")) or {}
    if not annotations:
        body["metadata"].pop("annotations", None)
    file = os.path.normpath(wrapper / (origin.get("path") or origin.get("configuredIn") or "unknown"))
    return file.removeprefix(f"{ROOT}/")
