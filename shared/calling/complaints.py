"""What is said of a field that is missing or wrong, and of texts that cannot be taken as they stand. Pure."""

from __future__ import annotations

from shared.text import Text
from shared.typed_text import has_unstorable, is_mangled_number


def missing(label: Text) -> Text:
    return Text(f"请填写{label.zh}。", f"Please fill in: {label.en}.")


def wrong(label: Text) -> Text:
    return Text(f"{label.zh}填写不正确，请检查。", f"This is not valid, please check: {label.en}.")


def of_text(text: str, label: Text, longest: int) -> Text | None:
    if len(text) > longest:
        return Text(
            f"{label.zh}最多{longest}个字，现在有{len(text)}个，请缩短。",
            f"{label.en}: at most {longest} characters, this has {len(text)}. Please shorten it.",
        )
    if has_unstorable(text):
        return Text(
            f"{label.zh}里有看不见的控制字符，请重新输入。",
            f"{label.en} contains invisible control characters. Please type it again.",
        )
    return None


def of_code(code: str, label: Text) -> Text | None:
    """Return what is wrong with a tidy code, or None."""
    if is_mangled_number(code):
        return Text(
            f"{label.zh}“{code}”被表格软件当成了数字，原来的各位数字已经看不出来。"
            "请在表格里把这一列设为“文本”格式，重新填写代码。",
            f"{label.en}: a sheet has made a number of it, {code}, and its digits are lost. "
            "Please set the column to text in the sheet and fill in the code again.",
        )
    # A sheet takes =1+1 or @x for a formula, in every list that is ever made of it.
    if code and not code[0].isalnum():
        return Text(
            f"{label.zh}“{code}”要以数字、字母或汉字开头，请改正。",
            f"{label.en}: {code} must begin with a digit or a letter. Please correct it.",
        )
    if " " in code:
        return Text(
            f"{label.zh}“{code}”中间不能有空格，请删去。", f"{label.en}: {code} has a blank in it. Please remove it."
        )
    return None
