"""What a link is worth: arithmetic of who holds the post, where it is and until when."""

import datetime as dt
import re

from hypothesis import given
from hypothesis import strategies as st

from services.notifications.delivery import letter
from services.notifications.delivery.letter import Line
from services.notifications.links.link import (
    HOLDS,
    OPENS,
    Bound,
    Post,
    Standing,
    hash_of,
    last_digits,
    standing,
)
from services.notifications.links.picture import png_of
from shared.actor import BY_LINK, Actor, Role

NOW = dt.datetime(2026, 6, 10, 4, tzinfo=dt.UTC)
LINK = "https://q.example/l/" + "x" * 43

bounds = st.builds(
    Bound,
    holder=st.integers(0, 2),
    unit_id=st.integers(1, 3),
    expires_at=st.timedeltas(dt.timedelta(days=-30), dt.timedelta(days=30)).map(NOW.__add__),
    is_revoked=st.booleans(),
)
posts = st.builds(
    Post,
    holder=st.integers(0, 2),
    unit_id=st.integers(1, 3),
    is_active=st.booleans(),
    has_duties=st.booleans(),
)


@given(bound=st.none() | bounds, post=st.none() | posts)
def test_a_link_opens_just_when_nothing_at_all_speaks_against_it(bound, post):
    is_good = (
        bound is not None
        and post is not None
        and post.is_active
        and post.has_duties
        and (post.holder, post.unit_id) == (bound.holder, bound.unit_id)
        and not bound.is_revoked
        and bound.expires_at > NOW
    )

    assert (standing(bound, post, NOW) in OPENS) == is_good


@given(bound=bounds, post=posts, later=st.timedeltas(dt.timedelta(0), dt.timedelta(days=400)))
def test_what_once_does_not_open_never_opens_by_waiting(bound, post, later):
    if standing(bound, post, NOW) not in OPENS:
        assert standing(bound, post, NOW + later) not in OPENS


def test_a_link_holds_for_fourteen_days_to_the_moment():
    bound = Bound(0, 1, NOW + HOLDS, is_revoked=False)
    post = Post(0, 1, is_active=True, has_duties=True)

    assert standing(bound, post, NOW + dt.timedelta(days=14) - dt.timedelta(seconds=1)) is Standing.GOOD
    assert standing(bound, post, NOW + dt.timedelta(days=14)) is Standing.EXPIRED


@given(number=st.from_regex(r"[0-9]{4,11}", fullmatch=True), gaps=st.text("- +()", max_size=3))
def test_the_last_digits_are_those_of_the_number_however_it_is_written(number, gaps):
    assert last_digits(number[:2] + gaps + number[2:]) == number[-4:]


def test_a_number_of_fewer_digits_has_none_and_signs_of_other_scripts_are_none():
    assert last_digits("123") == ""
    assert last_digits("１２３４") == ""


def test_a_hash_tells_tokens_apart_and_is_no_token():
    assert hash_of("a") == "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
    assert hash_of("a") != hash_of("b")


def test_a_letter_with_a_link_says_it_once_on_a_line_of_its_own_with_its_picture():
    made = letter.digest("徽城镇", [Line("issued", "建园")], address="https://q.example", language="zh", link=LINK)

    assert made.text.splitlines()[-1] == LINK
    assert made.text.count("https://") == 1
    assert "不用登录" in made.text
    assert "请勿转发" in made.text
    assert made.picture == png_of(LINK)
    assert made.picture.startswith(b"\x89PNG")
    english = letter.digest("X", [Line("issued", "Y")], address="", language="en", link=LINK).text
    assert not re.search("[一-鿿]", english.replace("Y", ""))


def test_a_letter_without_a_link_has_no_picture():
    made = letter.digest("徽城镇", [Line("issued", "建园")], address="https://q.example", language="zh")

    assert made.picture is None
    assert "请登录办理：https://q.example" in made.text


@given(roles=st.frozensets(st.sampled_from(Role)))
def test_by_a_link_everybody_is_staff_or_nobody(roles):
    actor = Actor(1, 2, roles, must_change_password=True, name="王芳", post="填报员", unit="徽城镇").narrowed()

    is_of_unit = bool(roles & {Role.UNIT_STAFF, Role.UNIT_HEAD})
    assert actor.roles == (frozenset({Role.UNIT_STAFF}) if is_of_unit else frozenset())
    assert actor.signature.post == f"填报员{BY_LINK}"
    assert actor.signature.name == "王芳"
