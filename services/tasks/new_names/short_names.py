"""Short and full forms of a unit's name (简称、全称): which two mean the same, by the usual abbreviations. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from services.tasks.notices.names import normalise

# Full words and what is usually written for them; the longer ones first, since some hold others.
SHORTENED = (
    ("人力资源和社会保障", "人社"),
    ("人力资源社会保障", "人社"),
    ("退役军人事务", "退役军人"),
    ("国民经济和社会发展", "发展"),
    ("发展和改革委员会", "发改委"),
    ("发展改革委员会", "发改委"),
    ("发展和改革局", "发改委"),
    ("发展改革局", "发改委"),
    ("发展改革委", "发改委"),
    ("发改局", "发改委"),
    ("住房和城乡建设", "住建"),
    ("住房城乡建设", "住建"),
    ("城乡建设和住房", "住建"),
    ("卫生健康委员会", "卫健委"),
    ("卫生健康委", "卫健委"),
    ("卫生健康局", "卫健委"),
    ("卫健局", "卫健委"),
    ("文化和旅游", "文旅"),
    ("文化旅游", "文旅"),
    ("文化广电", "文广"),
    ("自然资源和规划", "资规"),
    ("自然资源规划", "资规"),
    ("自规局", "资规局"),
    ("市场监督管理", "市场监管"),
    ("市监局", "市场监管局"),
    ("农业和农村", "农业农村"),
    ("交通运输", "交通"),
    ("交运局", "交通局"),
    ("应急管理", "应急"),
    ("城市管理综合执法", "城管"),
    ("城市管理", "城管"),
    ("综合行政执法", "综合执法"),
    ("医疗保障", "医保"),
    ("经济和信息化", "经信"),
    ("经济信息化", "经信"),
    ("工业和信息化", "工信"),
    ("工业信息化", "工信"),
    ("科学技术协会", "科协"),
    ("科学技术", "科技"),
    ("教育和体育", "教体"),
    ("教育体育", "教体"),
    ("数据资源管理", "数据资源"),
    ("数据资源局", "数据局"),
    ("机关事务管理", "机关事务"),
    ("国有资产监督管理委员会", "国资委"),
    ("妇女联合会", "妇联"),
    ("残疾人联合会", "残联"),
    ("工商业联合会", "工商联"),
    ("文学艺术界联合会", "文联"),
    ("归国华侨联合会", "侨联"),
    ("红十字会", "红会"),
    ("供销合作社联合社", "供销社"),
    ("供销合作联社", "供销社"),
    ("供销合作社", "供销社"),
    ("总工会", "工会"),
    ("共产主义青年团", "共青团"),
    ("政法委员会", "政法委"),
    ("组织人事", "组织"),
    ("宣传思想", "宣传"),
    ("统一战线工作部", "统战部"),
    ("机构编制委员会办公室", "编办"),
    ("经济技术开发区", "经开区"),
    ("经济开发区", "经开区"),
    ("高新技术产业开发区", "高新区"),
    ("管理委员会", "管委会"),
    ("生态环境分局", "生态环境局"),
)
_GOVERNMENT = re.compile("(?<=[乡镇])(?:人民)?政府$|(?<=街道)(?:办事处|办)$")
_PARTY = re.compile("^(?:中共|中国共产党)")
_LEAGUE = re.compile("^(?:中国)?(?:共青团|团)(?P<of>.*?)(?:委员会|委)$|^(?P<before>.*?)团委(?:员会)?$")
# Where one sign more or less makes somebody else: 第一中学, 第二中学; 东村, 东村镇.
_SHORTENED_ENDS = ("局", "委", "办", "会", "中心", "社", "院")
# The place keeps its signs: 共和镇 is not 共镇.
_PLACE_ENDS = ("乡", "镇", "街道", "村", "社区")
_LEVELS = "省市县区旗镇乡"
# 市, 乡, 区 and so on as the first sign of a word: 市场监管局 is of no 市.
_WORDS = re.compile(
    "市(?:场|容|监(?=局|所|大队|分局)|政(?!府|协|法|务|数|研)|民(?!政|宗|族|委|营|革|盟|建|进))|乡(?:村|土|镇)|区(?:划|域|块)|县域|镇(?:村|街)"
)
_SHORTEST = 3
_MOST_LEFT_OUT = 6


def key_of(name: str, counties: Iterable[str] = ()) -> str:
    """What all forms of a name have in common: without the county, in short words, without 和.

    `counties` are the names that may stand before a unit's, such as 歙县.
    """
    key = _PARTY.sub("", normalise(name))
    league = _LEAGUE.match(key)
    if league:
        return "团委" if _is_county(league["of"] or league["before"] or "", counties) else key
    key = _GOVERNMENT.sub("", _without_county(key, counties))
    for full, short in SHORTENED:
        key = key.replace(full, short)
    if key.endswith(_PLACE_ENDS):
        return key
    return key.replace("和", "").replace("与", "") or normalise(name)


def level_of(name: str) -> str:
    """The sign of the government that a name begins with (县 of 县教育局); empty for none, as in 市场监管局."""
    first = name[:1]
    return first if first and first in _LEVELS and len(name) > 1 and not _WORDS.match(name) else ""


def is_short_for(short: str, full: str) -> bool:
    """Whether one key is the other with signs left out inside, as 退役军人局 is of 退役军人事务局."""
    if not _SHORTEST <= len(short) < len(full) <= len(short) + _MOST_LEFT_OUT or not short.endswith(_SHORTENED_ENDS):
        return False
    if short[0] != full[0] or short[-1] != full[-1]:
        return False
    rest = iter(full)
    return all(sign in rest for sign in short)


def _is_county(text: str, counties: Iterable[str]) -> bool:
    """Whether a text is nothing but the county: its name, 县, or none."""
    return _without_county(f"{text}团", counties) == "团"


def _without_county(name: str, counties: Iterable[str]) -> str:
    for county in counties:
        # 歙县县委 has the county and its kind.
        if name.startswith(county) and len(name) > len(county):
            name = name[len(county) :]
            break
    if level_of(name) in ("县", "市", "区") and not name[1:].startswith("直"):
        return name[1:]
    return name
