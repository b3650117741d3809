"""Notices in many forms are read as a person reads them, and no piece of any of them is lost in silence."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.running.example_directory import load_example_directory
from services.tasks.notices.blocks import Source
from services.tasks.notices.draft import Draft
from services.tasks.notices.files import read_file
from services.tasks.notices.numbering import format_chinese_number
from services.tasks.notices.reading import read_notice
from services.tasks.notices.sources.signs import width
from tests.support.notice_forms import (
    Form,
    due_word,
    figure_word,
    forms,
    measures_of,
    said_of,
    scores,
    targets_of,
    too_little,
    unknown_of,
)

DIRECTORY = load_example_directory(Path(__file__).parents[2] / "data")
CHINESE = "〇一二三四五六七八九"
FORMS = {form.name: form for form in forms()}


def is_prose(form: Form) -> bool:
    """Whether it has no table, by tabs or with a cell on each line."""
    return "\t" not in form.text and "序号\n" not in form.text


def read(form: Form) -> Draft:
    return read_notice(source(form), DIRECTORY)


def source(form: Form) -> Source:
    return read_file("notice.txt", form.text.encode())


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_read_as_a_person_reads_it(name):
    form = FORMS[name]
    draft = read(form)
    found = measures_of(draft)
    heads = {"title": draft.title, "issuer": draft.issuer, "date": str(draft.issued_on), "number": draft.number}

    assert [
        (area if expected.area else "", measure.title)
        for expected, (area, measure, _) in zip(form.measures, found, strict=True)
    ] == [(one.area, one.title) for one in form.measures]
    for expected, (_area, measure, asked) in zip(form.measures, found, strict=True):
        said = said_of(measure, DIRECTORY) | {"unknown": unknown_of(measure)}
        for part, names in said.items():
            assert sorted(names) == sorted(bare(name) for name in expected.said.get(part, [])), (measure.title, part)
        for role, name in [one.split(":") for one in expected.said.get("unknown", []) if ":" in one]:
            assert [str(one.role) for one in measure.unknown if one.text == name] == [role], measure.title
        assert sorted(map(figure_word, measure.targets)) == sorted(expected.said.get("fig", [])), measure.title
        if "due" in expected.said:
            assert [due_word(measure.due, asked)] == expected.said["due"], measure.title
        assert not expected.tasks or list(measure.tasks) == expected.tasks
        assert {one.kind.value for one in asked} >= set(expected.said.get("ask", [])), measure.title
    assert sorted(targets_of(draft)) == sorted(form.targets)
    assert {name: heads[name] for name in form.heads} == form.heads
    # Lines that only draw a table say nothing.
    assert [text for text, _reason in draft.left_out if words_of(text)] == form.left_out


def bare(name: str) -> str:
    return name.partition(":")[2] or name


def test_of_all_forms_nearly_everything_is_found_and_nearly_nothing_invented():
    """`make bench` prints the shares."""
    assert too_little(scores(read, DIRECTORY)) == {}


@pytest.mark.parametrize("name", FORMS)
def test_what_was_taken_and_what_was_left_out_is_the_whole_notice(name):
    draft = read(FORMS[name])
    given_back = {number: "" for number, _line in enumerate(draft.lines)}
    for piece in draft.pieces:
        given_back[piece.span.line] += draft.lines[piece.span.line][piece.span.start : piece.span.end]

    assert words_of("".join(given_back.values())) == words_of("".join(draft.lines))
    # The rows of a table that was pasted column by column are lines of their own.
    in_order = sorted if "column" in name else str
    assert in_order(words_of("".join(draft.lines))) == in_order(words_of(FORMS[name].text))


def words_of(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())


@pytest.mark.parametrize("columns", [44, 56, 64])
@pytest.mark.parametrize("form", [form for form in forms("blind.txt") if is_prose(form)], ids=lambda form: form.name)
def test_lines_broken_at_a_column_with_numbers_of_pages_between_them_are_read_alike(form, columns):
    broken = Form(form.name, "\n".join(broken_at(form.text, columns)))

    assert said(read(broken)) == said(read(form))


def in_chinese(text: str) -> str:
    """The same with the years, months and days below its first line in Chinese numerals."""
    head, _, rest = text.partition("\n")
    rest = re.sub(r"(?<!\d)\d{4}(?=年)", lambda year: "".join(CHINESE[int(sign)] for sign in year.group()), rest)
    rest = re.sub(r"(?<![\d.．])[1-9]\d?(?=月)|(?<=月)[1-9]\d?(?=[日号])", number_in_chinese, rest)
    return f"{head}\n{rest}"


def number_in_chinese(match: re.Match[str]) -> str:
    return format_chinese_number(int(match.group()))


@pytest.mark.parametrize("name", [form.name for form in forms() if in_chinese(form.text) != form.text])
def test_in_chinese_numerals_a_form_is_read_alike(name):
    written, twin = (
        read_notice(read_file("notice.txt", text.encode()), DIRECTORY, year=2027)
        for text in (FORMS[name].text, in_chinese(FORMS[name].text))
    )

    assert with_days(twin) == with_days(written)


def with_days(draft: Draft) -> list[tuple[dict[str, list[str]], list[str], str]]:
    return [
        (said_of(measure, DIRECTORY), unknown_of(measure), due_word(measure.due, asked))
        for _area, measure, asked in measures_of(draft)
    ]


def said(draft: Draft) -> list[tuple[str, str, dict[str, list[str]]]]:
    return [(area, measure.title, said_of(measure, DIRECTORY)) for area, measure, _ in measures_of(draft)]


def broken_at(text: str, columns: int) -> Iterator[str]:
    """The lines as they are printed: no sign that closes begins one, no number is parted, a page ends behind seven."""
    made = 0
    for paragraph in text.splitlines():
        rest = paragraph
        while width(rest) > columns:
            end = next(n for n in range(len(rest), 0, -1) if width(rest[:n]) <= columns)
            while rest[end] in "，。、；：）”》！？" or (rest[end - 1].isdigit() and rest[end].isdigit()):
                end -= 1
            yield rest[:end]
            rest, made = rest[end:], made + 1
            if made % 7 == 0:
                yield f"— {made // 7} —"
        yield rest
