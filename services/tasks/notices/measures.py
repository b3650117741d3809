"""One measure of the outline → its draft row and the questions it leaves open."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field, replace

from services.tasks.notices import questions as ask
from services.tasks.notices.clauses import said_in
from services.tasks.notices.dates import DueReading, find_due, is_past, read_due
from services.tasks.notices.draft import Due, Measure, NamedAs, Question, QuestionKind, UnknownName
from services.tasks.notices.mentions import mentioned
from services.tasks.notices.names import NameIndex
from services.tasks.notices.outline import Node
from services.tasks.notices.sentences import split_enumeration, split_sentences, strip_end
from services.tasks.notices.tails import Role, Tail, is_remark
from services.tasks.notices.targets import figures_of
from services.tasks.notices.units import Name, groups_of, read_names, units_of

# A line that only announces what follows (主要任务：) is none.
_ANNOUNCES = re.compile(
    "(?:工作|主要|总体|具体|重点|任务|责任|完成|进度|时间|有关)*(?:目标|措施|举措|任务|内容|要求|分工|时限|安排|单位)|[^:：]*[:：]"
)


@dataclass(frozen=True, slots=True)
class Reader:
    """What reading a measure needs to know beside its text."""

    index: NameIndex
    year: int | None
    today: dt.date | None
    # Those of a plan of several years.
    plan_years: range = range(0)

    @property
    def last_year(self) -> int | None:
        """By the end of which a figure is to be reached that names no year."""
        return self.plan_years[-1] if self.plan_years else self.year


@dataclass(slots=True)
class _Found:
    """Everything the tails of one measure say, gathered in the order written."""

    names: list[Name] = field(default_factory=list)
    # Whoever the notice says leads, in the directory or not.
    leads: list[Name] = field(default_factory=list)
    support: list[str] = field(default_factory=list)
    open_quotes: list[str] = field(default_factory=list)
    due_texts: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    parts: dict[str, list[NamedAs]] = field(default_factory=dict)


def read_measure(node: Node, where: str, reader: Reader) -> tuple[Measure, list[Question]]:
    """One measure with its units, tasks and due date, and what must be asked about it."""
    tails = _tails_of(node)
    if not any(tail.names_units for tail in tails) and (said := said_in(node.texts(), reader.index)):
        tails = [*tails, said]
    found = _gather(tails, reader.index, first_leads=node.first_leads)
    units = list(dict.fromkeys(unit.code for unit in units_of(tuple(found.names))))
    groups = list(dict.fromkeys(group.name for group in groups_of(tuple(found.names))))
    generic = [name.text for name in found.names if name.is_generic]
    title, text, tasks = _title_and_tasks(node)
    shares = dict.fromkeys(f"职责分工：{tail.shares}" for tail in tails if tail.shares)
    due, due_questions = _due(found.due_texts, node.texts(), where, title, reader)
    lead = None if any(tail.is_mentioned for tail in tails) else _lead(found)
    doubtful = [name for name in found.names if len(name.known) != 1 and not name.is_generic]
    roles = _roles_of(doubtful, found)
    measure = Measure(
        number=node.number,
        title=title,
        text="\n".join((*([text] if text else []), *shares)),
        lead=lead,
        units=tuple(units),
        support=tuple(code for code in dict.fromkeys(found.support) if code != lead),
        groups=tuple(dict.fromkeys([*groups, *generic])),
        unknown=tuple(dict.fromkeys(UnknownName(n.text, roles[n.text]) for n in doubtful if not n.known)),
        due=due,
        tasks=tasks,
        is_open_ended=bool(found.open_quotes),
        targets=tuple(figures_of([*node.texts(), *shares], _year_of_figures(due, reader), title)),
    )
    return measure, [*_unit_questions(measure, found, tails, where, reader.index, roles=roles), *due_questions]


def _year_of_figures(due: Due | None, reader: Reader) -> int | None:
    """That of the day by which the measure of a plan of several years is done, else the plan's last one."""
    if due is not None and due.date is not None and due.date.year in reader.plan_years:
        return due.date.year
    return reader.last_year


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
        if (tail.first_is_lead or first_leads) and found.names and not found.leads:
            found.leads += found.names[:1]
    return found


def _gather_names(found: _Found, role: Role, text: str, index: NameIndex, seen: set[str]) -> None:
    names = read_names(text, index)
    for name in names.names:
        code = name.known[0].name if len(name.known) == 1 else name.text
        if code in seen:
            found.repeated.append(name.text)
        seen.add(code)
    found.names += names.names
    for name in names.names:
        found.parts.setdefault(name.text, []).append(NamedAs(role.value))
    if names.open_ending:
        found.open_quotes.append(text)
    if role is Role.LEAD:
        found.leads += [name for name in names.names if _may_lead(name)]
    found.leads += [name for name in names.names if name.is_marked_lead and _may_lead(name)]
    if role is Role.SUPPORT:
        found.support += [unit.code for unit in units_of(names.names)]


