"""The relay of the tasks database with the stats service as its only listener: `… DSN BROKER_URL`."""

import sys

from services.stats.service import StatsService
from shared.calling.service import consumer_of
from shared.delivery.relay import relay_process
from shared.process.needs import Needs

if __name__ == "__main__":
    dsn, broker_url = sys.argv[1:]
    patterns = {"stats": consumer_of(StatsService).consumes.patterns}
    relay_process("tasks", Needs(dsn, broker_url=broker_url), patterns)
