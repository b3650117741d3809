"""Short and full forms of names, what they may mean, and how they would stand in the directory."""

import pytest

from services.tasks.new_names.guessing import Candidate, Guesser
from services.tasks.new_names.proposing import Codes, heads, is_addable, kind_of, name_of
from services.tasks.new_names.short_names import is_short_for, key_of, level_of

COUNTY = ("歙县",)

SAME = [
    ("县人社局", "县人力资源和社会保障局"),
    ("人社局", "歙县人力资源社会保障局"),
    ("县退役军人局", "县退役军人事务局"),
    ("县发改委", "县发展和改革委员会"),
    ("县发改局", "县发展改革委"),
    ("县住建局", "县住房和城乡建设局"),
    ("县卫健委", "县卫生健康委员会"),
    ("县文旅局", "县文化和旅游局"),
    ("县资规局", "县自然资源和规划局"),
    ("县市监局", "县市场监督管理局"),
    ("市监局", "县市场监督管理局"),
    ("市场监管局", "市市场监督管理局"),
    ("市政园林局", "县市政园林局"),
    ("市民政局", "民政局"),
    ("县教育和体育局", "教体局"),
    ("县经信局", "县经济和信息化局"),
    ("团县委", "共青团歙县委员会"),
    ("县妇联", "县妇女联合会"),
    ("县工商联", "县工商业联合会"),
    ("县经开区管委会", "歙县经济开发区管理委员会"),
    ("临溪镇", "临溪镇人民政府"),
    ("北门街道", "北门街道办事处"),
    ("县数据局", "县数据资源管理局"),
]
OTHERS = [
    ("县财政局", "县民政局"),
    ("县财政局", "县财证局"),
    ("县教育局", "县教育体育中心"),
    ("临溪镇", "临溪乡"),
    ("县直机关工委", "机关工委"),
    ("县总工会", "县总商会"),
    ("县第一中学", "县第二中学"),
    ("共镇", "共和镇"),
    ("平街道", "和平街道"),
    ("市场监管局", "场监管局"),
    ("乡村振兴局", "村振兴局"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_forms_of_one_name_have_one_key(one, other):
    assert key_of(one, COUNTY) == key_of(other, COUNTY)


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_names_of_two_have_two_keys(one, other):
    assert key_of(one, COUNTY) != key_of(other, COUNTY)


@pytest.mark.parametrize("name", ["县", "市", "和", "团委", "县委", "歙县", "县人民政府", "A", "（）"])
def test_every_name_has_a_key(name):
    assert key_of(name, COUNTY)


@pytest.mark.parametrize(
    ("short", "full", "is_short"),
    [
        ("教体局", "教育体育局", True),
        ("农业局", "农业农村局", True),
        ("数据局", "数据资源局", True),
        ("农业局", "林业局", False),
        ("政局", "财政局", False),
        ("第中学", "第一中学", False),
        ("溪镇", "临溪镇", False),
        ("财政局", "财政局", False),
    ],
)
def test_a_short_form_leaves_out_signs_inside(short, full, is_short):
    assert is_short_for(short, full) is is_short


UNITS = [
    Candidate(1, "歙县", "county"),
    Candidate(2, "县退役军人事务局", "department"),
    Candidate(3, "县财政局", "department", ("歙县财政局",)),
    Candidate(4, "县教育体育局", "department"),
    Candidate(5, "县农业农村局", "department"),
    Candidate(7, "县农业开发局", "department"),
    Candidate(6, "临溪镇", "township"),
]


def guesses(name):
    return [(guess.unit.name, guess.is_certain) for guess in Guesser(UNITS, county="歙县").guesses(name)]


def test_another_form_of_one_units_name_is_certain():
    assert guesses("县退役军人局")[0] == ("县退役军人事务局", True)
    assert guesses("临溪镇人民政府")[0] == ("临溪镇", True)


def test_a_form_that_two_units_may_have_is_certain_for_none():
    assert guesses("县农业局") == [("县农业农村局", False), ("县农业开发局", False)]


@pytest.mark.parametrize("name", ["市财政局", "省财政局", "区财政局"])
def test_a_bureau_of_another_level_is_near_and_not_certain(name):
    (guess,) = Guesser([Candidate(1, "县财政局", "department")], county="歙县").guesses(name)

    assert (guess.unit.name, guess.is_certain) == ("县财政局", False)


def test_a_slip_is_near_and_not_certain():
    assert ("县财政局", False) in guesses("县财证局")


def test_a_name_like_no_other_has_no_guess():
    assert guesses("县气象台") == []


def test_nobody_is_guessed_where_nobody_is():
    assert Guesser([]).guesses("县财政局") == ()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("三阳镇", "township"),
        ("石门乡人民政府", "township"),
        ("北门街道办事处", "township"),
        ("古关村", "village"),
        ("县就业工作领导小组", "leading_group"),
        ("县财政局", "department"),
        ("行知学校", "department"),
    ],
)
def test_the_ending_tells_the_kind(name, kind):
    assert kind_of(name) == kind


