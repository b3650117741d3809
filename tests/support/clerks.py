"""Many clerks at work at once: each signs in over HTTP and marks duties done, as fast as it is told to.

A plain HTTP client with kept-open connections instead of browsers, for loads that browsers cannot make on one machine.
"""

import datetime as dt
import http.client
import itertools
import json
import queue
import re
import select
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from uuid import uuid4

import psycopg2

from services.running.call_keys import keys_of
from services.running.example import Author
from services.running.home import Home
from shared.calling.proof import Signer
from shared.calling.rpc import RpcCaller
from shared.process.settings import SERVICES
from tests.support.eventually import eventually

TOWNSHIPS = 28
YEAR = 2026
HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class Installation:
    """A running `qingdan cluster`, looked into from behind: its databases and its broker."""

    home: Path
    url: str

    def dsn(self, service: str) -> str:
        password = self._secrets()[service]
        name = f"qingdan_{service}"
        return f"postgresql://{name}:{password}@/{name}?host={quote(str(self.home / 'postgres'), safe='')}"

    @property
    def broker_url(self) -> str:
        """The broker as a portal reaches it; a cluster of the release before has one account for all."""
        is_before = not (self.home / "rabbitmq" / "definitions.json").exists()
        account = ("qingdan", "broker") if is_before else ("qingdan-portal", "broker_portal")
        return self.broker_url_of(*account)

    def broker_url_of(self, account: str, secret: str) -> str:
        port = json.loads((self.home / "rabbitmq" / "ports.json").read_text())[0]
        return f"amqp://{account}:{self._secrets()[secret]}@127.0.0.1:{port}"

    def signer(self) -> Signer:
        """What signs calls as the portal does."""
        return Signer({name: (key,) for name, key in keys_of(Home(self.home)).items()})

    def _secrets(self) -> dict[str, str]:
        return json.loads((self.home / "secrets.json").read_text())

    @contextmanager
    def cursor(self, service: str) -> Iterator[Any]:
        """A cursor of the service's own role, in a transaction."""
        connection = psycopg2.connect(self.dsn(service))
        try:
            with connection, connection.cursor() as cur:
                yield cur
        finally:
            connection.close()

    @contextmanager
    def superuser(self) -> Iterator[Any]:
        connection = psycopg2.connect(
            host=str(self.home / "postgres"), user="postgres", dbname="postgres", password=self._secrets()["postgres"]
        )
        connection.autocommit = True
        try:
            with connection.cursor() as cur:
                yield cur
        finally:
            connection.close()

    def value(self, service: str, statement: str, *values: object) -> Any:
        with self.cursor(service) as cur:
            cur.execute(statement, values)
            return cur.fetchone()[0]

    def passwords(self) -> dict[str, str]:
        return json.loads((self.home / "example-sign-ins.json").read_text("utf-8"))["passwords"]

    def issue(self, items: int, *, title: str = "负荷", within: float = 60) -> int:
        """Issue a checklist of items named by `title` to every township; returns when all services know."""
        with RpcCaller(self.broker_url, self.signer()) as caller:
            lead_id = self.value("tasks", "SELECT id FROM person WHERE sign_in_name = 'lead'")
            author = Author(caller, lead_id, f"issue {uuid4()}")
            checklist_id = draft(author, items, title)
            version = author.ask("preview_issue", {"checklist_id": checklist_id})["version"]
            author.do("issue_checklist", {"checklist_id": checklist_id, "version": version})
        eventually(lambda: self._is_known(checklist_id, items * TOWNSHIPS), within=within)
        return checklist_id

    def _is_known(self, checklist_id: int, duties: int) -> bool:
        statement = "SELECT count(*) FROM duty WHERE checklist_id = %s"
        return all(self.value(service, statement, checklist_id) == duties for service in SERVICES)

    def done(self, service: str, checklist_id: int) -> int:
        """How many duties of the checklist are done in the eyes of one service."""
        statement = {
            "tasks": "SELECT count(*) FROM duty WHERE checklist_id = %s AND state = 'accepted'",
            "stats": "SELECT coalesce(sum(duties), 0) FROM unit_count WHERE checklist_id = %s AND bucket = 'done'",
            "notifications": "SELECT count(*) FROM duty WHERE checklist_id = %s AND NOT is_open",
        }
        return int(self.value(service, statement[service], checklist_id))

    def parked(self) -> int:
        return sum(self.value(service, "SELECT count(*) FROM parked_message") for service in SERVICES)


def draft(author: Author, items: int, title: str) -> int:
    groups = {group["name"]: group["group_id"] for group in author.ask("list_units", {})["groups"]}
    checklist_id: int = author.do("create_checklist", {"title": title, "year": YEAR})["checklist_id"]

    def add(parent_id: int | None, title: str) -> dict[str, Any]:
        return author.do("add_row", {"checklist_id": checklist_id, "parent_id": parent_id, "title": title})

    task_id = None
    for name in ("领域", "举措", "任务"):
        task_id = add(task_id, name)["row_id"]
    for number in range(items):
        row = add(task_id, f"{title}{number}")
        kept = {name: row[name] for name in ("title", "body", "recurrence", "due_day", "acceptance_rule")}
        author.do(
            "save_row",
            {
                **kept,
                "row_id": row["row_id"],
                "version": row["version"],
                "due_on": dt.date(YEAR, 12, 31).isoformat(),
                "review_rule": "none",
                "units": [{"role": "lead", "group_id": groups["各乡镇人民政府"]}],
            },
        )
    return checklist_id


