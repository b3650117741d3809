"""One run: a cluster of its own, people at work, faults, rest, and what the checker finds."""

from __future__ import annotations

import json
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from uuid import uuid4

from services.running.example import Author
from shared.calling.rpc import RpcCaller
from shared.process import probe
from shared.process.settings import DATABASES
from tests.support.chaos import clicking
from tests.support.chaos.books import Books
from tests.support.chaos.checking import Before, check
from tests.support.chaos.clicking import GoneHome, Worker
from tests.support.chaos.faults import Faults
from tests.support.chaos.findings import Finding, Harm
from tests.support.chaos.plan import Fault
from tests.support.chaos.races import outrun
from tests.support.chaos.records import Click, Record, Told, What
from tests.support.clerks import Installation, draft
from tests.support.eventually import eventually

TITLE = "混沌"
# Items of the list that is there from the beginning, and of each that is issued meanwhile.
FIRST_ITEMS, MORE_ITEMS = 10, 2
# So many lists are issued in each run.
LEAST_LISTS = 2
TOWNSHIPS = re.compile(r"341021[12]\d\d")
REST_WITHIN = 120.0
ISSUED_WITHIN = 120.0
LOOK_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Crew:
    """How many people work, and how many lists are issued, with so many seconds between."""

    markers: int = 6
    reporters: int = 3
    lists: int = 2
    between_lists: float = 4.0


@dataclass
class Outcome:
    """What a run was like."""

    record: Record
    faults: int
    seconds_to_rest: float = 0.0
    findings: list[Finding] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, object]:
        """In numbers."""
        told = Counter(click.told for click in self.record.clicks)
        harms = Counter(finding.harm for finding in self.findings)
        return {
            "faults": self.faults,
            "clicks": len(self.record.clicks),
            "clicks by kind": dict(Counter(click.what.value for click in self.record.clicks)),
            "acknowledged": told[Told.DONE] + told[Told.KEPT],
            "kept": told[Told.KEPT],
            "refused": told[Told.REFUSED],
            "unsure": told[Told.UNSURE],
            "sent again": sum(click.tries > 1 for click in self.record.clicks),
            "issued": sum(click.what is What.ISSUE and click.is_acknowledged for click in self.record.clicks),
            **{harm.value: harms[harm] for harm in Harm},
            "pages": dict(sorted(self.record.statuses.items())),
            "seconds to rest": round(self.seconds_to_rest, 1),
        }


