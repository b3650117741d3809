"""People at work while everything breaks: they mark duties done, write notes, report, accept, issue.

Whoever gets no answer, or a page that says to try again, sends the same form once more, as its button does: under the
same command id. What they were told in the end is in the record.
"""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlencode

from tests.support.chaos.browsing import NoPageError, person_at, said
from tests.support.chaos.records import Click, Record, Told, What
from tests.support.clerks import Installation
from tests.support.pages import Form, Person

OK, FOUND, KEPT, SEE_OTHER = 200, 302, 202, 303
AGAIN = frozenset({500, 502, 503, 504})
PAUSE = 0.3
# Beyond it nobody presses the button any more.
PATIENCE_SECONDS = 90.0
SAVED = "已保存，还没有提交"
CELL, EXPLANATION = re.compile(r"v\d+"), re.compile(r"x\d+")
EXPLAINED = "本期集中开展了招聘，数据属实。"
# What the lead bureau and units do between two clicks.
SLOWLY = 1.5


class GoneHome(Exception):
    """The work is over before the page was there."""


@dataclass
class Worker:
    """One person with a session; `dice` choose what is clicked."""

    person: Person
    name: str
    record: Record
    over: threading.Event
    dice: random.Random
    looked_at: float = 0.0

    def begin(self, what: What, *subjects: int) -> Click:
        """A click on what was opened last."""
        return self.record.begin(what, subjects, self.name, looked_at=self.looked_at)

    def open(self, path: str) -> Person:
        """The page, asked for until it is there."""
        while not self.over.is_set():
            self.looked_at = time.time()
            with suppress(NoPageError):
                if self.person.open(path).status == OK:
                    return self.person
                if self.person.status not in AGAIN:
                    raise AssertionError(f"{self.name} at {path}: {self.person.status} {said(self.person)}")
            self.over.wait(PAUSE)
        raise GoneHome

    def press(self, click: Click, form: Form, **typed: str | Sequence[str]) -> Click:
        """Send the form, again and again, until there is an answer."""
        until = time.monotonic() + PATIENCE_SECONDS
        for number in count(1):
            click.tries = number
            try:
                status = self.person.send(form, command_id=click.command_id, **typed).status
            except NoPageError:
                status = None
            click.told_at = time.time()
            if status in (FOUND, SEE_OTHER, KEPT):
                click.told = Told.KEPT if status == KEPT else Told.DONE
                return click
            if status is not None and status not in AGAIN:
                # Of the tries before one may have taken effect.
                click.told = Told.REFUSED if number == 1 else Told.UNSURE
                click.text = click.text or said(self.person)
                return click
            if time.monotonic() > until:
                return click
            time.sleep(PAUSE)
        raise AssertionError

    def pause(self, longest: float) -> None:
        """A moment between two clicks."""
        self.over.wait(self.dice.uniform(0, longest))


def mark_done(worker: Worker, title: str) -> None:
    """Mark duties of items named `title` done, some after a note, as long as there are any."""
    while not worker.over.is_set():
        page = worker.open(f"/duties?{urlencode({'all': '', 'q': title})}")
        with suppress(StopIteration):
            form = page.form("/duties/done")
            for duty in _duties(form, worker.dice):
                _do_duty(worker, form, duty)
                worker.pause(PAUSE * 2)
                if worker.over.is_set():
                    return
        worker.pause(SLOWLY)


def _duties(form: Form, dice: random.Random) -> list[str]:
    """Some of the duties of a list, as they are ticked."""
    found = [value for name, value in form.boxes if name == "duties"]
    return dice.sample(found, min(len(found), 5))


def _do_duty(worker: Worker, form: Form, ticked: str) -> None:
    duty_id, _colon, _version = ticked.partition(":")
    if worker.dice.random() < 0.4:
        click = worker.begin(What.NOTE, int(duty_id))
        click.text = f"进展 {click.command_id}"
        token = form.value("csrf_token")
        worker.press(click, Form(f"/duties/{duty_id}/note", [("csrf_token", token)]), text=click.text)
    click = worker.begin(What.DONE, int(duty_id))
    worker.press(click, form, duties=[ticked])


