"""The relay of the tasks database with the stats service as its only listener: `… DSN BROKER_URL`."""

import sys

from services.stats.service import StatsService
from shared.relay import relay_process
from shared.service import consumer_of

if __name__ == "__main__":
    relay_process("tasks", *sys.argv[1:], {"stats": consumer_of(StatsService).consumes.patterns})
