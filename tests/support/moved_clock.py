"""A command of `qingdan` on another day: at noon in Shanghai of the date that stands in a file, read each time."""

import datetime as dt
import sys
from pathlib import Path

from shared import clock

DAY = Path(sys.argv.pop(1))


def now() -> dt.datetime:
    return dt.datetime.combine(dt.date.fromisoformat(DAY.read_text()), dt.time(4), tzinfo=dt.UTC)


if __name__ == "__main__":
    # Before anything else takes the function by its name.
    clock.now = now

    from services.cli import main

    main()