def test_a_township_is_added_by_its_place():
    assert [name_of(name) for name in ("石门乡人民政府", "北门街道办事处", "县财政局")] == [
        "石门乡",
        "北门街道",
        "县财政局",
    ]


@pytest.mark.parametrize(("name", "is_unit"), [("县财政局", True), ("抓好落实", False), ("局" * 61, False)])
def test_what_ends_like_no_unit_is_not_added_unasked(name, is_unit):
    assert is_addable(name) is is_unit


@pytest.mark.parametrize(
    ("written", "name"),
    [
        (["人社局", "人社局", "县人社局"], "县人社局"),
        (["县人力资源和社会保障局", "县人社局", "县人社局"], "县人社局"),
        (["县人力资源和社会保障局", "县人社局"], "县人社局"),
        (["县人力资源和社会保障局"], "县人力资源和社会保障局"),
    ],
)
def test_the_name_is_the_form_with_the_county_that_stands_most_often(written, name):
    assert heads(written) == name


def test_codes_go_on_in_the_pattern_of_their_kind():
    codes = Codes(
        [("341021", "county"), ("341021-D01", "department"), ("341021-D09", "department"), ("341021100", "township")]
    )

    assert [codes.next("department", below="341021") for _ in range(2)] == ["341021-D10", "341021-D11"]
    assert codes.next("township", below="341021") == "341021-T01"


def test_codes_of_an_empty_directory_begin_below_the_first_unit():
    codes = Codes([("root", "county")])

    assert [codes.next(kind, below="root") for kind in ("department", "township", "department")] == [
        "root-D01",
        "root-T01",
        "root-D02",
    ]


def test_a_code_that_another_kind_has_is_not_proposed():
    codes = Codes([("1-D01", "lead"), ("1-D02", "township")])

    assert codes.next("department", below="1") == "1-D03"


@pytest.mark.parametrize(
    "name", ["市场监管局", "乡村振兴局", "区划地名中心", "市政园林局", "镇村建设办", "财政局", "市", ""]
)
def test_the_first_sign_of_a_word_is_no_level(name):
    assert level_of(name) == ""


@pytest.mark.parametrize(
    "name", ["市市场监管局", "市民政局", "市政府", "市政协", "市监察委", "县城管局", "乡政府", "区财政局"]
)
def test_the_level_of_a_name_is_its_first_sign(name):
    assert level_of(name) == name[0]


def test_a_name_that_begins_with_a_word_is_certain_for_a_bureau_of_the_county():
    guesser = Guesser([Candidate(1, "县市场监督管理局", "department")], county="歙县")

    [guess] = guesser.guesses("市场监管局")

    assert (guess.unit.id, guess.is_certain) == (1, True)


def test_a_place_whose_name_lacks_a_sign_is_not_certain():
    guesser = Guesser([Candidate(1, "共和镇", "township")], county="歙县")

    assert not any(guess.is_certain for guess in guesser.guesses("共镇"))
