"""What the page derives from the yearly figures: elasticity, jobs for money, net beside new, curves. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from services.stats.economy import elasticity, indexing, intensity
from services.stats.economy.elasticity import Change
from services.stats.economy.growth import HUNDRED, Measured, Why, chained, difference, growth
from services.stats.economy.records import Line
from services.stats.economy.roles import Role

Lines = Mapping[Role, Line]
# What is drawn: more than four lines of one colour are told apart by nobody.
DRAWN = (Role.GDP, Role.INVESTMENT, Role.EMPLOYED, Role.NEW_JOBS)


class Elastic(NamedTuple):
    """The elasticity of a year with the growths that it is made of."""

    year: int
    output: Measured
    people: Measured
    point: Measured
    arc: Measured


class Intense(NamedTuple):
    """New jobs of a year for each hundred million yuan of a role."""

    role: Role
    year: int
    found: Measured


class Net(NamedTuple):
    """New jobs of a year, and by how many people at work and people insured its end differs from its beginning."""

    year: int
    new_jobs: Decimal | None
    employed: Measured
    insured: Measured


class Curve(NamedTuple):
    """A role's figures by year, the base year being 100; `is_comparable` where prices are left out of them."""

    role: Role
    by_year: Mapping[int, Decimal]
    is_comparable: bool


def elasticities(lines: Lines) -> list[Elastic]:
    """Of each year of which growth or employment is known, but the first, before which nothing is."""
    rates, employed = lines.get(Role.GDP_GROWTH), lines.get(Role.EMPLOYED)
    if rates is None or employed is None:
        return []
    years = sorted({*rates.values, *list(employed.values)[1:]})
    return [_elastic(year, rates, employed) for year in years]


def intensities(lines: Lines) -> list[Intense]:
    """New jobs for output and for investment, of each year of which both have some figure."""
    jobs = lines.get(Role.NEW_JOBS)
    found = []
    for role in (Role.GDP, Role.INVESTMENT):
        money = lines.get(role)
        if jobs is None or money is None:
            continue
        measure = money.indicator.unit_of_measure
        for year in sorted({*jobs.values, *_incomplete(jobs)} & {*money.values}):
            one = intensity.jobs_per_amount(jobs.value(year), money.value(year), measure)
            found.append(Intense(role, year, _said(one, (jobs, year), (money, year))))
    return found


def nets(lines: Lines) -> list[Net]:
    """What was new and what was gained on balance, of each year of which either is known."""
    jobs, employed, insured = (lines.get(role) for role in (Role.NEW_JOBS, Role.EMPLOYED, Role.INSURED))
    years = {year for line in (jobs, employed, insured) if line is not None for year in line.values}
    found = [
        Net(year, None if jobs is None else jobs.value(year), _gained(employed, year), _gained(insured, year))
        for year in sorted(years)
    ]
    return [one for one in found if (one.new_jobs, one.employed.value, one.insured.value) != (None, None, None)]


def curves(lines: Lines) -> tuple[int | None, list[Curve], list[Role]]:
    """The base year, the curves that can begin in it, and the roles that cannot; GDP at comparable prices if known."""
    series = {role: _series(lines, role) for role in DRAWN if role in lines}
    base = indexing.base_year([values for values, _ in series.values()])
    drawn, left_out = [], []
    for role, (values, is_comparable) in series.items():
        found = None if base is None else indexing.indexed(values, base)
        if found is None or len(found) < 2:
            left_out.append(role)
        else:
            drawn.append(Curve(role, found, is_comparable))
    return base, drawn, left_out


def grown(line: Line, year: int) -> Measured:
    """Growth against the year before, where both are known and whole."""
    return _said(growth(line.value(year - 1), line.value(year)), (line, year - 1), (line, year))


def _elastic(year: int, rates: Line, employed: Line) -> Elastic:
    rate = rates.value(year)
    now = None if rate is None else HUNDRED + rate
    change = Change(employed.value(year - 1), employed.value(year), HUNDRED, now)
    about = ((employed, year - 1), (employed, year))
    return Elastic(
        year,
        growth(HUNDRED, now),
        grown(employed, year),
        _said(elasticity.by_point(change), *about),
        _said(elasticity.by_arc(change), *about),
    )


def _gained(line: Line | None, year: int) -> Measured:
    if line is None:
        return Measured.not_applicable(Why.MISSING)
    return _said(difference(line.value(year - 1), line.value(year)), (line, year - 1), (line, year))


def _series(lines: Lines, role: Role) -> tuple[Mapping[int, Decimal], bool]:
    rates = lines.get(Role.GDP_GROWTH)
    if role is Role.GDP and rates is not None and (levels := chained(_gapless(rates.values))):
        return levels, True
    return lines[role].values, False


def _gapless(rates: Mapping[int, Decimal]) -> dict[int, Decimal | None]:
    years: Sequence[int] = sorted(rates)
    return {year: rates.get(year) for year in range(years[0], years[-1] + 1)} if years else {}


def _incomplete(line: Line) -> Iterable[int]:
    return (year for year in line.by_year if line.is_incomplete(year))


def _said(found: Measured, *of: tuple[Line, int]) -> Measured:
    """The same; of what is missing because units are, that they are."""
    if found.why is Why.MISSING and any(line.is_incomplete(year) for line, year in of):
        return Measured.not_applicable(Why.INCOMPLETE)
    return found