# A ticked duty with the title of its item, and what the list leads on to: all of a heading, the next page.
LISTED = re.compile(r'name="duties" value="(\d+:\d+)".*?<a id="d\d+"[^>]*>([^<]*)</a>', re.DOTALL)
FURTHER = re.compile(r'href="(/duties\?[^"]*heading=[^"]*)"')


class Clerk:
    """One person with one kept-open connection and cookies."""

    def __init__(self, url: str, name: str, password: str) -> None:
        host, port = url.removeprefix("http://").split(":")
        self._connection = http.client.HTTPConnection(host, int(port), timeout=20)
        self._cookies: dict[str, str] = {}
        self.request_id = ""
        _, page = self.send("GET", "/")
        form = {"sign_in_name": name, "password": password, "csrf_token": _token(page), "back": "", "resume": ""}
        status, _ = self.send("POST", "/sign-in", form)
        assert status == 302, f"{name} could not sign in: {status}"
        self._csrf = _token(self.send("GET", "/duties")[1])

    def send(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        if self._is_hung_up():
            self._connection.close()
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = {**HEADERS, "Cookie": cookies, "Referer": f"http://{self._connection.host}/"}
        self._connection.request(method, path, urlencode(form) if form else None, headers)
        response = self._connection.getresponse()
        body = response.read().decode()
        self.request_id = response.getheader("X-Request-Id", "")
        for cookie in response.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        if response.status == 302 and (location := response.getheader("Location", "")) and method == "GET":
            return self.send("GET", location)
        return response.status, body

    def _is_hung_up(self) -> bool:
        """Whether the server closed the idle connection; every browser looks before it uses one again."""
        waiting = self._connection.sock
        return waiting is not None and bool(select.select([waiting], [], [], 0)[0])

    def duties(self, title: str = "负荷") -> list[str]:
        """The open duties whose item begins so, as the form sends them, of every page of the list."""
        waiting, read, found = [f"/duties?{urlencode({'all': '', 'q': title})}"], set(), {}
        while waiting:
            address = waiting.pop()
            read.add(address)
            status, page = self.send("GET", address)
            assert status == 200, f"{address}: {status} {page[-3000:]}"
            found |= {value: item for value, item in LISTED.findall(page) if item.startswith(title)}
            further = {unescape(link) for link in FURTHER.findall(page)}
            waiting += further - read - set(waiting)
        return list(found)

    def submit(self, duty: str) -> tuple[int, str]:
        """Mark one duty done; the status of the answer, and its page."""
        form = {"csrf_token": self._csrf, "command_id": str(uuid4()), "duties": duty, "note": ""}
        return self.send("POST", "/duties/done", form)


def _said(page: str) -> str:
    """What a page says that is no answer."""
    return " ".join(re.sub("<[^>]+>", " ", page.partition("<main")[2].partition("</main>")[0]).split())[:300]


def _token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, page[:500]
    return found[1]


@dataclass
class Work:
    """What the clerks did: seconds from the moment a click was due to its answer, and what went wrong."""

    seconds: list[tuple[float, float]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @property
    def done(self) -> int:
        return len(self.seconds)


class Clerks:
    """Marks duties done at a steady rate until told to stop, whatever the system does meanwhile."""

    def __init__(
        self, installation: Installation, rate: float, *, clerks: int = TOWNSHIPS, title: str = "负荷"
    ) -> None:
        self.work = Work()
        self._pause = 1 / rate
        self._stopping = threading.Event()
        names = sorted(name for name in installation.passwords() if re.fullmatch(r"341021[12]\d\d", name))[:clerks]
        people = [Clerk(installation.url, name, installation.passwords()[name]) for name in names]
        self._moments: queue.Queue[float | None] = queue.Queue()
        work = [(clerk, iter(clerk.duties(title))) for clerk in people]
        self._threads = [threading.Thread(target=self._work, args=one) for one in work]
        self._pacer = threading.Thread(target=self._pace)

    def start(self) -> None:
        for thread in (*self._threads, self._pacer):
            thread.start()

    def stop(self) -> Work:
        self._stopping.set()
        self._pacer.join()
        for thread in self._threads:
            thread.join()
        return self.work

    def _pace(self) -> None:
        begun = time.monotonic()
        for number in itertools.count():
            due = begun + number * self._pause
            if self._stopping.wait(max(due - time.monotonic(), 0.0)):
                break
            self._moments.put(due)
        for _ in self._threads:
            self._moments.put(None)

    def _work(self, clerk: Clerk, duties: Iterator[str]) -> None:
        while (due := self._moments.get()) is not None:
            duty = next(duties, None)
            if duty is None:
                self.work.failures.append("no duty is left")
                return
            try:
                status, page = clerk.submit(duty)
            except (OSError, http.client.HTTPException) as error:
                self.work.failures.append(repr(error))
                continue
            if status == 302:
                self.work.seconds.append((due, time.monotonic() - due))
            else:
                self.work.failures.append(f"status {status}, request {clerk.request_id}: {_said(page)}")
