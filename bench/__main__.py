"""Runs claims, each in a process of its own, and prints their JSON lines; `python -m bench NAME…` runs some of them.

Without a name those run that are through within five minutes together, with `long` the others. Those that have people
at a running product have one after the other the same one. Ends with 1 when a claim is not met.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.support import product

HERE = Path(__file__).parent
# Starting a cluster takes longer than most claims.
AT_ONE_PRODUCT = {
    "cluster": ("click_to_board", "cpu_of_clerks", "submitting_duties_distributed"),
    "embedded": ("units_page", "submitting_duties", "submitting_reports", "submitting_beside_sign_ins"),
}
# At the size that they speak of these take half a minute each.
LONG = (
    "amending",
    "board_after_issuing",
    "boards",
    "holding_against_ledger",
    "importing_history",
    "mailing_digests",
    "past_lists",
    "reading_hostile_texts",
    "rolling_up_figures",
    "sealed_changes",
    "submitting_beside_sign_ins",
)


def main(names: list[str]) -> int:
    claims = sorted(file.stem for file in HERE.glob("*.py") if not file.stem.startswith("_"))
    if {"-h", "--help", "help"} & set(names):
        print(__doc__, "\n".join(["long", *claims]), sep="\n")
        return 0
    unknown = [name for name in names if name not in (*claims, "long")]
    if unknown:
        raise SystemExit(f"There is no bench {', '.join(unknown)}. There are: long, {', '.join(claims)}.")
    if not names:
        names = [claim for claim in claims if claim not in LONG]
    return max(_results(list(dict.fromkeys([*names, *(LONG if "long" in names else ())]))))


def _results(claims: list[str]) -> Iterator[int]:
    sharing = {claim for several in AT_ONE_PRODUCT.values() for claim in several}
    yield from (_run(claim) for claim in claims if claim not in sharing | {"long"})
    for mode, several in AT_ONE_PRODUCT.items():
        if chosen := [claim for claim in several if claim in claims]:
            with product.example(mode) as (home, port):
                yield from [_run(claim, **{product.shared_as(mode): f"{port} {home}"}) for claim in chosen]


def _run(claim: str, **environment: str) -> int:
    done = subprocess.run(
        [sys.executable, "-m", f"bench.{claim}"],
        cwd=HERE.parent,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        return 1
    line = done.stdout.splitlines()[-1]
    print(line, flush=True)
    return 0 if json.loads(line)["met"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
