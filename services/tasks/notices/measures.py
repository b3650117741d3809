"""One measure of the outline → its draft row and the questions it leaves open."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field, replace

from services.tasks.notices import questions as ask
from services.tasks.notices.dates import DueReading, find_due, is_past, read_due
from services.tasks.notices.directory import KnownUnit
from services.tasks.notices.draft import Due, Measure, Question, QuestionKind
from services.tasks.notices.names import NameIndex
from services.tasks.notices.outline import Node
from services.tasks.notices.sentences import split_sentences, strip_end
from services.tasks.notices.tails import Role, Tail
from services.tasks.notices.units import Name, groups_of, read_names, units_of


@dataclass(frozen=True, slots=True)
class Reader:
    """What reading a measure needs to know beside its text."""

    index: NameIndex
    year: int | None
    today: dt.date | None


@dataclass(slots=True)
class _Found:
    """Everything the tails of one measure say, gathered in the order written."""

    names: list[Name] = field(default_factory=list)
    leads: list[KnownUnit] = field(default_factory=list)
    support: list[str] = field(default_factory=list)
    open_quotes: list[str] = field(default_factory=list)
    due_texts: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def read_measure(node: Node, where: str, reader: Reader) -> tuple[Measure, list[Question]]:
    """One measure with its units, tasks and due date, and what must be asked about it."""
    tails = _tails_of(node)
    found = _gather(tails, reader.index, first_leads=node.first_leads)
    units = list(dict.fromkeys(unit.code for unit in units_of(tuple(found.names))))
    groups = list(dict.fromkeys(group.name for group in groups_of(tuple(found.names))))
    generic = [name.text for name in found.names if name.is_generic]
    title, text, tasks = _title_and_tasks(node)
    due, due_questions = _due(found.due_texts, node.texts(), where, title, reader)
    lead = _lead(found, units)
    measure = Measure(
        number=node.number,
        title=title,
        text=text,
        lead=lead,
        units=tuple(units),
        support=tuple(code for code in dict.fromkeys(found.support) if code != lead),
        groups=tuple(dict.fromkeys([*groups, *generic])),
        unknown=tuple(dict.fromkeys(found.unknown)),
        due=due,
        tasks=tasks,
        is_open_ended=bool(found.open_quotes),
    )
    return measure, [*_unit_questions(measure, found, tails, where, reader.index), *due_questions]


def _tails_of(node: Node) -> list[Tail]:
    """Return the measure's own tails, completed by what its area says for all: lead, due date, or everything."""
    tails = [tail for below in node.walk() for tail in below.tails]
    above = node.parent
    while above is not None and above.marker is not None:
        roles = {part.role for tail in tails for part in tail.parts}
        inherited = {Role.LEAD, Role.DUE} - roles
        if not roles & {Role.LEAD, Role.RESPONSIBLE, Role.SUPPORT}:
            inherited |= {Role.RESPONSIBLE, Role.SUPPORT}
        tails = [*tails, *(_only(tail, inherited) for tail in above.tails)]
        above = above.parent
    return [tail for tail in tails if tail.parts]


def _only(tail: Tail, roles: set[Role]) -> Tail:
    return replace(tail, parts=tuple(part for part in tail.parts if part.role in roles))


def _gather(tails: list[Tail], index: NameIndex, *, first_leads: bool) -> _Found:
    found = _Found()
    for tail in tails:
        seen: set[str] = set()
        for part in tail.parts:
            if part.role is Role.DUE:
                found.due_texts.append(part.text)
            elif part.role is not Role.OTHER:
                _gather_names(found, part.role, part.text, index, seen)
        first = next(iter(units_of(tuple(found.names))), None)
        if (tail.first_is_lead or first_leads) and first and not found.leads:
            found.leads.append(first)
    return found


def _gather_names(found: _Found, role: Role, text: str, index: NameIndex, seen: set[str]) -> None:
    names = read_names(text, index)
    for name in names.names:
        code = name.known[0].name if len(name.known) == 1 else name.text
        if code in seen:
            found.repeated.append(name.text)
        seen.add(code)
    found.names += names.names
    found.unknown += [name.text for name in names.names if not name.known and not name.is_generic]
    if names.open_ending:
        found.open_quotes.append(text)
    if role is Role.LEAD:
        found.leads += units_of(names.names)
    found.leads += units_of(tuple(name for name in names.names if name.is_marked_lead))
    if role is Role.SUPPORT:
        found.support += [unit.code for unit in units_of(names.names)]


def _lead(found: _Found, units: list[str]) -> str | None:
    """The stated lead, or the only unit that is named; never a guess from the order alone."""
    if found.leads:
        return found.leads[0].code
    alone = len(units) == 1 and not (found.support or found.unknown or found.open_quotes)
    return units[0] if alone else None


def _title_and_tasks(node: Node) -> tuple[str, str, tuple[str, ...]]:
    paragraphs = node.texts()
    sentences = [split_sentences(paragraph) for paragraph in paragraphs]
    title = strip_end(sentences[0][0]) if sentences else ""
    first = "".join(sentences[0][1:]).strip() if sentences else ""
    text = "\n".join(part for part in (first, *paragraphs[1:]) if part)
    tasks = [sentence for paragraph in sentences for sentence in paragraph][1:]
    return title, text, tuple(task for task in map(strip_end, tasks) if re.search(r"\w", task))


def _due(
    due_texts: list[str], texts: list[str], where: str, title: str, reader: Reader
) -> tuple[Due | None, list[Question]]:
    reading = _reading(due_texts, texts, reader.year)
    if reading is None:
        return None, [ask.no_due(where, title)]
    if reading.doubt is not None:
        return reading.due, [ask.doubtful_due(reading.doubt, where, reading.quote)]
    if reading.due is not None and is_past(reading.due, reader.today):
        return reading.due, [ask.doubtful_due(QuestionKind.PAST_DUE, where, reading.quote)]
    return reading.due, []


def _reading(due_texts: list[str], texts: list[str], year: int | None) -> DueReading | None:
    if due_texts:
        return read_due("、".join(dict.fromkeys(due_texts)), year)
    return find_due("\n".join(texts), year)


def _unit_questions(measure: Measure, found: _Found, tails: list[Tail], where: str, index: NameIndex) -> list[Question]:
    naming = [tail for tail in tails if any(part.role is Role.RESPONSIBLE for part in tail.parts)]
    if not (measure.units or measure.groups or measure.unknown):
        return [ask.no_unit(where, measure.title)]
    ambiguous = {name.text: name.known for name in found.names if len(name.known) > 1}
    unfilled = [group.name for group in groups_of(tuple(found.names)) if not group.is_filled]
    generic = [name.text for name in found.names if name.is_generic]
    leads = tuple(dict.fromkeys(unit.name for unit in found.leads))
    questions = [ask.open_ended(where, quote) for quote in dict.fromkeys(found.open_quotes)]
    questions += [ask.unfilled_group(where, name) for name in dict.fromkeys([*unfilled, *generic])]
    questions += [ask.unknown_unit(where, name, index.nearest(name)) for name in measure.unknown]
    questions += [ask.ambiguous_unit(where, text, tuple(k.name for k in known)) for text, known in ambiguous.items()]
    questions += [ask.listed_twice(where, name) for name in dict.fromkeys(found.repeated)]
    if len(leads) > 1:
        questions.append(ask.several_leads(where, leads))
    if len({tail.parts for tail in naming}) > 1:
        questions.append(ask.several_tails(where, " ".join(tail.quote for tail in naming)))
    return questions
