"""Texts that nobody writes as a notice, of any length: lists, labels, brackets, numbers and tables without end."""

from __future__ import annotations

import random
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parents[2]
# A line of these; longer ones are refused before they are looked at.
LINE = 20_000


def lines(unit: str, signs: int, *, each: int = LINE) -> str:
    line = (unit * (each // len(unit) + 1))[:each]
    return "\n".join([line] * (signs // each + 1))[:signs]


def rows(head: str, row: str, signs: int) -> str:
    return head + row * (signs // len(row))


def numbered(signs: int) -> str:
    return "".join(f"{n % 90 + 1}.办好事情{n}。（责任单位：县人社局、县甲乙{n}局）\n" for n in range(signs // 32))


def mixed(length: int) -> str:
    names = ("县人社局", "各乡镇", "责任单位：", "牵头", "配合", "会同", "负责", "由", "序号", "任务", "附件", "培训")
    signs = ("、", "（", "）", "。", "，", "；", "——", "“", "”", "\n", "\t")
    words = (*names, *signs, "一、", "1.", "10", "2027年", "3月", "前", "人", "每", "从")
    choose = random.Random(15).choice
    return "".join(choose(words) for _ in range(length))[:length]


SHAPES = {
    "、": partial(lines, "、"),
    "《（": partial(lines, "《（"),
    "（）": partial(lines, "（）"),
    "（（…））": partial(lines, "（" * (LINE // 2) + "）" * (LINE // 2)),
    "“": partial(lines, "“"),
    "——": partial(lines, "——"),
    "：": partial(lines, "："),
    "一、 in lines": partial(lines, "一、\n"),
    "一、 in one line": partial(lines, "一、"),
    "一是…二是…": partial(lines, "一是做；二是做；三是做；"),
    "tabs": partial(lines, "\t甲"),
    "各乡镇、": partial(lines, "各乡镇、"),
    "县局": partial(lines, "县局"),
    "names behind a label": partial(lines, "责任单位：县人社局、县财政局、"),
    "labels": partial(lines, "责任单位："),
    "labels in lines": partial(lines, "责任单位：\n"),
    "a label and a list": partial(rows, "责任单位：\n", "县人社局\n"),
    "brackets that say who": partial(lines, "（县人社局牵头，县财政局配合）"),
    "clauses that say who": partial(lines, "由县人社局负责，"),
    "telling": partial(lines, "县人社局要做事。"),
    "units before colons": partial(lines, "县人社局：做事。"),
    "days": partial(lines, "2027年1月、"),
    "figures": partial(lines, "从10%提高到20人培训"),
    "places of figures": partial(lines, "在区在区"),
    "deep": partial(rows, "", "一、甲\n（一）乙\n1.丙\n（1）丁\n①戊\na.己（县人社局）\n"),
    "measures": numbered,
    "rows": partial(rows, "序号\t任务\t责任单位\n", "1\t办班\t县人社局\n"),
    "pipes": partial(rows, "| 任务 | 责任单位 |\n", "| 办班 | 县人社局 |\n"),
    "cells line by line": partial(rows, "序号\n任务\n责任单位\n", "1\n办班\n县人社局\n"),
    "heads line by line": partial(rows, "", "序号\n任务\n责任单位\n"),
    "cells with gaps": partial(rows, "任务\n责任单位\n完成时限\n", "办班\n选课\n县人社局\n"),
    "cells of one column": partial(rows, "任务\n", "办班\n"),
    "columns one behind the other": partial(rows, "", "任务\n办班\n责任单位\n县人社局\n"),
    "half brackets": partial(rows, "", "（1）甲\n1）办班。（县人社局）\n"),
    "a letter of requests": partial(rows, "关于报送材料的函\n县人社局：\n", "请于3月5日前报送材料。\n"),
    "requests in one line": partial(rows, "关于报送材料的函\n县人社局：\n", "请各乡镇于3月5日前报送材料，"),
    "spans in Chinese numerals": partial(lines, "二〇二七年三月至五月、十日至"),
    "lists of months": partial(lines, "三、六、九、"),
    "broken lines": partial(lines, "甲乙丙丁，戊己庚辛壬癸甲乙丙丁，戊己庚辛壬癸甲乙丙丁戊（", each=28),
    "titles": partial(rows, "", "关于做好工作的通知\n"),
    "annexes": partial(rows, "", "附件：1.表\n2.表\n3.表\n"),
    "stars": partial(rows, "注：带★的为牵头单位\n", "★县人社局、" * 100 + "\n"),
    "contacts": partial(lines, "联系人：电话："),
    "comma separated": partial(rows, "任务,责任单位\n", '办班,"县人社局、县财政局"\n'),
    "a page of tags": partial(rows, "<html><body>", "<p>1.办班。（县人社局）</p>"),
    "all of it": mixed,
}
