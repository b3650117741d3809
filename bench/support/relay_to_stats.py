"""The relay of the tasks database with the stats service as its only listener: `… DSN BROKER_URL`."""

import sys

from services.stats.service import StatsService
from shared.needs import Needs
from shared.relay import relay_process
from shared.service import consumer_of

if __name__ == "__main__":
    dsn, broker_url = sys.argv[1:]
    patterns = {"stats": consumer_of(StatsService).consumes.patterns}
    relay_process("tasks", Needs(dsn, broker_url=broker_url), patterns)
