"""Words for what the log of reporting keeps as codes: what was done with figures, and which operation was refused."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

# By what the auditor can choose.
KINDS = {
    "indicators": _l("指标"),
    "reports": _l("报表"),
    "rounds": _l("解锁"),
    "checks": _l("校验"),
    "submissions": _l("单位报送"),
    "reviewing": _l("审核报送"),
    "figures": _l("调整和外部数据"),
    "targets": _l("目标"),
    "imports": _l("历史数据导入"),
    "settings": _l("报送方式、经济与就业的设置"),
    "refusals": _l("被拒绝的操作"),
}

ENTRIES = {
    "indicator.saved": _l("修改指标"),
    "report.saved": _l("修改报表"),
    "report_unit.saved": _l("修改单位的起止日期"),
    "round.unlocked": _l("解锁"),
    "check.saved": _l("修改校验"),
    "check.switched": _l("启用或停用校验"),
    "submission.submitted": _l("提交报送"),
    "submission.taken_back": _l("撤回报送"),
    "submission.corrected": _l("开始更正"),
    "submission.given_up": _l("放弃更正"),
    "submission.proxied": _l("代录"),
    "submission.confirmed": _l("分管领导确认"),
    "submission.passed": _l("上级单位审核通过"),
    "submission.accepted": _l("审核通过"),
    "submission.returned": _l("退回报送"),
    "adjustment.added": _l("调整合计"),
    "external.recorded": _l("填写外部数据"),
    "target.saved": _l("修改目标"),
    "target.split": _l("分解目标"),
    "target.dropped": _l("撤销目标"),
    "statement.put_aside": _l("不把通知里的目标设为目标"),
    "import.begun": _l("上传历史数据"),
    "import.applied": _l("写入历史数据"),
    "import.discarded": _l("取消历史数据导入"),
    "unit_setting.saved": _l("修改报送方式"),
    "economy.saved": _l("设置经济与就业用哪些指标"),
    "refused": _l("被拒绝"),
}

# What the first saving of a thing is called.
MADE = {
    "indicator.saved": _l("新增指标"),
    "report.saved": _l("新增报表"),
    "check.saved": _l("新增校验"),
    "target.saved": _l("新增目标"),
}

# What an entry says besides the fields that the pages themselves have.
FIELDS = {
    "report_state": _l("状态"),
    "submission_state": _l("状态"),
    "check_state": _l("状态"),
    "check_kind": _l("比较什么"),
    "strictness": _l("严格程度"),
    "condition": _l("校验公式"),
    "indicator": _l("指标"),
    "sentence_zh": _l("没有通过时的提示"),
    "sentence_en": _l("英文提示（可不填）"),
    "lines": _l("指标"),
    "named_units": _l("布置给单位"),
    "named_groups": _l("布置给单位组"),
    "until_on": _l("解锁至"),
    "amount": _l("调整数"),
    "figure": _l("数值"),
    "cells": _l("数据个数"),
    "needs_head": _l("先由分管领导确认"),
    "expected_from": _l("从哪天起"),
    "expected_until": _l("到哪天止"),
    "economy_roles": _l("用哪项指标"),
}

OPERATIONS = {
    "put_statement_aside": _l("不把通知里的目标设为目标"),
    "late_reports": _l("查看没有报全的报表"),
    "matrix": _l("查看单位和举措"),
    **dict.fromkeys(("list_targets", "get_target"), _l("查看目标")),
    **dict.fromkeys(("target_choices", "save_target"), _l("修改目标")),
    "split_target": _l("分解目标"),
    "drop_target": _l("撤销目标"),
    **dict.fromkeys(
        ("list_boards", "overview", "row_board", "item_board", "units_board", "signing_board"), _l("查看责任进度")
    ),
    "find_duties": _l("查看责任"),
    **dict.fromkeys(("list_indicators", "get_indicator"), _l("查看指标")),
    "find_figures": _l("查找报表和指标"),
    "save_indicator": _l("修改指标"),
    **dict.fromkeys(("preview_indicators", "import_indicators"), _l("从 Excel 导入")),
    **dict.fromkeys(("list_reports", "get_report", "list_report_units", "round_board"), _l("查看报表")),
    **dict.fromkeys(("save_report", "start_report", "stop_report"), _l("修改报表")),
    "save_report_unit": _l("修改单位的起止日期"),
    "grant_exception": _l("解锁"),
    "get_unit_setting": _l("查看报送方式"),
    "save_unit_setting": _l("修改报送方式"),
    **dict.fromkeys(("list_checks", "get_check", "sheet_checks"), _l("查看校验")),
    "save_check": _l("修改校验"),
    "switch_check": _l("启用或停用校验"),
    "try_check": _l("试用校验"),
    **dict.fromkeys(
        ("owed_submissions", "waiting_submissions", "count_waiting_submissions", "get_form", "submission_history"),
        _l("查看报送"),
    ),
    **dict.fromkeys(("save_submission", "preview_forms"), _l("填写报送")),
    "submit_submission": _l("提交报送"),
    **dict.fromkeys(("enter_by_proxy", "enter_several_by_proxy", "untyped_forms"), _l("代录")),
    "take_back_submission": _l("撤回报送"),
    "correct_submission": _l("开始更正"),
    "give_up_correction": _l("放弃更正"),
    "confirm_submission": _l("分管领导确认"),
    "pass_submission": _l("上级单位审核通过"),
    "accept_submissions": _l("审核通过"),
    "return_submission": _l("退回报送"),
    **dict.fromkeys(("figure_choices", "get_figure", "figures_table", "year_table", "cell_history"), _l("查看数据")),
    **dict.fromkeys(("weigh_adjustment", "save_adjustment"), _l("调整合计")),
    **dict.fromkeys(("record_external", "external_period", "record_externals"), _l("填写外部数据")),
    **dict.fromkeys(("economy", "benefits_and_coverage"), _l("查看经济与就业")),
    **dict.fromkeys(("economy_roles", "set_economy_roles"), _l("设置经济与就业用哪些指标")),
    **dict.fromkeys(
        (
            *("begin_import", "add_import_cells", "check_import", "apply_import"),
            *("discard_import", "import_state", "list_imports"),
        ),
        _l("历史数据导入"),
    ),
    "list_reporting_audit": _l("查看审计日志"),
}
