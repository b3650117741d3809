"""The portal when nothing behind it can be reached, and what holds for every page whoever asks."""

import re
from typing import Any

import pytest

from services.portal import navigation
from services.portal.app import create_app
from services.portal.person import Person as PersonOfPages
from services.portal.way_back import own_path
from shared.actor import Role
from shared.calling.caller import AWAY, Call
from shared.database import Database
from shared.errors import BrokerAway
from tests.support.pages import Person


class NobodyAnswers:
    """The broker is away: every call ends so."""

    def call(self, service: str, operation: str, asked: Call, *, timeout: float = 5.0) -> dict[str, Any]:
        raise BrokerAway(AWAY)


@pytest.fixture
def app():
    database = Database("postgresql://nobody@127.0.0.1:1/none?connect_timeout=1")
    return create_app(NobodyAnswers(), database, secret=b"a long enough secret", secure_cookies=False)


@pytest.fixture
def person(app):
    return Person(app)


def test_the_health_page_answers_without_anything_behind_it(person):
    assert person.client.get("/healthz").data == b"ok\n"


def test_whoever_is_not_signed_in_is_led_to_the_sign_in_page_and_back_afterwards(person):
    person.open("/duties?light=overdue")

    assert person.path == "/sign-in"
    assert person.form("/sign-in").value("back") == "/duties?light=overdue"


def test_headers_forbid_scripts_frames_and_guessing(person):
    headers = person.open("/sign-in").response.headers

    assert "script-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert re.fullmatch("[0-9a-f]{32}", headers["X-Request-Id"])


def test_the_cookie_cannot_be_read_by_scripts_nor_sent_by_other_sites(person):
    cookie = person.open("/sign-in").response.headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_the_style_sheet_is_kept_for_a_year_under_an_address_with_its_fingerprint(person):
    person.open("/sign-in")
    address = re.search(r'href="(/static/qingdan\.css\?v=[0-9a-f]{10})"', person.response.text)[1]

    assert "max-age=31536000" in person.client.get(address).headers["Cache-Control"]


def test_a_form_without_the_token_is_refused(person):
    person.open("/sign-in")

    person.send(person.form("/sign-in"), csrf_token="foreign", sign_in_name="lead", password="secret")

    assert person.status == 400
    assert "页面已过期" in person.text


def test_empty_fields_are_named_above_the_form_with_links_to_them(person):
    person.open("/sign-in")

    person.send(person.form("/sign-in"), sign_in_name="", password="x")

    assert person.status == 422
    assert 'href="#sign_in_name"' in person.response.text
    assert 'aria-describedby="sign_in_name-error"' in person.response.text


def test_an_overlong_name_is_refused_before_anybody_is_asked(person):
    person.open("/sign-in")

    person.send(person.form("/sign-in"), sign_in_name="长" * 101, password="x")

    assert person.status == 422
    assert "最多 100 个字" in person.text


def test_when_nobody_answers_a_sign_in_the_name_stays_and_the_password_is_not_kept(person):
    person.open("/sign-in")

    person.send(person.form("/sign-in"), sign_in_name="lead", password="secret words")

    assert person.status == 503
    assert person.form("/sign-in").value("sign_in_name") == "lead"
    assert "secret words" not in person.response.text


def test_an_upload_beyond_the_limit_is_refused_with_a_sentence(person):
    person.open("/sign-in")

    response = person.client.post("/sign-in", data=b"x" * (13 * 1024 * 1024), content_type="text/plain")

    assert response.status_code == 413
    assert "10 MB" in response.text


