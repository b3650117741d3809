import pytest

from services.portal.app import create_app
from services.portal.filters import with_calls
from shared.database import Database


@pytest.fixture
def app():
    return create_app(None, Database("postgresql://nobody@127.0.0.1:1/none"), secret=b"0" * 20, secure_cookies=False)


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        ("就业科 0559-6512345", '就业科 <a href="tel:05596512345">0559-6512345</a>'),
        ("139 0559 1234 王芳", '<a href="tel:13905591234">139 0559 1234</a> 王芳'),
        ("+86 559 6512345", '<a href="tel:+865596512345">+86 559 6512345</a>'),
        ("二楼 203 室", "二楼 203 室"),
        ("<b>1234567</b>", '&lt;b&gt;<a href="tel:1234567">1234567</a>&lt;/b&gt;'),
    ],
)
def test_numbers_are_dialled_and_everything_else_stays_text(app, contact, shown):
    with app.test_request_context():
        assert with_calls(contact) == shown