def report(
    worker: Worker, submission_id: int, codes: Mapping[str, int], wait_until_settled: Callable[[Click], None]
) -> None:
    """Fill in one report, submit it, take it back, correct it, as its page offers; `codes` are its indicators."""
    address = f"/submissions/{submission_id}"
    while not worker.over.is_set():
        worker.pause(SLOWLY)
        page = worker.open(address)
        offered = {(form.action or address).partition("?")[0]: form for form in page.forms}
        if address in offered:
            click = _fill(worker, offered[address], submission_id, codes)
        elif f"{address}/take-back" in offered and worker.dice.random() < 0.4:
            click = worker.begin(What.TAKE_BACK, submission_id)
            worker.press(click, offered[f"{address}/take-back"])
        elif f"{address}/correct" in offered:
            click = worker.begin(What.CORRECT, submission_id)
            worker.press(click, offered[f"{address}/correct"], reason="有一处填错了")
        else:
            continue
        # The page says that it waits, and a person does, too: the next form would be on what is not there yet.
        wait_until_settled(click)


def _fill(worker: Worker, form: Form, submission_id: int, codes: Mapping[str, int]) -> Click:
    """Say the same as last time and then something else, which the checks let pass or want explained."""
    typed = {name: form.value(name) for name, _value in form.fields if CELL.fullmatch(name)}
    if not all(typed.values()):
        return worker.press(worker.begin(What.SAVE, submission_id), form, do="same")
    typed[f"v{codes['GY01']}"] = str(worker.dice.randint(1, 999))
    # Whoever comes and whoever goes are as many.
    typed |= dict.fromkeys((f"v{codes['JY07']}", f"v{codes['JY08']}"), str(worker.dice.randint(0, 9)))
    explained = {name: EXPLAINED for name, _value in form.fields if EXPLANATION.fullmatch(name)}
    what = worker.dice.choice((What.SAVE, What.SUBMIT, What.SUBMIT))
    click = worker.begin(what, submission_id)
    click.typed = {int(name[1:]): value for name, value in typed.items()}
    worker.press(click, form, do=what.value, **typed, **explained)
    if not click.is_acknowledged and SAVED in worker.person.text:
        # What stands in its way is on the page, and the cells are kept.
        click.what, click.told = What.SAVE, Told.DONE
    return click


def accept(worker: Worker, submissions: Sequence[int]) -> None:
    """Accept those of the submissions that wait, one after the other."""
    while not worker.over.is_set():
        worker.pause(SLOWLY * 2)
        page = worker.open("/submissions/waiting")
        for form in [one for one in page.forms if "/submissions/waiting/accept" in one.action]:
            waiting = [value for name, value in form.boxes if name == "submissions"]
            ours = [one for one in waiting if int(one.partition(":")[0]) in submissions]
            if ours:
                click = worker.begin(What.ACCEPT, int(ours[0].partition(":")[0]))
                worker.press(click, form, submissions=ours[:1])


def issue(worker: Worker, checklists: Iterator[int], pause: float) -> None:
    """Issue drafts, one after the other, with pauses between."""
    for checklist_id in checklists:
        if worker.over.wait(pause):
            return
        address = f"/checklists/{checklist_id}/issue"
        page = worker.open(address)
        form = next(one for one in page.forms if "seen" in dict(one.fields))
        click = worker.begin(What.ISSUE, checklist_id)
        worker.press(click, Form(address, form.fields))


def signed_in(installation: Installation, name: str, record: Record, over: threading.Event, seed: int) -> Worker:
    """The person of that name, at work."""
    person = person_at(installation.url, record).sign_in(name, installation.passwords()[name])
    assert person.status == FOUND, f"{name} could not sign in: {person.status} {said(person)}"
    return Worker(person, name, record, over, random.Random(f"{seed} {name}"))
