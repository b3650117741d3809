"""The way back from a form that was not carried out."""

import pytest
from werkzeug.exceptions import HTTPException

from services.portal.app import create_app
from services.portal.resume import Kept
from shared.database import Database


def test_every_address_that_takes_forms_has_a_page_to_go_back_to():
    app = create_app(None, Database("postgresql://nobody@127.0.0.1:1/none"), secret=b"0" * 20, secure_cookies=False)
    addresses = app.url_map.bind("localhost")
    astray = []
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or rule.endpoint == "entry.sign_out":
            continue
        values = {name: "answer" if name == "action" else 1 for name in rule.arguments}
        page = Kept(addresses.build(rule.endpoint, values, method="POST"), []).page
        try:
            addresses.match(page, method="GET")
        except HTTPException:
            astray.append((rule.rule, page))

    assert astray == []


@pytest.mark.parametrize(
    ("path", "name", "value"),
    [
        ("/submissions/12", "definition", "2:1 3:1 1:1"),
        ("/submissions/12/proxy", "definition", "2:1 3:1 1:1"),
        ("/submissions/waiting/accept?report=3", "definition", "2:1 3:1 1:1"),
        ("/suggestions", "about", "/duties/12"),
        ("/checklists/3/questions?kind=no_due", "answer", "continuous"),
    ],
)
def test_what_a_page_wrote_into_its_form_itself_is_not_shown_as_typed(path, name, value):
    assert Kept(path, [(name, value), ("text", "写的话")]).typed == ["写的话"]


@pytest.mark.parametrize(
    ("path", "name"),
    [("/indicators/12", "definition"), ("/meetings/3", "about"), ("/remarks/answer", "answer")],
)
def test_what_a_person_typed_under_such_a_name_is_shown(path, name):
    assert Kept(path, [(name, "写的话")]).typed == ["写的话"]