def _lead(found: _Found) -> str | None:
    """The stated lead, or the only one that answers for the work; never a guess from the order alone.

    Nobody else leads where the stated one is a name that the directory lacks: that one is asked for as lead.
    """
    if found.leads:
        return next((unit.code for unit in units_of(tuple(found.leads[:1]))), None)
    alone = _alone(found)
    return next((unit.code for unit in units_of((alone,))), None) if alone else None


def _alone(found: _Found) -> Name | None:
    """The one unit, known or not, that answers for the work, beside none but those that support it.

    Beside a group of others nobody says that it leads.
    """
    supporting = {text for text, parts in found.parts.items() if set(parts) == {NamedAs.SUPPORT}}
    answering = [name for name in found.names if name.text not in supporting]
    names = {units[0].code if (units := units_of((name,))) else name.text: name for name in answering}
    is_alone = len(names) == 1 and all(map(_may_lead, answering)) and not found.open_quotes
    return answering[0] if is_alone else None


def _may_lead(name: Name) -> bool:
    """Whether it is, or may turn out to be, one unit."""
    return not name.is_generic and not groups_of((name,))


def _mentioned(measure: Measure, index: NameIndex) -> tuple[str, ...]:
    """The units of the directory that the measure's own words name, by their names there."""
    written = mentioned(f"{measure.title}\n{measure.text}", index)
    units = units_of(tuple(Name(text, index.written[text]) for text in written))
    return tuple(dict.fromkeys(unit.name for unit in units))


def _roles_of(names: list[Name], found: _Found) -> dict[str, NamedAs]:
    """The part in the work that each name gets once it is known whose it is; of several the weightiest."""
    leading = {lead.text for lead in found.leads}
    alone = _alone(found) if names and not leading else None
    roles: dict[str, NamedAs] = {}
    for name in names:
        parts = found.parts.get(name.text, [])
        if name.text in leading or name == alone:
            roles[name.text] = NamedAs.LEAD
        else:
            roles[name.text] = NamedAs.RESPONSIBLE if NamedAs.RESPONSIBLE in parts or not parts else parts[0]
    return roles


def _title_and_tasks(node: Node) -> tuple[str, str, tuple[str, ...]]:
    paragraphs = node.texts()
    sentences = [_sentences(paragraph) for paragraph in paragraphs]
    title = strip_end(sentences[0][0]) if sentences else ""
    first = paragraphs[0].partition(sentences[0][0])[2].strip() if sentences else ""
    text = "\n".join(part for part in (first, *paragraphs[1:]) if part)
    below = [text for child in node.children if child.marker for text in child.texts()]
    listed = [sentence for text in below for sentence in _sentences(text)] or [
        entry for paragraph in paragraphs for entry in split_enumeration(paragraph)[1]
    ]
    tasks = listed or [sentence for paragraph in sentences for sentence in paragraph][1:]
    found = (task for task in map(strip_end, tasks) if re.search(r"\w", task))
    return title, text, tuple(task for task in found if not _ANNOUNCES.fullmatch(task) and not is_remark(task))


def _sentences(paragraph: str) -> list[str]:
    """The sentences; an entry of a list inside the paragraph stays one, however many sentences it has."""
    before, entries = split_enumeration(paragraph)
    return [*split_sentences(before), *entries]


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


def _unit_questions(
    measure: Measure,
    found: _Found,
    tails: list[Tail],
    where: str,
    index: NameIndex,
    *,
    roles: dict[str, NamedAs],
) -> list[Question]:
    naming = [tail for tail in tails if any(part.role is Role.RESPONSIBLE for part in tail.parts)]
    if not (measure.units or measure.groups or measure.unknown):
        return [ask.no_unit(where, measure.title, _mentioned(measure, index))]
    ambiguous = {name.text: name.known for name in found.names if len(name.known) > 1}
    unfilled = [group.name for group in groups_of(tuple(found.names)) if not group.is_filled]
    generic = [name.text for name in found.names if name.is_generic]
    leads = tuple(dict.fromkeys(name.known[0].name if len(name.known) == 1 else name.text for name in found.leads))
    if any(tail.is_mentioned for tail in tails):
        return [ask.only_mentioned(where, "、".join(dict.fromkeys(name.text for name in found.names)))]
    questions = [ask.open_ended(where, quote) for quote in dict.fromkeys(found.open_quotes)]
    questions += [ask.unfilled_group(where, name) for name in dict.fromkeys([*unfilled, *generic])]
    questions += [ask.unknown_unit(where, name.text, index.nearest(name.text), name.role) for name in measure.unknown]
    for text, known in ambiguous.items():
        questions.append(ask.ambiguous_unit(where, text, tuple(one.name for one in known), roles[text]))
    questions += [ask.listed_twice(where, name) for name in dict.fromkeys(found.repeated)]
    if len(leads) > 1:
        questions.append(ask.several_leads(where, leads))
    if len({tail.parts for tail in naming}) > 1:
        questions.append(ask.several_tails(where, " ".join(tail.quote for tail in naming)))
    return questions
