"""Which indicators can play which part on the page of economy and employment."""

import datetime as dt

import pytest

from services.stats.economy.roles import PARTS, Role, complaint, twice
from services.stats.indicators.kinds import IndicatorType
from services.stats.indicators.records import Indicator
from services.stats.periods import PeriodKind


def an_indicator(type_, measure, *, formula=""):
    return Indicator(
        *(1, "A1", "某指标", "口径", measure, 0, PeriodKind.YEAR, IndicatorType(type_), None, None, formula, None),
        *(False, "", "", "", "", None, dt.date(2020, 1, 1), None, False, 1),
    )


@pytest.mark.parametrize(
    ("role", "type_", "measure"),
    [
        (Role.GDP, "external", "亿元"),
        (Role.INVESTMENT, "external", "万元"),
        (Role.NEW_JOBS, "flow", "人"),
        (Role.EMPLOYED, "stock", "人"),
        (Role.EMPLOYED, "external", "人"),
        (Role.FIRMS, "stock", "户"),
        (Role.GDP_GROWTH, "external", "%"),
    ],
)
def test_what_fits_is_taken(role, type_, measure):
    assert complaint(role, an_indicator(type_, measure)) is None


@pytest.mark.parametrize(
    ("role", "type_", "measure", "said"),
    [
        (Role.EMPLOYED, "flow", "人", "“期末从业人员”要选期末的时点数或外部指标"),
        (Role.NEW_JOBS, "stock", "人", "要选期间发生的数或外部指标"),
        (Role.GDP_GROWTH, "ratio", "%", "要选外部指标"),
        (Role.GDP, "external", "元", "要以万元或亿元计，“某指标”以元计"),
        (Role.FIRMS, "external", "人", "要以家或户计"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_would(role, type_, measure, said):
    assert said in complaint(role, an_indicator(type_, measure)).zh


def test_what_is_computed_by_a_formula_plays_no_part():
    assert all(complaint(role, an_indicator("flow", "人", formula="A + B")) for role in Role)


def test_an_indicator_plays_one_part_but_people_insured_may_be_those_of_townships():
    assert twice({Role.INSURED: 4, Role.COVERED: 4}) == {}
    found = twice({Role.GDP: 1, Role.INVESTMENT: 1, Role.RETAIL: 2})
    assert (list(found), "已经选作“地区生产总值”" in found[Role.INVESTMENT].zh) == ([Role.INVESTMENT], True)


def test_every_role_has_a_part():
    assert list(PARTS) == list(Role)
