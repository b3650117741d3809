"""Asks the monitoring port of this container: `python -m shared.process.probe [live|ready]`, exit code 0 or 1.

For health checks of containers. It imports next to nothing, because it is started every few seconds.
"""

from __future__ import annotations

import os
import sys
import urllib.error
import urllib.request
from http import HTTPStatus

from shared.process.addresses import MONITOR_PORT, bracketed, reachable

PATHS = {"live": "/healthz", "ready": "/readyz"}
# Below the time-out of the containers' health checks.
SECONDS = 4


def main(arguments: list[str]) -> int:
    """Ask once and print the answer; 0 when it is well, 1 when not, 2 for a question that there is not."""
    what = arguments[0] if arguments else "ready"
    if what not in PATHS:
        print("usage: python -m shared.process.probe [live|ready]", file=sys.stderr)  # noqa: T201 - a command's output
        return 2
    host = reachable(os.environ.get("QINGDAN_MONITOR_HOST") or "127.0.0.1")
    status, text = ask(host, int(os.environ.get("QINGDAN_MONITOR_PORT") or MONITOR_PORT), PATHS[what])
    print(text.strip())  # noqa: T201 - a command's output
    return 0 if status == HTTPStatus.OK else 1


def ask(host: str, port: int, path: str) -> tuple[int, str]:
    """The status and the text that a monitoring port answers; 0 and the reason when it does not."""
    # A proxy of the environment is for the world outside.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://{bracketed(host)}:{port}{path}", timeout=SECONDS) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError as error:
        return 0, f"the process does not answer: {error}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
