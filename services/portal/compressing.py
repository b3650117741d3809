"""Text goes compressed over the wire: an office on one line waits a quarter of the time for a page.

Compressing an answer that repeats what an address asks for, beside a secret, lets whoever sees the length of many
answers guess the secret (BREACH). Such guessing needs another site that makes the browser ask; what another site asks
for is sent as it is.
"""

from __future__ import annotations

from flask import Flask, Response, request
from flask_compress import Compress

# Ours are pages, style, a picture and the charts' scripts (which name their type by the age of Python); workbooks are
# compressed already.
TEXTS = ("text/html", "text/css", "text/plain", "image/svg+xml", "text/javascript", "application/javascript")


def install(app: Flask) -> None:
    """Compress what is text, unless another site made the browser ask for it."""
    app.config.update(
        COMPRESS_MIMETYPES=list(TEXTS),
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_ALGORITHM_STREAMING=["br"],
        COMPRESS_REGISTER=False,
    )
    compress = Compress(app)

    def smaller(response: Response) -> Response:
        if request.headers.get("Sec-Fetch-Site") == "cross-site":
            return response
        return compress.after_request(response)

    app.after_request(smaller)
