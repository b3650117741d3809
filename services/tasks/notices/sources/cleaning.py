"""The text of a paragraph or a cell as a reader takes it: nothing invisible, no blanks inside its words. Pure."""

from __future__ import annotations

import re

from shared.typed_text import tidy

_LOOK_ALIKE = str.maketrans(
    {
        **{chr(begin + n): chr(0x2460 + n) for begin in (0x2776, 0x2780, 0x278A) for n in range(10)},
        "︰": "：",
        "∶": "：",
        "﹕": "：",
        "﹔": "；",
        "﹐": "，",
        "､": "、",
        "｡": "。",
        "﹒": ".",
    }
)
# 1️⃣ as telephones write a number.
_KEYCAP = re.compile("(?<=\\d)\ufe0f?\u20e3")
# A half-width full stop behind a Chinese word ends a sentence; behind 一 it is that of a number, and before what may be
# a unit it may stand between two of them.
_FULL_STOP = re.compile(
    "(?<=[\u4e00-\u9fff”])(?<![一二三四五六七八九十条章节])\\.(?=(?![县市区省乡镇各])[\u4e00-\u9fff（(“]|$)|(?<=[)）])\\.$"
)
# Words that are typed apart so that they fill a line or a cell: 责 任 单 位, 联 系 人. Nothing else is closed, or a
# list
# of short words would become one.
_LABELS = [
    "牵头责任单位",
    "责任单位",
    "牵头单位",
    "配合单位",
    "协同单位",
    "协办单位",
    "主办单位",
    "承办单位",
    "落实单位",
    "参与单位",
    "牵头部门",
    "责任部门",
    "配合部门",
    "主责单位",
    "实施单位",
    "完成时限",
    "完成时间",
    "完成期限",
    "时间节点",
    "工作任务",
    "重点任务",
    "主要任务",
    "任务清单",
    "工作措施",
    "主要措施",
    "具体措施",
    "工作内容",
    "工作目标",
    "联系人",
    "联系电话",
    "责任人",
    "责任领导",
    "分管领导",
    "主管领导",
    "序号",
    "备注",
    "附件",
    "主送",
    "抄送",
    "签发人",
    "通知",
    "电话",
    "时限",
    "任务",
    "措施",
    "内容",
    "领域",
    "举措",
    "事项",
]
_BEFORE = r"(?:(?<=[。；;，,（(【\[ ])|^)"
_AFTER = r"(?=[：:）)】\]]|$)"
_SPREAD = re.compile(
    f"{_BEFORE}(?:{'|'.join(' ?'.join(word) for word in sorted(_LABELS, key=len, reverse=True))}){_AFTER}"
)
# A title or a name over a whole line: five signs and more, each by itself, are no list of words.
_ONE_BY_ONE = re.compile(r"(?<!\S)[\u3400-\u9fff](?: [\u3400-\u9fff]){4,}(?!\S)")
# What reads a picture parts nearly all signs; so many of them at least, and most of the words.
_SIGN = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef“”‘’—…·]")
_LEAST_APART = 6
_BESIDE_SIGN = re.compile(f"(?<={_SIGN.pattern}) | (?={_SIGN.pattern})")


def clean(text: str, *, has_lines: bool = False) -> str:
    """The text without what nobody sees, look-alike punctuation as it is usually typed, words that are spread closed.

    Applying it again changes nothing.
    """
    return "\n".join(map(_clean_line, tidy(text, has_lines=has_lines).split("\n")))


def _clean_line(line: str) -> str:
    line = _FULL_STOP.sub("。", _KEYCAP.sub(".", line).translate(_LOOK_ALIKE))
    if " " not in line:
        return line
    if _is_apart(line):
        line = _BESIDE_SIGN.sub("", line)
    return _ONE_BY_ONE.sub(_closed, _SPREAD.sub(_closed, line))


def _closed(found: re.Match[str]) -> str:
    return found[0].replace(" ", "")


def _is_apart(line: str) -> bool:
    """Whether most Chinese signs of a line stand by themselves."""
    words = [word for word in line.split(" ") if _SIGN.search(word)]
    alone = sum(len(word) == 1 for word in words)
    return alone >= _LEAST_APART and alone * 5 >= len(words) * 4
