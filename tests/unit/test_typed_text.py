"""Whatever is typed, pasted or exported becomes what it looks like, and what looks the same becomes the same."""

import sys
import unicodedata
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.typed_text import comparable, has_unstorable, is_mangled_number, tidy, tidy_code, tidy_password


# Signs are looked through when a test asks: every worker comes by here to learn which tests there are.
@cache
def every_sign():
    return [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]


@cache
def of_category(*names):
    return frozenset(sign for sign in every_sign() if unicodedata.category(sign) in names)


@cache
def unseen():
    return of_category("Cf") | frozenset("\u034f\u180b\ufe00\ufe0f\U000e0100")


@cache
def all_blanks():
    return of_category("Zs", "Zl", "Zp") | frozenset("\t\n\r\v\f\u3164")


@cache
def han():
    return [
        sign for sign in sorted(of_category("Lo")) if unicodedata.name(sign, "").startswith("CJK UNIFIED IDEOGRAPH")
    ]


def odd():
    return sorted(unseen() | all_blanks()) + list("徽城镇（）()ＡｂＺ１９éｶﾞ⻓⼈\u0301\u0308\u3099")


TEXTS = st.deferred(lambda: st.text(st.sampled_from(odd()) | st.sampled_from(han()) | st.characters()))
HAN_AND_BLANKS = st.deferred(lambda: st.text(st.sampled_from(han()) | st.sampled_from(sorted(unseen() | all_blanks()))))
EVERY_WAY = [tidy, tidy_code, tidy_password, lambda text: tidy(text, has_lines=True)]


@pytest.mark.parametrize("way", EVERY_WAY)
@given(text=TEXTS)
def test_tidying_again_changes_nothing(way, text):
    once = way(text)

    assert way(once) == once


@pytest.mark.parametrize("way", EVERY_WAY)
@given(text=TEXTS)
def test_nothing_is_left_that_nobody_sees(way, text):
    assert not set(way(text)) & unseen()


@given(TEXTS)
def test_a_name_has_single_spaces_inside_and_no_other_blanks(text):
    name = tidy(text)

    assert not set(name) & (all_blanks() - {" "})
    assert "  " not in name
    assert name == name.strip(" ")


@given(TEXTS)
def test_a_note_has_tidy_lines_and_none_blank_around_them(text):
    note = tidy(text, has_lines=True)

    assert all(tidy(line) == line for line in note.split("\n"))
    assert note == note.strip("\n")


@given(TEXTS)
def test_a_name_is_never_longer_than_its_composed_signs(text):
    assert len(tidy(text)) <= len(unicodedata.normalize("NFC", text))
    assert len(tidy_code(text)) <= len(unicodedata.normalize("NFKC", text))


@pytest.mark.parametrize("way", EVERY_WAY)
@given(text=HAN_AND_BLANKS)
def test_every_han_character_stays_in_its_place(way, text):
    kept = [sign for sign in text if sign not in unseen() | all_blanks()]

    assert [sign for sign in way(text) if sign not in " \n" and sign not in unseen() | all_blanks()] == kept


@pytest.mark.parametrize(
    "written",
    [
        "徽\u200b城镇",
        "\ufeff徽城镇",
        "徽城\u00ad镇",
        "徽\u2060城\ufe0f镇",
        "\u202a徽城镇\u202c",
        " 徽城镇\u00a0",
        "\u3000徽城镇\r\n",
        "徽\U000e0101城镇",
    ],
)
def test_look_alikes_of_a_name_are_the_name(written):
    assert tidy(written) == "徽城镇"
    assert comparable(written) == comparable("徽城镇")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("歙县（筹）　办公室", "歙县（筹） 办公室"),
        ("“３Ｄ打印”、２０２６年；①", "“3D打印”、2026年；①"),
        ("⼈社局 ⻓陔乡", "人社局 长陔乡"),
        ("cafe\u0301", "café"),
    ],
)
def test_letters_and_digits_are_plain_and_chinese_punctuation_stays(written, kept):
    assert tidy(written) == kept


def test_a_note_keeps_its_lines_whoever_ended_them():
    assert tidy("\u3000\u3000一\r\n\r\n二\u2028三\v四 \n\u200b\n", has_lines=True) == "一\n\n二\n三\n四"


@pytest.mark.parametrize("written", ["３４１０２１－Ｄ０１", "341021\u200b-D01", " 341021-D01\u00a0"])
def test_a_code_is_written_with_plain_signs(written):
    assert tidy_code(written) == "341021-D01"


@pytest.mark.parametrize(
    ("one", "other"), [("歙县（筹）", "歙县(筹)"), ("徽 城 镇", "徽城镇"), ("A座", "ａ座"), ("Ⅱ组", "II组")]
)
def test_names_that_a_notice_takes_for_the_same_are_comparable(one, other):
    assert comparable(one) == comparable(other)


@pytest.mark.parametrize("code", ["3.41021E+11", "3.41021e+17", "3E+11", "-1.5E-07", "3,41E+11", "341021100.0"])
def test_a_number_that_a_sheet_made_of_a_code_is_recognised(code):
    assert is_mangled_number(code)


@pytest.mark.parametrize("code", ["341021", "341021E01", "341021-D01", "341021.1", "1.0.1", "E+11", ""])
def test_a_code_is_no_such_number(code):
    assert not is_mangled_number(code)


@pytest.mark.parametrize("sign", ["\0", "\x1b", "\x1f", "\x7f", "\x80", "\ud800", "\uffff", "\ufdd0", "\U0010ffff"])
def test_signs_that_nobody_can_have_meant_are_left_to_be_refused(sign):
    assert has_unstorable(tidy(f"徽{sign}城"))


def test_every_other_sign_can_be_kept():
    refused = {sign for sign in every_sign() if has_unstorable(tidy(sign))}

    controls = set(of_category("Cc")) - all_blanks() - {"\u0085"}
    no_characters = {chr(code) for code in range(0xFDD0, 0xFDF0)} | {
        sign for sign in every_sign() if _ends_a_plane(sign)
    }
    assert refused == controls | no_characters


def _ends_a_plane(sign):
    return f"{ord(sign):x}".endswith(("fffe", "ffff"))


def test_a_password_loses_only_what_pasting_put_around_it():
    assert tidy_password("\ufeff\u00a0k7fm-x2pq\u200b-9hwt \r\n") == "k7fm-x2pq-9hwt"
    assert tidy_password(" three  blue　mountains Ａ") == "three  blue　mountains Ａ"
