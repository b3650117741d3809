"""Asks the monitoring port of this container's process: `python -m shared.probe [live|ready]`, exit code 0 or 1.

For health checks of containers. It imports next to nothing, because it is started every few seconds.
"""

from __future__ import annotations

import os
import sys
import urllib.error
import urllib.request

PATHS = {"live": "/healthz", "ready": "/readyz"}
SECONDS = 4


def main(arguments: list[str]) -> int:
    what = arguments[0] if arguments else "ready"
    if what not in PATHS:
        print("usage: python -m shared.probe [live|ready]", file=sys.stderr)  # noqa: T201 - a command's output
        return 2
    url = f"http://127.0.0.1:{os.environ.get('QINGDAN_MONITOR_PORT') or 9464}{PATHS[what]}"
    try:
        with urllib.request.urlopen(url, timeout=SECONDS) as response:
            status, text = 0, response.read().decode()
    except urllib.error.HTTPError as error:
        status, text = 1, error.read().decode()
    except OSError as error:
        status, text = 1, f"the process does not answer: {error}"
    print(text.strip())  # noqa: T201 - a command's output
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
