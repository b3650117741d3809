"""The people of `submitting_duties` in the distributed mode; the baseline is the same people's reading of the list."""

from __future__ import annotations

from bench.submitting_duties import told
from bench.support.duties_over_http import times_in


def main() -> str:
    return told(times_in("cluster"), " in the distributed mode")


if __name__ == "__main__":
    print(main())
