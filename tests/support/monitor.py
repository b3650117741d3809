"""What a process says of itself on its monitoring port."""

import json
from typing import Any

from shared.process import probe


def fetch(port: int, path: str) -> tuple[int, str]:
    """The status and the body of one GET; 0 when nothing answers."""
    return probe.ask("127.0.0.1", port, path)


def check_of(port: int, name: str) -> dict[str, Any]:
    """One check as /readyz shows it."""
    _, body = fetch(port, "/readyz")
    return next(check for check in json.loads(body)["checks"] if check["name"] == name)


def is_ready(port: int) -> bool:
    return fetch(port, "/readyz")[0] == 200


def sentence_of(port: int, name: str) -> str:
    """What is wrong, in English; empty when nothing is."""
    sentence = check_of(port, name)["sentence"]
    return sentence["en"] if sentence else ""
