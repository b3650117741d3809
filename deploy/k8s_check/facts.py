"""What the manifests must agree with: the settings that are read, the secrets that are documented, the release."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.k8s_check import ROOT
from shared.process import release, settings

GUIDE = ROOT / "docs" / "kubernetes.md"


@dataclass(frozen=True, slots=True)
class Facts:
    """`secrets` are the documented secrets with their keys; `settings` the names of all environment settings."""

    secrets: Mapping[str, frozenset[str]]
    settings: frozenset[str]
    version: str


def read() -> Facts:
    return Facts(documented_secrets(GUIDE), known_settings(), release.VERSION)


def documented_secrets(guide: Path) -> dict[str, frozenset[str]]:
    """The rows of the guide's table of secrets: a name in the first column, its keys in the second."""
    section = guide.read_text().split("\n## Secrets\n", 1)[-1].split("\n## ", 1)[0]
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| ([^|]+) \|", section, flags=re.MULTILINE)
    return {name: frozenset(re.findall(r"`([^`]+)`", keys)) for name, keys in rows}


def known_settings() -> frozenset[str]:
    """Every name that reading the settings asks for."""
    environment = _Asked()
    settings.read(environment)
    return frozenset(environment.names)


class _Asked(Mapping[str, str]):
    """An empty environment that remembers what it was asked for."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0
