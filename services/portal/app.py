"""The portal: server-rendered pages without JavaScript. It keeps sessions and asks the services for the rest."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response
from werkzeug.routing import IntegerConverter

from services.portal import (
    board_day,
    by_link,
    clients,
    compressing,
    doors,
    filters,
    language,
    measuring,
    navigation,
    problems,
    rate_limits,
    resume,
    security,
    sessions,
    working_days,
)
from services.portal.evidence import cabinet as evidence
from services.portal.evidence.cabinet import Cabinet
from services.portal.keeping import receiving
from services.portal.views import BLUEPRINTS
from shared.calling.caller import Caller
from shared.calling.params import LARGEST_KEY
from shared.database import Database


def create_app(
    caller: Caller,
    database: Database,
    *,
    secret: bytes,
    secure_cookies: bool,
    hsts_subdomains: bool = False,
    knows_clients: bool = True,
    cabinet: Cabinet | None = None,
) -> Flask:
    """Make the WSGI application. `secure_cookies` is for a site that is reached by TLS only, `hsts_subdomains` for one
    below which all names are.

    It `knows_clients` unless a proxy that it was not told of stands between: all requests have its address then.
    Without a `cabinet` it has no place for evidence, and offers none.
    """
    app = Flask(__name__)
    app.secret_key = secret
    measuring.install(app)
    compressing.install(app)
    security.install(app, secure_cookies=secure_cookies, subdomains=hsts_subdomains)
    clients.install(app, caller)
    app.url_map.converters["int"] = RowId
    language.install(app)
    filters.install(app)
    navigation.install(app)
    board_day.install(app)
    problems.install(app)
    resume.install(app)
    rate_limits.install(app, knows_clients=knows_clients)
    by_link.install(app)
    working_days.install(app)
    sessions.install(app, database)
    doors.install(app)
    receiving.install(app)
    if cabinet is not None:
        evidence.install(app, cabinet)
    app.add_url_rule("/healthz", "health", _health)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    problems.prepare(app)
    return app


class RowId(IntegerConverter):
    """A number in an address: what no database can hold leads to no page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max": LARGEST_KEY, **kwargs})


def _health() -> Response:
    return Response("ok\n", mimetype="text/plain")
