"""What a process says of itself on its monitoring port."""

import json
import urllib.error
import urllib.request
from typing import Any


def fetch(port: int, path: str) -> tuple[int, str]:
    """The status and the body of one GET; a refusal is an answer too."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


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
