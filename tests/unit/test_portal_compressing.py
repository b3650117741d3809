import gzip

import pytest
from flask import Flask, Response

from services.portal import compressing

PAGE = "<p>清单</p>" * 200


@pytest.fixture
def client():
    app = Flask(__name__)
    compressing.install(app)
    app.add_url_rule("/page", "page", lambda: PAGE)
    app.add_url_rule("/file", "file", lambda: Response(b"PK" * 2000, mimetype="application/zip"))
    return app.test_client()


def test_a_page_is_sent_compressed_to_who_takes_it(client):
    response = client.get("/page", headers={"Accept-Encoding": "gzip"})

    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.data).decode() == PAGE
    assert len(response.data) < len(PAGE.encode()) / 5
    assert "Accept-Encoding" in response.headers["Vary"]


def test_what_another_site_asks_for_is_sent_as_it_is(client):
    """The lengths of compressed answers tell of the secrets in them."""
    headers = {"Accept-Encoding": "gzip, br", "Sec-Fetch-Site": "cross-site"}

    assert "Content-Encoding" not in client.get("/page", headers=headers).headers


def test_a_browser_that_takes_nothing_compressed_and_a_file_get_what_they_are(client):
    assert client.get("/page").data.decode() == PAGE
    assert "Content-Encoding" not in client.get("/file", headers={"Accept-Encoding": "br"}).headers
