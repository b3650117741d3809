"""The page's words for the codes of the services: lights, states, rules, roles, actions. All lazily translated."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from services.portal.duty_groups import Group
from services.portal.language import say_later
from shared.light import WORDS
from shared.text import Text


def _happened(zh: str, en: str) -> LazyString:
    """A word of a history: its Chinese is that of the button, in English it says what somebody did."""
    return say_later(Text(zh, en))


# Each light has a shape of its own, so that neither colour nor sight of the colour is needed.
SHAPES = {
    "overdue": "▲",
    "due_soon": "◆",
    "blocked": "■",
    "awaiting_review": "◐",
    "on_track": "●",
    "done": "✓",
    "done_late": "✓",
    "not_applicable": "–",
}

LIGHTS = {light.value: say_later(word) for light, word in WORDS.items()}

LIGHT_MEANINGS = {
    "overdue": _l("期限已过，还没有提交完成。"),
    "due_soon": _l("快到完成时限，还没有提交完成。"),
    "blocked": _l("单位上报了困难，期限还没有到，或者困难正在协调、暂停计时。"),
    "awaiting_review": _l("单位已提交完成，等待审核。"),
    "on_track": _l("还没有到期，也没有上报困难。"),
    "done": _l("在期限内提交，并且不需要审核或审核已通过。"),
    "done_late": _l("已经完成，但提交的时间晚于期限。"),
    "not_applicable": _l("牵头单位同意不适用，或清单调整后撤销。"),
}

# What became of a version of the rule of lights.
LIGHT_RULE_STANDINGS = {
    "planned": _l("待生效"),
    "in_force": _l("现行"),
    "over": _l("执行过"),
    "replaced": _l("由同一天的另一条代替"),
    "taken_back": _l("没有生效，已撤回"),
    "takes_back": _l("撤回"),
}

GROUPS = {
    **{group: LIGHTS[group.value] for group in Group if group.value in LIGHTS},
    Group.ANSWERED: _l("先看答复"),
    Group.THIS_MONTH: _l("本月"),
    Group.LATER: _l("以后"),
}

CHECKLIST_STATES = {
    "draft": _l("草稿"),
    "issuing": _l("正在下发"),
    "issued": _l("已下发"),
    "closed": _l("已结束"),
}

# What a draft is looked through for.
LACKING = {"questions": _l("有待定问题"), "no_due": _l("没有完成时限"), "no_unit": _l("没有责任单位")}

RECURRENCES = {"once": _l("一次"), "monthly": _l("每月"), "quarterly": _l("每季度"), "yearly": _l("每年")}
REVIEW_RULES = {
    "none": _l("提交即完成"),
    "all": _l("全部审核"),
    "sample": _l("抽查"),
}
EVIDENCE_RULES = {"optional": _l("可不附"), "required": _l("必须附，才能提交")}
UNIT_ROLES = {"lead": _l("牵头"), "support": _l("配合")}
UNIT_KINDS = {
    "county": _l("县"),
    "leading_group": _l("领导小组"),
    "lead": _l("牵头单位"),
    "department": _l("部门"),
    "township": _l("乡镇"),
    "village": _l("村"),
}
ROLES = {
    "unit_staff": _l("填报员"),
    "unit_head": _l("分管领导"),
    "lead_bureau": _l("牵头单位"),
    "leadership": _l("领导小组"),
    "administrator": _l("系统管理员"),
    "auditor": _l("审计员"),
}

QUESTION_KINDS = {
    "group": _l("单位组还没有填写成员"),
    "unknown_unit": _l("单位不在名录中"),
    "ambiguous_unit": _l("单位名称对应不止一个"),
    "no_unit": _l("没有写责任单位"),
    "open_ended": _l("名单以“等”结尾"),
    "duplicate_unit": _l("单位重复出现"),
    "several_leads": _l("牵头单位不止一个"),
    "several_tails": _l("责任单位写了不止一处"),
    "applies_to_all": _l("写明适用于全部"),
    "left_out_duty": _l("有要求，没有列为举措"),
    "no_due": _l("没有写完成时限"),
    "impossible_due": _l("日期不存在"),
    "past_due": _l("期限已经过去"),
    "unclear_due": _l("期限写得不明确"),
    "several_dues": _l("期限写了不止一个"),
    "approximate": _l("目标写的是“左右”"),
    "trend": _l("目标没有数值"),
}

# Questions that ask whose a name is: they are answered together, on a page of their own.
ON_NAMES = ("unknown_unit", "ambiguous_unit")
# Kinds of which one answer is for all questions on the same group or name.
ASKED_ONCE = ("group", *ON_NAMES)

NAMED_AS = {"lead": _l("牵头"), "responsible": _l("负责"), "support": _l("配合")}

NAME_STANDINGS = {
    "known": _l("认得出：名录里有，只是写法不同"),
    "doubtful": _l("拿不准：请您看一看"),
    "new": _l("名录里没有"),
}

NAME_CHOICES = {
    "add": _l("加入名录，类型不变"),
    "add:department": _l("加入名录，作为部门"),
    "add:township": _l("加入名录，作为乡镇"),
    "add:village": _l("加入名录，作为村"),
    "add:leading_group": _l("加入名录，作为领导小组"),
    "group": _l("是一个单位组"),
    "keep": _l("不列入"),
    "later": _l("以后再定"),
}

# What a question can be answered with beside leaving it as it stands.
QUESTION_ANSWERS = {
    "group": "group",
    **dict.fromkeys(
        ("unknown_unit", "ambiguous_unit", "no_unit", "open_ended", "duplicate_unit", "several_leads", "several_tails"),
        "units",
    ),
    **dict.fromkeys(("no_due", "impossible_due", "past_due", "unclear_due", "several_dues"), "due"),
    **dict.fromkeys(("approximate", "trend"), "target"),
}

# Why a piece of a notice is not in its draft, and as what it is when it is in it.
PIECE_REASONS = {
    "general": _l("没有列为举措"),
    "contact": _l("联系方式"),
    "addressees": _l("主送单位"),
    "letterhead": _l("版头、版记"),
    "closing": _l("落款"),
    "annex": _l("附件内容"),
    "navigation": _l("网页上的其他文字"),
    "page_number": _l("页码"),
    "table_head": _l("表头"),
    "table_row": _l("没有认出是任务的表格行"),
    "decoration": _l("线条和符号"),
    "deleted": _l("所在的行已删除"),
}
PIECE_PARTS = {
    "title": _l("标题"),
    "number": _l("发文字号"),
    "issuer": _l("发文机关"),
    "issued_on": _l("成文日期"),
    "coordination": _l("牵头单位的写法"),
}
PIECE_WAYS = {"measure": _l("作为举措"), "task": _l("作为任务"), "text": _l("作为说明")}
FIGURE_COMPARATORS = {
    ">=": _l("不少于"),
    ">": _l("多于"),
    "<=": _l("不超过"),
    "<": _l("少于"),
    "=": _l("等于"),
    "~": _l("大约"),
}
COMPARATORS = {">=": "≥", "<=": "≤", "~": "≈", "rising": _l("上升"), "falling": _l("下降")}

STAGES = {
    "issued": _l("新下发"),
    "due_soon": _l("到期提醒"),
    "overdue": _l("已逾期"),
    "amended": _l("有调整"),
    "withdrawn": _l("已撤销"),
    "urged": _happened("催办", "Urged"),
    "remarked": _l("领导批示"),
    "asked": _l("请求协调"),
    "taken_on": _l("困难已受理"),
    "answered": _l("困难已答复"),
    "refused": _l("不同意不适用"),
    "extended": _l("已同意延期"),
    "not_extended": _l("不同意延期"),
    "returned": _l("已退回"),
}

# Of what leaves the house.
DELIVERY_STATES = {
    "planned": _l("等待发送"),
    "sending": _l("正在发送"),
    "sent": _l("已发出"),
    "unknown": _l("不知是否送到"),
    "failed": _l("被拒收"),
    "given_up": _l("没有发出"),
    "cancelled": _l("取消发送"),
}
IN_THE_HOUSE = _l("站内消息")
CHANNELS = {
    "mail": _l("邮件"),
    "sms": _l("短信"),
    "wecom": _l("企业微信群"),
    "dingtalk": _l("钉钉群"),
    "feishu": _l("飞书群"),
}
RHYTHMS = {
    "daily": _l("每个工作日，有新内容就发"),
    "weekly": _l("每周一次，在第一个工作日；逾期、催办、退回和批示当天发"),
    "urgent": _l("只发逾期、催办、退回和批示"),
}
DELIVERY_PURPOSES = {"digest": _l("每天的提醒"), "code": _l("验证码"), "test": _l("测试")}
DELIVERY_WHYS = {
    "nothing_left": _l("要说的都已办完、读过或撤销"),
    "no_contact": _l("联系方式已删除或更换"),
    "handed_over": _l("岗位已移交"),
    "closed": _l("账号已停用"),
    "too_late": _l("当天的发送时间已过"),
    "too_many_tries": _l("试的次数太多"),
    "no_account": _l("这个群机器人已不在设置里"),
}

# Of reminder rules.
RULE_SCOPES = {"all": _l("所有清单和报表"), "checklist": _l("清单"), "report": _l("报表")}
AUDIENCES = {"post": _l("填报员"), "head": _l("分管领导"), "lead": _l("牵头单位"), "leaders": _l("领导小组")}
# What a silence keeps from being said.
SILENCED_STAGES = {"both": _l("到期前和逾期提醒"), "due_soon": _l("只停到期前的提醒"), "overdue": _l("只停逾期提醒")}
SLIP_LEVELS = {1: _l("一级"), 2: _l("二级"), 3: _l("三级")}
SLIP_SETTLED = {
    "closed": _l("已提交完成，或不用再办"),
    "taken_on": _l("困难已受理，暂停计时"),
    "moved": _l("完成时限有变"),
}

# What the search finds, in the order of its page.
FOUND_GROUPS = {
    "duties": _l("责任"),
    "checklists": _l("清单"),
    "figures": _l("报表与指标"),
    "units": _l("单位"),
    "people": _l("人员"),
}
# Where the words stand that the line does not show.
FOUND_IN = {
    "number": _l("编号"),
    "duty": _l("责任号"),
    "area": _l("领域"),
    "task": _l("任务"),
    "code": _l("代码"),
    "alias": _l("别名"),
    "note": _l("备注"),
    "ended": _l("结束说明"),
    "document": _l("发文字号"),
    "sign_in_name": _l("登录名"),
    "basis_number": _l("批准文号"),
    "definition": _l("口径"),
}

# What waits for the lead bureau, in the order of its page.
WAITING = {
    "submitted": _l("待审核"),
    "waivers": _l("申请不适用"),
    "extensions": _l("申请延期"),
    "blocked": _l("困难待答复"),
    "elsewhere": _l("由其他单位审核"),
}
# What waits for the reader; what another unit reviews is looked at by whoever asks for it.
WAITING_HERE = [kind for kind in WAITING if kind != "elsewhere"]

# Who keeps a picture of the duties.
LISTENERS = {"stats": _l("看板"), "notifications": _l("各种提醒")}

DUTY_STATES = {
    "issued": _l("已下发"),
    "acknowledged": _l("已签收"),
    "submitted": _l("已提交"),
    "accepted": _l("已完成"),
    "returned": _l("已退回"),
    "waived": _l("不适用"),
    "withdrawn": _l("已撤销"),
}

ACTIONS = {
    "issued": _l("下发"),
    "acknowledged": _l("签收"),
    "submitted": _l("提交，待审核"),
    "completed": _l("完成"),
    "reopened": _l("撤回"),
    "accepted": _happened("审核通过", "Accepted"),
    "returned": _happened("退回", "Returned"),
    "waiver_asked": _happened("申请不适用", "Asked for “not applicable”"),
    "waived": _happened("同意不适用", "Agreed that it does not apply"),
    "waiver_refused": _l("不同意不适用"),
    "waiver_taken_back": _happened("撤回不适用申请", "Request taken back"),
    "extension_asked": _happened("申请延期", "Asked for more time"),
    "extended": _happened("同意延期", "More time given"),
    "extension_refused": _l("不同意延期"),
    "extension_taken_back": _happened("撤回延期申请", "Request for more time taken back"),
    "extension_overtaken": _happened(
        "完成时限已改，延期申请不用再答复，原申请延期到",
        "Due date changed, so the request for more time needs no answer; asked until",
    ),
    "blocked": _happened("上报困难", "Difficulty reported"),
    "unblocked": _l("困难解除"),
    "blocker_accepted": _happened("受理困难，暂停计时", "Difficulty taken on; clock stopped"),
    "clock_resumed": _happened("恢复计时，完成时限", "Clock runs again; due"),
    "blocker_answered": _happened("答复困难", "Difficulty answered"),
    "progress": _l("进展"),
    "urged": _happened("催办", "Urged"),
    "remarked": _happened("领导批示", "Remarked by a leader"),
    "remark_answered": _happened("答复批示", "Remark answered"),
    "amended": _l("随清单调整或日历调整"),
    "withdrawn": _l("随清单调整撤销"),
    "brought_back": _happened("随清单调整恢复", "Brought back by an amendment"),
    "evidence_added": _happened("添加证明材料", "Evidence added"),
    "evidence_removed": _happened("删除证明材料", "Evidence removed"),
    "delegated": _l("分解给下级单位"),
    "given": _l("由上级单位分解"),
    "taken_back": _happened("收回分解的责任", "Part taken back"),
    "practice_offered": _happened("提供典型经验", "Good practice offered"),
    "practice_withdrawn": _happened("撤回典型经验", "Good practice withdrawn"),
    "practice_published": _l("发布为典型经验"),
    "practice_corrected": _happened("更正典型经验", "Good practice corrected"),
    "practice_put_aside": _l("典型经验未采用"),
    "practice_taken_back": _happened("收回典型经验", "Good practice taken back"),
    "reminded": _l("已提醒"),
}

# What a form about a duty is about to do, by the last part of its address.
DOINGS = {
    "sign": _l("签收责任"),
    "done": _l("标为完成"),
    "note": _l("记一笔进展"),
    "blocker": _l("上报困难"),
    "clear-blocker": _l("困难已解除"),
    "waiver": _l("申请不适用"),
    "withdraw-all": _l("收回分解"),
    "take-back-waiver": _l("撤回不适用申请"),
    "extension": _l("申请延期"),
    "take-back-extension": _l("撤回延期申请"),
    "practice": _l("提供典型经验"),
    "evidence": _l("添加证明材料"),
    "remove-evidence": _l("删除证明材料"),
    "extend": _l("同意延期"),
    "not-extend": _l("不同意延期"),
    "undo": _l("撤回提交"),
    "reopen": _l("撤回提交"),
    "accept": _l("审核通过"),
    "return": _l("退回单位"),
    "grant": _l("同意不适用"),
    "refuse": _l("不同意不适用"),
    "take-on": _l("受理困难"),
    "answer": _l("答复困难"),
    "delegate": _l("分解给下级单位"),
    "withdraw": _l("收回分解的责任"),
}

PRACTICE_STATES = {
    "offered": _l("等待牵头单位处理"),
    "published": _l("已发布"),
    "put_aside": _l("未采用"),
    "withdrawn": _l("已撤回"),
    "taken_back": _l("已收回"),
}

DIFFICULTY_STATES = {"open": _l("待答复"), "accepted": _l("已受理，暂停计时"), "answered": _l("已答复")}

FIELDS = {
    "title": _l("标题"),
    "body": _l("内容"),
    "due_on": _l("完成时限"),
    "recurrence": _l("周期"),
    "due_day": _l("每期第几日"),
    "review_rule": _l("审核方式"),
    "acceptance_rule": _l("完成标准"),
    "evidence_rule": _l("证明材料"),
    "reviewer": _l("由谁审核"),
    "units": _l("责任单位"),
    "leads": _l("牵头单位"),
    "name": _l("名称"),
    "code": _l("代码"),
    "kind": _l("类型"),
    "parent_id": _l("上级单位"),
    "parent_code": _l("上级单位"),
    "aliases": _l("别名"),
    "is_active": _l("启用"),
    "display_name": _l("姓名"),
    "sign_in_name": _l("登录名"),
    "post": _l("岗位"),
    "unit_id": _l("单位"),
    "roles": _l("角色"),
    "year": _l("年度"),
    "held_on": _l("会议日期"),
    "level_names": _l("层级名称"),
    "sample_percent": _l("抽查比例"),
    "document_number": _l("发文字号"),
    "member_ids": _l("成员"),
    "note": _l("备注"),
    "reason": _l("理由"),
    "contact": _l("联系方式"),
    "addressees": _l("主送"),
    "overall": _l("总体情况"),
    "behind": _l("进度滞后和未报事项"),
    "practice": _l("好的做法"),
    "requirements": _l("下一步要求"),
    "issuer": _l("署名"),
    "copies": _l("抄送"),
    "dated_on": _l("成文日期"),
    "text": _l("内容"),
    "definition": _l("口径"),
    "unit_of_measure": _l("计量单位"),
    "decimals": _l("小数位数"),
    "period_kind": _l("报告期"),
    "type": _l("指标类型"),
    "numerator": _l("分子"),
    "denominator": _l("分母"),
    "formula": _l("公式"),
    "bound": _l("上限值"),
    "may_be_negative": _l("可以是负数"),
    "source": _l("来源"),
    "owner": _l("责任单位"),
    "basis_by": _l("制定机关"),
    "basis_number": _l("批准文号"),
    "basis_until": _l("有效期至"),
    "valid_from": _l("启用日期"),
    "valid_to": _l("停用日期"),
    "is_invented": _l("示例数据，均为虚构"),
    "table_number": _l("表号"),
    "due_rule": _l("应报日按"),
    "due_days": _l("应报日"),
    "lock_rule": _l("锁定日按"),
    "lock_days": _l("锁定日"),
    "comparator": _l("要求"),
    "value": _l("目标值"),
    "baseline": _l("基数"),
    "tolerance": _l("允许相差"),
    "course": _l("序时进度"),
    "first_month": _l("开始"),
    "last_month": _l("结束"),
    "words": _l("文件原文"),
    "split": _l("分解"),
    "first_period": _l("第一期"),
    "last_period": _l("最后一期"),
}

INDICATOR_TYPES = {
    "flow": _l("流量"),
    "stock": _l("存量"),
    "ratio": _l("比率"),
    "ceiling": _l("上限"),
    "zero": _l("零指标"),
    "trend": _l("走势"),
    "external": _l("外部数据"),
}
REPORT_KINDS = {"month": _l("月报"), "quarter": _l("季报"), "half_year": _l("半年报"), "year": _l("年报")}
REPORT_STATES = {"draft": _l("草稿"), "active": _l("启用中"), "stopped": _l("已停用")}
# What a day of the calendar becomes, and how it is marked there.
DAY_BECOMES = {"off": _l("放假"), "worked": _l("上班"), "announced": _l("恢复原来的安排")}
DAY_MARKS = {"off": _l("休"), "worked": _l("班")}
WEEKDAYS = (_l("一"), _l("二"), _l("三"), _l("四"), _l("五"), _l("六"), _l("日"))
DAY_RULES = {"workdays": _l("期后第几个工作日"), "day": _l("期后次月几日（遇休息日顺延）")}
# Where a unit stands in a round, with a shape of its own for each.
TIMINGS = {
    "on_time": _l("按期报送"),
    "late": _l("逾期报送"),
    "open": _l("未报，未到应报日"),
    "missing": _l("未报，已过应报日"),
}
TIMING_SHAPES = {"on_time": "✓", "late": "✓", "open": "●", "missing": "▲"}
TIMING_LIGHTS = {"on_time": "done", "late": "done_late", "open": "on_track", "missing": "overdue"}
SUBMISSION_STATES = {
    "open": _l("待填报"),
    "draft": _l("填报中"),
    "at_head": _l("待分管领导确认"),
    "at_upper": _l("待上级单位审核"),
    "at_lead": _l("待牵头单位审核"),
    "returned": _l("已退回"),
    "accepted": _l("已通过"),
}

CHECK_KINDS = {"formula": _l("公式"), "outlier": _l("与本单位往年比较")}
SUBMISSION_ACTIONS = {
    "saved": _happened("填写并保存", "Filled in and saved"),
    "submitted": _happened("提交", "Submitted"),
    "confirmed": _happened("分管领导确认", "Confirmed by the head"),
    "passed": _happened("上级单位审核通过", "Passed on by the unit above"),
    "accepted": _happened("审核通过", "Accepted"),
    "returned": _happened("退回", "Returned"),
    "taken_back": _l("撤回"),
    "corrected": _happened("开始更正", "Correction begun"),
    "given_up": _happened("放弃更正", "Correction given up"),
    "proxied": _l("代录"),
}
STRICTNESS = {"hard": _l("必须满足"), "soft": _l("需要说明")}
CHECK_STATES = {"draft": _l("未启用"), "on": _l("已启用"), "off": _l("已停用")}
EXPLANATION_STATES = {"given": _l("待审核"), "accepted": _l("已认可"), "refused": _l("未认可")}
PERIOD_KINDS = {"month": _l("月"), "quarter": _l("季度"), "half_year": _l("半年"), "year": _l("年")}
FIGURE_ORIGINS = {
    "report": _l("报送"),
    "correction": _l("更正"),
    "proxy": _l("代录"),
    "import": _l("历史数据导入"),
    "external": _l("外部数据"),
}
IMPORT_STATES = {
    "staging": _l("没有传完"),
    "checked": _l("已检查，还没有导入"),
    "applying": _l("导入了一部分"),
    "applied": _l("已导入"),
    "discarded": _l("已取消"),
}

BULLETIN_STATES = {"draft": _l("草稿"), "signed": _l("已签发"), "withdrawn": _l("已作废")}
BULLETIN_SHAPES = {"draft": "○", "signed": "✓", "withdrawn": "–"}
BULLETIN_KINDS = {
    "month": _l("月"),
    "quarter": _l("季度"),
    "half_year": _l("半年"),
    "since": _l("上一期通报之后"),
}

# How a target stands; the five words are those of published bulletins.
TARGET_STANDINGS = {
    "reached": _l("已完成"),
    "ahead": _l("超进度"),
    "on_time": _l("达进度"),
    "behind": _l("欠进度"),
    "other": _l("其它"),
}
TARGET_SHAPES = {"reached": "✓", "ahead": "◆", "on_time": "●", "behind": "▲", "other": "–"}
TARGET_LIGHTS = {
    "reached": "done",
    "ahead": "done",
    "on_time": "on_track",
    "behind": "overdue",
    "other": "not_applicable",
}
TARGET_COMPARATORS = {
    "at_least": _l("不低于"),
    "at_most": _l("不高于"),
    "around": _l("左右"),
    "zero": _l("清零"),
    "rising": _l("稳步提升"),
}
TARGET_COURSES = {"linear": _l("按时间均分"), "seasonal": _l("按往年的季节规律")}


def kind_of_members(group: str | None) -> str:
    """The kind of units that a group's name is about, whose list is unfolded: of 各村（社区） that of villages."""
    named = group or ""
    if "村" in named or "社区" in named:
        return "village"
    return "township" if "镇" in named or "街道" in named else "department"
