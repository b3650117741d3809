"""What is posted to a provider and what comes back (pure), and the two ways in which nothing does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Request:
    """What is posted; `target` is path and query."""

    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    body: bytes
    retry_after: str | None


class NotSent(Exception):
    """Nothing of the message has left: another try cannot be the second one."""


class Unanswered(Exception):
    """The message may have been taken, or not."""
