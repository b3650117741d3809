"""Which names of groups mean all townships."""

import pytest

from services.tasks.notices.directory import Directory, KnownGroup
from services.tasks.notices.everyone import kind_of_everyone
from services.tasks.notices.names import NameIndex
from services.tasks.notices.units import read_names


@pytest.mark.parametrize(
    "name",
    [
        "各乡镇",
        "各镇（街道）",
        "各镇(街道)",
        "各乡镇人民政府",
        "各乡（镇）人民政府",
        "各乡、镇人民政府",
        "各乡镇（街道）",
        "各乡镇街道",
        "各镇街",
        "各镇、街道办事处",
        "各乡镇人民政府、街道办事处",
        "全县各乡镇",
        "各乡镇党委政府",
        "所有乡镇",
        "各街镇",
    ],
)
def test_a_name_means_all_townships(name):
    assert kind_of_everyone(name) == "township"


@pytest.mark.parametrize(
    "name",
    [
        "各街道",
        "各镇",
        "各乡",
        "各村（社区）",
        "沿江各乡镇",
        "各有关乡镇",
        "相关乡镇",
        "各乡镇工会",
        "各乡镇（徽城镇除外）",
        "各乡镇、园区",
        "各乡镇卫生院",
        "各区、县（市）人民政府",
        "乡镇",
        "县直各单位",
        "",
    ],
)
def test_a_name_means_somebody_else(name):
    assert kind_of_everyone(name) == ""


def test_a_list_in_other_words_means_the_group_that_the_directory_has():
    empty, filled = (KnownGroup(name, (), (), is_filled=name == "各镇街") for name in ("各乡镇", "各镇街"))
    index = NameIndex.of(Directory((), (empty, filled)))

    named = read_names("各镇（街道）、各乡（镇）人民政府、各乡镇、沿江各乡镇", index).names

    assert [name.known for name in named] == [(filled,), (filled,), (empty,), ()]


@pytest.mark.parametrize("order", [1, -1])
def test_of_several_that_somebody_filled_the_fullest_is_meant(order):
    """A county that has had three such groups, one of them perhaps made smaller on purpose."""
    whole = KnownGroup("各乡镇", (), ("A", "B"), is_filled=True)
    part = KnownGroup("片区组", ("各镇（街道）",), ("A",), is_filled=True)
    index = NameIndex.of(Directory((), (whole, part)[::order]))

    assert index.all_meant_by("各乡镇人民政府") == (whole,)
