"""The cookies behind TLS, beside processes of the release before, and what a browser is told at signing out."""

import re

import pytest

from services.portal import cookies, problems
from services.portal.views.entry import LEFT_BEHIND
from services.running.embedded import running
from services.running.home import open_home
from shared.process import settings
from tests.support.pages import Person

OLD, NEW = "qingdan", "__Host-qingdan"


@pytest.fixture
def secure(portal, monkeypatch):
    monkeypatch.setitem(portal.config, "SESSION_COOKIE_SECURE", True)
    # The check of forged forms wants to know from which page a form over TLS came.
    monkeypatch.setitem(portal.config, "PREFERRED_URL_SCHEME", "https")
    return portal


class Browser(Person):
    """A browser behind TLS."""

    def __init__(self, app):
        super().__init__(app)
        self.client.environ_base.update({"wsgi.url_scheme": "https", "HTTP_REFERER": "https://localhost/"})

    def cookie(self, name):
        found = self.client.get_cookie(name)
        return found.value if found else None

    def given(self):
        """What the last answers set: by name, with their attributes."""
        return {one.partition("=")[0]: one for one in self.response.headers.getlist("Set-Cookie")}


@pytest.fixture
def before(secure, monkeypatch):
    """`before(browser, path)`: the page as a process of the release before makes it, which knows the old name alone."""

    def ask(browser, act):
        kept = {name: browser.cookie(name) for name in (NEW,)}
        browser.client.delete_cookie(NEW)
        with monkeypatch.context() as patch:
            patch.setattr(cookies, "are_secure", lambda: False)
            act(browser)
        for name, value in kept.items():
            if value is not None:
                browser.client.set_cookie(name, value, secure=True)

    return ask


def test_behind_tls_every_cookie_is_bound_to_the_host(secure, world):
    browser = Browser(secure).open("/sign-in")
    response = browser.client.post(
        "/sign-in",
        data={**dict(browser.form("/sign-in").fields), "sign_in_name": "staff", "password": world.password},
    )
    given = {one.partition("=")[0]: one for one in response.headers.getlist("Set-Cookie")}

    assert set(given) == {OLD, NEW, "__Host-qingdan-known"}
    for name, one in given.items():
        assert "Secure" in one, name
        assert "HttpOnly" in one, name
        assert "Path=/" in one, name
        assert "Domain" not in one, name
        assert re.search("SameSite=(Lax|Strict)", one), name


def test_over_plain_http_the_plain_names_are_kept(portal, world):
    person = Person(portal).sign_in("staff", world.password)

    assert person.client.get_cookie(OLD)
    assert person.client.get_cookie("qingdan-known")
    assert not person.client.get_cookie(NEW)


def test_who_is_signed_in_by_the_release_before_stays_so_and_moves_to_the_new_name(secure, world, before):
    browser = Browser(secure)
    before(browser, lambda one: one.sign_in("staff", world.password))
    assert browser.cookie(NEW) is None

    assert browser.open("/duties").path == "/duties"
    assert browser.cookie(NEW)
    browser.client.delete_cookie(OLD)
    assert browser.open("/duties").path == "/duties"


def test_who_is_signed_in_by_this_release_is_so_for_the_one_before(secure, world, before):
    browser = Browser(secure).sign_in("staff", world.password)

    before(browser, lambda one: one.open("/duties"))

    assert browser.path == "/duties"


def test_who_signs_in_at_the_release_before_while_both_run_is_signed_in_here(secure, world, before):
    """The page to sign in came from here, the form went there: under the new name nobody is signed in yet."""
    browser = Browser(secure).open("/sign-in")
    assert browser.cookie(NEW)

    before(browser, lambda one: one.sign_in("staff", world.password))

    assert browser.open("/duties").path == "/duties"


def test_who_signs_out_at_the_release_before_is_signed_out_here(secure, world, before):
    browser = Browser(secure).sign_in("staff", world.password)
    form = browser.form("/sign-out")

    before(browser, lambda one: one.send(form))

    assert browser.open("/duties").path == "/sign-in"


def test_a_cookie_that_nobody_signed_holds_nothing(secure, world):
    browser = Browser(secure).sign_in("staff", world.password)
    browser.client.set_cookie(NEW, browser.cookie(NEW)[:-3] + "AAA", secure=True)
    browser.client.delete_cookie(OLD)

    assert browser.open("/duties").path == "/sign-in"


def test_at_signing_out_a_browser_lets_go_of_what_it_kept_but_not_of_language_and_acquaintance(portal, world):
    person = Person(portal).sign_in("staff", world.password).open("/language/en")
    response = person.client.post("/sign-out", data=dict(person.open("/duties").form("/sign-out").fields))

    assert response.headers["Clear-Site-Data"] == LEFT_BEHIND == '"cache", "storage"'
    assert person.client.get_cookie("qingdan-known")
    assert '<html lang="en">' in person.open("/sign-in").response.text


@pytest.mark.parametrize("status", [400, 408, 413, 431, 501])
def test_a_page_of_the_server_itself_has_a_number_and_the_headers_of_all(portal, status):
    numbers = set()
    for _ in range(2):
        with portal.test_request_context("/", method="POST"):
            page = problems.page_of_the_server(status)
        number = page.headers["X-Request-Id"]
        assert re.fullmatch("[0-9a-f]{32}", number)
        assert number in page.get_data(as_text=True)
        assert "script-src 'none'" in page.headers["Content-Security-Policy"]
        numbers.add(number)

    assert len(numbers) == 2


def test_all_in_one_process_heeds_that_browsers_come_by_tls_alone(tmp_path):
    by_tls = settings.read({"QINGDAN_HOME": str(tmp_path), "QINGDAN_HTTPS": "yes"})
    with running(open_home(tmp_path), by_tls, with_example=False) as (app, _monitor):
        page = app.test_client().get("/sign-in", base_url="https://localhost")

    given = page.headers.getlist("Set-Cookie")
    assert (page.status_code, any(one.startswith(NEW) for one in given)) == (200, True)
    assert [one for one in given if "Secure" not in one] == []
    assert page.headers["Strict-Transport-Security"]
