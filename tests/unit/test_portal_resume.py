"""The way back from a form that was not carried out."""

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