@pytest.mark.parametrize(
    ("page", "size", "content_type", "said"),
    [
        ("/sign-in", 2_000_000, "multipart/form-data", "请返回上一页缩短后再提交"),
        ("/sign-in", 12_000_000, "application/x-www-form-urlencoded", "请返回上一页缩短后再提交"),
        ("/checklists/import", 7_000_000, "multipart/form-data", "请只粘贴方案正文"),
        ("/checklists/import", 12_000_000, "application/x-www-form-urlencoded", "请只粘贴方案正文"),
    ],
)
def test_a_form_with_too_much_filled_in_is_called_no_file(person, page, size, content_type, said):
    person.open("/sign-in")

    response = person.client.post(page, data={"pasted": "x" * size}, content_type=content_type)

    assert response.status_code == 413
    assert "填写的内容太长" in response.text
    assert said in response.text
    assert "文件太大" not in response.text
    assert "10 MB" not in response.text


def test_what_is_too_large_for_the_page_of_notices_may_be_a_file_or_a_paste(person):
    data = {"pasted": "x" * 12_000_000}

    response = person.client.post("/checklists/import", data=data, content_type="multipart/form-data")

    assert response.status_code == 413
    assert "文件和粘贴的正文都算" in response.text


def test_an_unknown_address_has_a_page_with_a_way_home(person):
    person.open("/sign-in/there-is-nothing")

    assert person.path == "/sign-in"


def test_the_language_is_switched_and_the_page_kept(person):
    person.open("/sign-in")
    assert 'lang="zh-Hans"' in person.response.text

    person.open("/language/en?back=/help")

    assert person.path == "/help"
    assert 'lang="en"' in person.response.text
    assert "Lights and reports explained" in person.text


def test_an_unknown_language_changes_nothing(person):
    person.open("/language/xx?back=/help")

    assert "怎样看灯" in person.text


def test_the_legend_names_every_light_with_its_shape(person):
    person.open("/help")

    for shape, word in (("▲", "已逾期"), ("◆", "即将到期"), ("■", "受阻"), ("●", "正常推进"), ("✓", "已完成")):
        assert re.search(f"{shape} {word}", person.text)


@pytest.mark.parametrize("path", ["/duties", "/board/1?light=done", "/"])
def test_a_path_of_this_site_may_be_gone_back_to(path):
    assert own_path(path)


@pytest.mark.parametrize(
    "path", ["", "//evil.example", "/\\evil.example", "https://evil.example", "/a\nb", "javascript:x"]
)
def test_another_site_may_not(path):
    assert not own_path(path)


def test_every_page_stands_under_an_entry_of_the_menu_or_alone(app):
    """A page of a new subject is named in `navigation`, or it is not shown where it belongs."""
    everybody = PersonOfPages(1, "", "", 1, "", frozenset(Role), must_change_password=False)
    unit = PersonOfPages(1, "", "", 1, "", frozenset({Role.UNIT_STAFF}), must_change_password=False)
    with app.test_request_context("/"):
        of_all, of_unit = (
            {endpoint.partition(".")[0] for _, endpoint in navigation.pages_of(who)} | {"inbox"}
            for who in (everybody, unit)
        )
    pages = [rule.endpoint for rule in app.url_map.iter_rules() if "." in rule.endpoint]

    homeless = {one for one in pages if navigation.belongs_to(one, of_all) is None}

    assert {one for one in homeless if not {one, one.partition(".")[0]} & navigation.ALONE} == set()
    assert navigation.belongs_to("years.end", of_all) == "checklists"
    assert navigation.belongs_to("difficulties.listing", of_unit) == "difficulties"
    assert set(navigation.BELONGS_TO) <= {one.partition(".")[0] for one in pages}
    assert {place for places in navigation.BELONGS_TO.values() for place in places} <= of_all


@pytest.mark.parametrize(
    ("subdomains", "wanted"), [(False, "max-age=31536000"), (True, "max-age=31536000; includeSubDomains")]
)
def test_behind_tls_a_browser_comes_by_tls_only_and_below_the_host_where_that_is_said(subdomains, wanted):
    database = Database("postgresql://nobody@127.0.0.1:1/none?connect_timeout=1")
    app = create_app(
        NobodyAnswers(), database, secret=b"a long enough secret", secure_cookies=True, hsts_subdomains=subdomains
    )

    assert app.test_client().get("/healthz").headers["Strict-Transport-Security"] == wanted
