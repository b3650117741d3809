"""Runs every claim, each in a process of its own, and prints its JSON line; `python -m bench NAME…` runs some of them.

Ends with 1 when a claim is not met.
"""

import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main(names: list[str]) -> int:
    claims = sorted(file.stem for file in HERE.glob("*.py") if not file.stem.startswith("_"))
    unknown = [name for name in names if name not in claims]
    if unknown:
        raise SystemExit(f"There is no bench {', '.join(unknown)}. There are: {', '.join(claims)}.")
    return max(_run(claim) for claim in names or claims)


def _run(claim: str) -> int:
    done = subprocess.run(
        [sys.executable, "-m", f"bench.{claim}"], cwd=HERE.parent, stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        return 1
    line = done.stdout.splitlines()[-1]
    print(line, flush=True)
    return 0 if json.loads(line)["met"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
