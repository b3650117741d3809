"""What the operations of economy and employment take and answer. Figures and shares travel as exact decimals."""

from __future__ import annotations

from services.stats.economy.growth import Why
from services.stats.economy.parting import Move
from services.stats.economy.roles import Role
from services.stats.figures.schemas import YEAR, AsOf, IndicatorShown, UnitShown
from services.stats.periods import PeriodKind
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Params
from shared.calling.shapes import Paged, Shape
from shared.text import Text

ROLE = Text("用途", "role")
WHY = "why there is no value; null where there is one"


class EconomyAsked(AsOf):
    """Everything of the page, now or as of a moment."""


class TownshipsAsked(AsOf):
    """Two years to compare, by townships: without them the last two that have figures; a page of the units."""

    before = f.whole(YEAR, 1990, 2099, load_default=None, allow_none=True)
    after = f.whole(YEAR, 1990, 2099, load_default=None, allow_none=True)
    page = f.page()


class RoleChoice(Params):
    """Which indicator plays a role; null for none."""

    role = f.member(ROLE, Role)
    indicator_id = f.key(Text("指标", "indicator"), load_default=None, allow_none=True)


class SetRoles(Params):
    """Which indicators play the roles that are named; the others stay as they are. `version` 0 is that of nothing."""

    version = f.whole(Text("版本", "version"), 0, 2**31 - 1)
    roles = f.several(f.part(RoleChoice, ROLE), ROLE, most=len(Role), least=1)


class RoleShown(Shape):
    """A role that no indicator plays."""

    role = s.one_of(Role)
    name = s.sentence()


class YearCell(Shape):
    """The figure of a year in a role."""

    year = s.whole()
    value = s.decimal(allow_none=True)
    missing = s.whole("how many units are missing in it")
    growth = s.decimal(
        "against the year before, 0.05 is 5 %; null for a rate and where it does not apply", allow_none=True
    )


class SeriesShown(RoleShown):
    """The yearly figures in a role, and where they come from."""

    indicator = s.part(IndicatorShown)
    cells = s.several(YearCell, "in the order of the years")
    source = s.text("of the newest figure; empty for what units report")
    source_period = s.text("which figure that is", allow_none=True)
    known_since = s.moment("since when that figure is known", allow_none=True)


class ElasticityShown(Shape):
    """The elasticity of employment in a year, by two methods."""

    year = s.whole()
    output_growth = s.decimal("at comparable prices", allow_none=True)
    people_growth = s.decimal(allow_none=True)
    point = s.decimal(allow_none=True)
    arc = s.decimal(allow_none=True)
    why = s.one_of(Why, WHY, allow_none=True)


class IntensityShown(Shape):
    """New jobs for each hundred million yuan."""

    role = s.one_of(Role, "of the money")
    year = s.whole()
    value = s.decimal(allow_none=True)
    why = s.one_of(Why, WHY, allow_none=True)


class NetShown(Shape):
    """What was new in a year beside what was gained on balance."""

    year = s.whole()
    new_jobs = s.decimal(allow_none=True)
    employed = s.decimal("at its end less at its beginning", allow_none=True)
    why_employed = s.one_of(Why, WHY, allow_none=True)
    insured = s.decimal("at its end less at its beginning", allow_none=True)
    why_insured = s.one_of(Why, WHY, allow_none=True)


class CurveShown(RoleShown):
    """A role's figures with the base year as 100."""

    is_comparable = s.flag("whether prices are left out of it")
    values = s.several(s.decimal(allow_none=True), "in the order of the years")


class CurvesShown(Shape):
    """Curves that begin together."""

    base_year = s.whole(allow_none=True)
    years = s.several(s.whole())
    lines = s.several(CurveShown)
    left_out = s.several(RoleShown, "which have no figure of the base year, or no other")


class LagShown(Shape):
    """A correlation at a lag."""

    lag = s.whole("by how many periods the jobs come later")
    points = s.whole("on how many pairs it stands")
    value = s.decimal("from -1 to 1", allow_none=True)
    why = s.one_of(Why, WHY, allow_none=True)
    is_few = s.flag("whether the points are too few to lean on")


class CorrelationShown(Shape):
    """How the growth of one role goes with that of another."""

    output = s.part(RoleShown)
    people = s.part(RoleShown)
    period_kind = s.one_of(PeriodKind)
    lags = s.several(LagShown)


class Economy(Shape):
    """The page of economy and employment."""

    unit = s.part(UnitShown, "whose figures these are; null before there is a directory", allow_none=True)
    as_of = s.moment(allow_none=True)
    version = s.whole("of the roles; 0 where nobody has chosen any")
    years = s.several(s.whole(), "of which any role has a figure")
    series = s.several(SeriesShown, "in the order of the roles")
    unset = s.several(RoleShown, "which no indicator plays")
    elasticity = s.several(ElasticityShown)
    intensity = s.several(IntensityShown)
    net = s.several(NetShown)
    curves = s.part(CurvesShown)
    correlations = s.several(CorrelationShown)
    least_points = s.whole("below which no correlation is given")
    few_points = s.whole("below which there is a warning")
    is_invented = s.flag("whether figures of any of them are invented")


class TownshipRow(Shape):
    """A unit's money for firms and people insured, of two years."""

    unit_id = s.key()
    unit = s.text()
    is_active = s.flag("false for one that was closed since")
    money_before = s.decimal(allow_none=True)
    money_after = s.decimal(allow_none=True)
    money_change = s.decimal("0.05 is 5 %", allow_none=True)
    money_move = s.one_of(Move)
    people_before = s.decimal(allow_none=True)
    people_after = s.decimal(allow_none=True)
    people_change = s.decimal(allow_none=True)
    people_move = s.one_of(Move)


class Townships(Paged):
    """Money for firms beside people insured, in the order of the directory, never by result; 60 units a page."""

    as_of = s.moment(allow_none=True)
    years = s.several(s.whole(), "that can be compared")
    before = s.whole(allow_none=True)
    after = s.whole(allow_none=True)
    money = s.part(IndicatorShown, allow_none=True)
    people = s.part(IndicatorShown, allow_none=True)
    money_moved = s.decimal("from which change on money counts as moved")
    people_moved = s.decimal("and people insured")
    rows = s.several(TownshipRow)
    parted = s.several(TownshipRow, "of all pages, where one moved without the other; at most 200")
    parted_total = s.whole()
    total = s.whole("number of all units")


class FittingIndicator(Shape):
    """An indicator that can play a role."""

    indicator_id = s.key()
    name = s.text()


class RoleOffered(RoleShown):
    """A role, who plays it, and who could."""

    indicator_id = s.key(allow_none=True)
    fitting = s.several(FittingIndicator, "by code")


class RolesOffered(Shape):
    """All roles."""

    version = s.whole("0 where nobody has chosen any")
    roles = s.several(RoleOffered)


class RolesKept(Shape):
    """Which version of the roles holds now."""

    version = s.whole()
