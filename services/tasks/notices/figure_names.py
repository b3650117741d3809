"""What a figure is called, without who reaches it and where (县残联在集镇布设站点9个 → 布设站点). Pure."""

from __future__ import annotations

import re

from services.tasks.notices.sentences import strip_end

BULLETS = " —–-·•●■◆"
# What is done with so many of something.
ACTS = (
    "举办|举行|召开|开展|组织|建设|建成|新建|改建|扩建|修建|修缮|布设|设立|设置|开设|开办|开行|开通|新开|增设|发放|培训|培育|培养|走访|回访|慰问|检查|排查"
    "|核查|抽查|巡查|整治|查处|评选|选树|遴选|引进|招引|扶持|帮扶|帮助|救助|资助|募集|征集|收集|发布|推送|提供|实施|完成|新增|认定|创建|创办|孵化|打造"
    "|开发|安排|安置|选派|派出|组建|制作|编写|编制|印发|吸纳|吸引|带动|惠及|转移|输送|输出|签订|落实|拨付|筹集|投入|配备|添置|购置|采购|更新|改造|维修|推广|种植"
    "|推荐|介绍|对接|指导|解决|追讨|引导|动员|调剂|化解|盘活|调解|办理|受理|宣讲|招募|招录|招聘|招收|选聘|聘请|聘用|推出|申报|争取|服务|储备|供应"
)
_LEADING = re.compile(
    r"(?:\d{1,2}(?:[.．](?!\d)|、)|[（(]\d{1,2}[)）]|[①-⑳]|(?:\d{4}年)?(?:\d{1,2}|十[一二]?|[一二三四五六七八九])月(?:\d{1,2}日|[底末]|[上中下]旬)?(?:之?前|以前)?|(?:\d{4})?年[底内末]前?|第?[一二三四]季度|每(?:个?季度?|个?月|半年)|工作目标|力争|争取(?!上级|国家|省级|市级|中央|资金|项目)|确保|预计|计划|累计|共(?![建享同育办青])|总计"
    r"|实现|全年|今年|本年|全县|全市|全区|全省|我县|我市|每年|年均|年度|完成(?!率|度|量|比例)|使|将|并|且|要|其中|积极|大力|(?:原则)?同意|决定|分[两二三四]?批|同时|另外|此外|[,，、:：])"
)
_TRAILING = re.compile(
    "(?:保持|始终|一直|继续|力争|确保|争取|实现|均|基本|要|人数|每年|年均|不少于|约|大约|(?<![所存])在|[,，、:：“”\\s])$"
)
_UNIT = (
    "[由请]?(?:[县市区省镇乡团][\u4e00-\u9fff]{0,16}(?:局|委(?!会|员会|托|派|培)|管委会|委员会|联合会|协会|工会|工商联|[残妇文侨]联|科协|办|院|部|中心|政府|公司|集团|银行|人民法院|检察院)|团[县市区]委"
    "|各[\u4e00-\u9fff]{0,10}(?:乡镇|镇街|村居|镇|乡|街道|村|社区|县区|单位|部门|局|园区|学校|企业|医院)(?:人民政府|政府)?)"
)
_MARK = r"(?:各自?|分别|共同|联合|具体|至少|要|应当?|须|负责|牵头|主办|协助|配合)"
_DOER = re.compile(rf"{_UNIT}(?:[(（][^()（）]{{1,8}}[)）])?(?=[、和及与,，]|会同|联合|{_MARK}|{ACTS})")
_BETWEEN = re.compile("[、和及与,，]|会同|联合(?=[县市区省镇乡团各])")
_MARKS = re.compile(rf"{_MARK}*")
_BY_WHOM = re.compile(
    "^(?:由|请|各)[^,，]{1,14}?(?:局|委(?!会|员会)|管委会|委员会|联合会|协会|工会|办|院|部|中心|镇|乡|街道|政府|公司|县区|单位|部门|村)(?:要|应|须|负责|牵头|具体)*(?=[\u4e00-\u9fff]{2})"
    "|^(?:由[^,，]{2,40}?|[^,，]{1,16}(?:局|委|办|院|会|部|中心|镇|乡|街道|政府)(?:具体|分别|共同)?)(?:负责|牵头)"
)
# In a place, by some means, for somebody: what is done there stands behind.
_PLACE = re.compile(
    r"(?:在|到|于|依托|通过|利用|借助|围绕|面向|针对|为|向|给|对)[^,，]{1,24}?"
    "(?:[区镇村县市城园中上内里间处点站厅校地所街乡路院馆等赈台级人员户生工者众象力民军女童庭店商]|企业|单位|重点|方式|机构|项目|活动|机制|渠道|协作)"
    rf"(?={ACTS})"
)
_TOWARDS = re.compile("[对向为给从在于按]")
_DONE_TO = re.compile("(?P<whom>.{1,12}?)(?:开展|进行|实施|提供|给予|发放|落实)(?P<what>.{2,10})")
_ACT = re.compile(ACTS)
# The name of what is not said is how many.
_ACT_ALONE = re.compile(
    "新增|培训|走访|帮扶|维修|新建|改造|建设|建成|举办|发放|扶持|引进|服务|帮助|组织|吸纳|转移|检查|开展|投放|选派|慰问|受理"
)
_COUNT_OF = {
    "人": "人数",
    "名": "人数",
    "位": "人数",
    "人次": "人次",
    "户": "户数",
    "次": "次数",
    "场": "场次",
    "场次": "场次",
    "期": "期数",
}
_LONGEST_COUNTED = 10


def name_of(words: str) -> str:
    """The words before a figure without when and how surely it is reached, and without where."""
    # 建设内容：实训楼
    words = re.split("[:：]", words.strip(BULLETS + ":：\u3000"))[-1] or words
    while leading := _LEADING.match(words):
        words = words[leading.end() :]
    while trailing := _TRAILING.search(words):
        if words.endswith("”"):
            break
        words = words[: trailing.start()]
    return _without_place(words)


def whole_name(name: str, after: str, unit: str) -> str:
    """The name with what is counted, which may stand behind the figure: 新增3000人就业, 对200家企业开展走访."""
    name = _without_place(_without_doers(name))
    after = strip_end(after)
    if _TOWARDS.match(name):
        done = _DONE_TO.fullmatch(after)
        return f"{done['what']}{done['whom']}" if done else after or name
    if _ACT.fullmatch(name) and 2 <= len(after) <= _LONGEST_COUNTED:
        return f"{name}{after}"
    return counted(name, unit)


def counted(name: str, unit: str) -> str:
    """The name, of an act alone with what is counted: 培训1500人次 is 培训人次."""
    return f"{name}{_COUNT_OF.get(unit, '数量')}" if _ACT_ALONE.fullmatch(name) else name


def _without_doers(name: str) -> str:
    rest = name
    while doer := _DOER.match(rest):
        between = _BETWEEN.match(rest, doer.end())
        rest = rest[between.end() if between else doer.end() :]
        if not between:
            rest = rest[marks.end() :] if (marks := _MARKS.match(rest)) else rest
            break
    return rest if len(rest) > 1 else _BY_WHOM.sub("", name) or name


def _without_place(name: str) -> str:
    place = _PLACE.match(name)
    return name[place.end() :] if place else name
