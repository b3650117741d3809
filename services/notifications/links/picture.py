"""The picture of a link, to be taken from a screen or from paper by a phone's camera. Pure."""

from __future__ import annotations

import io

# Eight pixels in a row of black and white are a byte: a row of modules is a row of bytes. Large enough for a camera
# across a desk, small enough for a letter: some 400 pixels a side, less than one KB.
PIXELS_A_MODULE = 8
# The quiet zone that a reader needs around it (ISO/IEC 18004).
BORDER = 4
# Any of the eight patterns can be read; to weigh all of them for each letter takes three times as long as the rest.
PATTERN = 2
# A dark module is 1 in the matrix, and black in the picture.
_AS_PIXELS = bytes([255, 0, *range(2, 256)])


def png_of(address: str) -> bytes:
    """The QR code of an address, as PNG."""
    import segno
    from PIL import Image

    edge = b"\xff" * BORDER
    # The least version that holds it, and no better correction only because there is room: that costs a fifth more.
    matrix = segno.make_qr(address, error="m", mask=PATTERN, boost_error=False).matrix
    rows = [edge + bytes(row).translate(_AS_PIXELS) + edge for row in matrix]
    blank = [b"\xff" * len(rows[0])] * BORDER
    pixels = b"".join(row * PIXELS_A_MODULE for row in (*blank, *rows, *blank))
    found = io.BytesIO()
    Image.frombytes("1", (len(rows[0]) * PIXELS_A_MODULE,) * 2, pixels).save(found, "png", compress_level=1)
    return found.getvalue()
