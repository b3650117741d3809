"""The page's words for what the economy beside employment keeps as codes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

# Why a measure does not apply.
WHYS = {
    "missing": _l("不适用：当年或上年没有数"),
    "incomplete": _l("不适用：还有单位没有报全"),
    "zero_base": _l("不适用：基数为零"),
    "near_zero": _l("不适用：经济增减不到百分之一，算出来没有意义"),
    "negative": _l("不适用：经济是下降的"),
    "few_points": _l("点太少，不计算"),
    "no_spread": _l("有一列数没有变化，不计算"),
}
# Which way a figure went: a shape beside the word.
MOVES = {"up": _l("增加"), "still": _l("基本没变"), "down": _l("减少"), "unknown": _l("缺一期的数")}
SHAPES = {"up": "▲", "still": "＝", "down": "▼", "unknown": "–"}
# By how many periods jobs come later, by the kind of period.
LAGS = {
    "month": _l("晚 %(n)d 个月"),
    "quarter": _l("晚 %(n)d 个季度"),
    "half_year": _l("晚 %(n)d 个半年"),
    "year": _l("晚 %(n)d 年"),
}
# What to choose for each role.
HINTS = {
    "gdp": _l("用来算每亿元地区生产总值对应的新增就业。"),
    "gdp_growth": _l("统计部门公布的可比价增速，用来算弹性和指数曲线。"),
    "investment": _l("按季度、按月填的要填自年初累计数，和公报一致。"),
    "firms": _l("各单位已经报的就选那一项，同一个数不要再收一次。"),
    "employed": _l("期末数。净增 = 期末 − 期初；弹性也用它。"),
    "insured": _l("全县期末参保人数，看净增。"),
    "benefits": _l("每个乡镇一个数，来自资金系统，不向乡镇要。"),
    "covered": _l("每个乡镇一个数，来自社保系统，不向乡镇要。"),
}
