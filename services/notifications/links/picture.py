"""The picture of a link, to be taken from a screen or from paper by a phone's camera. Pure."""

from __future__ import annotations

import io

# Large enough for a camera across a desk, small enough for a letter: some 300 pixels a side, one or two KB.
PIXELS_A_MODULE = 6
# Any of the eight patterns can be read; to weigh all of them for each letter takes three times as long as the rest of it.
PATTERN = 2


def png_of(address: str) -> bytes:
    """The QR code of an address, as PNG."""
    import segno

    found = io.BytesIO()
    segno.make_qr(address, error="m", mask=PATTERN).save(found, kind="png", scale=PIXELS_A_MODULE)
    return found.getvalue()
