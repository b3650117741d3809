"""RabbitMQ's management API, as far as the tests need it."""

import json
import urllib.request
from base64 import b64encode
from typing import Any
from urllib.error import HTTPError


class Management:
    def __init__(self, port: int, user: str, password: str) -> None:
        self._address = f"http://127.0.0.1:{port}/api"
        self._authorization = "Basic " + b64encode(f"{user}:{password}".encode()).decode()
        # An http_proxy of the environment is for the world outside, not for loopback.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def call(self, method: str, path: str, body: object = None) -> Any:
        """Send one request and return the decoded answer. Raises RuntimeError with the broker's words on refusal."""
        request = urllib.request.Request(
            f"{self._address}/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Authorization": self._authorization},
        )
        try:
            with self._opener.open(request, timeout=10) as response:
                text = response.read()
        except HTTPError as error:
            raise RuntimeError(f"RabbitMQ refused {method} {path}: {error.code} {error.read()!r}") from error
        return json.loads(text) if text else None