class Run:
    """Everybody at work on a running cluster, whose supervisor has the process id `supervisor`."""

    def __init__(self, installation: Installation, supervisor: int, *, seed: int, crew: Crew) -> None:
        self._installation = installation
        self._seed = seed
        self._crew = crew
        self._faults = Faults(installation, supervisor)
        self._over = threading.Event()
        # Whoever issues stays for the first lists, however soon the faults were over: else it would depend on how quick
        # the machine is whether there are any.
        self._issuing_over = threading.Event()
        self._threads: list[threading.Thread] = []
        self.record = Record()
        self.books = Books({name: partial(installation.cursor, name) for name in DATABASES})
        self.broken: list[str] = []

    def carry_out(self, faults: Sequence[Fault], tell: Callable[[str], object] = lambda _text: None) -> Outcome:
        """Let people work through `faults`, wait until the product has come to rest, and check."""
        before = self._prepare()
        with self._at_work(before):
            for fault in faults:
                time.sleep(fault.pause)
                tell(str(fault))
                self._faults.carry_out(fault)
            self._faults.thaw()
        outcome = Outcome(self.record, len(faults), broken=self.broken)
        begun = time.monotonic()
        eventually(lambda: not self.restless(), within=REST_WITHIN, message="the product came to no rest")
        outcome.seconds_to_rest = time.monotonic() - begun
        self._read_replies()
        outcome.findings = check(self.record, self.books, before)
        return outcome

    def restless(self) -> list[str]:
        """What is still under way."""
        found = [f"{name} lacks {len(missing)} events" for name, missing in self.books.unheard().items() if missing]
        for service, what, statement in UNDER_WAY:
            ((number,),) = self.books.read(service, statement)
            found += [f"{number} {what}"] * (number > 0)
        targets = json.loads((self._installation.home / "monitor-targets.json").read_text())
        for target in targets:
            host, _colon, port = target["targets"][0].partition(":")
            if probe.ask(host, int(port), "/readyz")[0] != 200:
                found.append(f"{target['labels']['process']} is not ready")
        return found

    def _read_replies(self) -> None:
        """What people are told later than at once.

        Of a report that was kept what stands in the way of it, with its cells saved; of one that somebody else moved
        meanwhile that it did not move again.
        """
        states = dict(self.books.read("portal", "SELECT command_id::text, state FROM kept_command"))
        for click in self.record.clicks:
            if click.what is What.SUBMIT and click.told is Told.KEPT and states.get(click.command_id) == "refused":
                click.what, click.told = What.SAVE, Told.DONE
        for click in outrun(self.record, self.books):
            click.told = Told.REFUSED

    def _prepare(self) -> Before:
        """The list that everybody works on, and drafts of those that are issued meanwhile."""
        first = self._installation.issue(FIRST_ITEMS, title=TITLE)
        self._drafts = []
        with RpcCaller(self._installation.broker_url, self._installation.signer()) as caller:
            lead_id = self._installation.value("tasks", "SELECT id FROM person WHERE sign_in_name = 'lead'")
            for _ in range(self._crew.lists):
                self._drafts.append(draft(Author(caller, lead_id, f"draft {uuid4()}"), MORE_ITEMS, TITLE))
        line = self._installation.value("stats", "SELECT coalesce(max(id), 0) FROM submission_history")
        return Before(line, (first, *self._drafts))

    @contextmanager
    def _at_work(self, before: Before) -> Iterator[None]:
        reports = self._reports()
        work = [*self._markers(), *self._reporters(reports), *self._lead(reports)]
        self._threads = [threading.Thread(target=self._guarded, args=one) for one in work]
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._over.set()
            until = time.monotonic() + ISSUED_WITHIN
            for thread in self._threads:
                thread.join(max(until - time.monotonic(), 0))
            self._issuing_over.set()
            for thread in self._threads:
                thread.join()

    def _guarded(self, work: Callable[[Worker], None], worker: Worker) -> None:
        try:
            work(worker)
        except GoneHome:
            pass
        except Exception as error:  # noqa: BLE001 - who cannot go on is a finding, whatever the reason
            self.broken.append(f"{worker.name} could not go on: {error!r}")

    def _markers(self) -> list[tuple[Callable[[Worker], None], Worker]]:
        names = sorted(name for name in self._installation.passwords() if TOWNSHIPS.fullmatch(name))
        chosen = random.Random(self._seed).sample(names, self._crew.markers)
        return [(partial(clicking.mark_done, title=TITLE), self._signed_in(name)) for name in chosen]

    def _reporters(self, reports: dict[int, str]) -> list[tuple[Callable[[Worker], None], Worker]]:
        codes = dict(self.books.read("stats", "SELECT code, id FROM indicator"))
        filling = partial(clicking.report, codes=codes, wait_until_settled=self._wait_until_settled)
        return [(partial(filling, submission_id=one), self._signed_in(name)) for one, name in reports.items()]

    def _lead(self, reports: dict[int, str]) -> list[tuple[Callable[[Worker], None], Worker]]:
        issuing = partial(clicking.issue, checklists=self._lists(), pause=self._crew.between_lists)
        return [
            (issuing, self._signed_in("lead", over=self._issuing_over)),
            (partial(clicking.accept, submissions=list(reports)), self._signed_in("lead")),
        ]

    def _lists(self) -> Iterator[int]:
        """Drafts as long as there is work, and the first ones in any case."""
        for number, checklist_id in enumerate(self._drafts):
            if number >= LEAST_LISTS and self._over.is_set():
                return
            yield checklist_id

    def _reports(self) -> dict[int, str]:
        """Reports that have not begun, with the sign-in names of their units."""
        rows = self.books.read(
            "stats",
            """
            SELECT submission.id, unit.code FROM submission JOIN unit ON unit.id = unit_id
            WHERE state = 'open' AND period ~ '^[0-9]{4}-[0-9]{2}$' ORDER BY submission.id LIMIT %s
            """,
            self._crew.reporters,
        )
        return dict(rows)

    def _signed_in(self, name: str, over: threading.Event | None = None) -> Worker:
        return clicking.signed_in(self._installation, name, self.record, over or self._over, self._seed)

    def _wait_until_settled(self, click: Click) -> None:
        """Of a form that was kept: until it was carried out, or the work is over."""
        while click.told is Told.KEPT and not self._over.wait(LOOK_SECONDS):
            with suppress(Exception):
                statement = "SELECT state FROM kept_command WHERE command_id = %s"
                if self._installation.value("portal", statement, click.command_id) != "waiting":
                    return


UNDER_WAY = (
    ("portal", "commands are kept", "SELECT count(*) FROM kept_command WHERE state = 'waiting'"),
    ("tasks", "lists are being issued", "SELECT count(*) FROM issue_run WHERE state <> 'done'"),
    ("stats", "gaps", "SELECT count(*) FROM gap"),
    ("notifications", "gaps", "SELECT count(*) FROM gap"),
    ("tasks", "gaps", "SELECT count(*) FROM gap"),
)
