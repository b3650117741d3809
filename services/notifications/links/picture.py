"""The picture of a link, to be taken from a screen or from paper by a phone's camera. Pure."""

from __future__ import annotations

import io

# Large enough for a camera across a desk, small enough for a letter: some 300 pixels a side, one or two KB.
PIXELS_A_MODULE = 6
# The quiet zone that a reader needs around it (ISO/IEC 18004).
BORDER = 4
# Any of the eight patterns can be read; to weigh all of them for each letter takes three times as long as the rest.
PATTERN = 2


def png_of(address: str) -> bytes:
    """The QR code of an address, as PNG."""
    import segno
    from PIL import Image

    matrix = segno.make_qr(address, error="m", mask=PATTERN).matrix
    side = len(matrix)
    modules = Image.frombytes("L", (side, side), b"".join(bytes(row).translate(_WHITE_OR_BLACK) for row in matrix))
    picture = Image.new("L", (side + 2 * BORDER, side + 2 * BORDER), 255)
    picture.paste(modules, (BORDER, BORDER))
    large = picture.resize((picture.width * PIXELS_A_MODULE,) * 2, Image.Resampling.NEAREST).convert("1")
    found = io.BytesIO()
    large.save(found, "png")
    return found.getvalue()


# A dark module is 1 in the matrix, and black in the picture.
_WHITE_OR_BLACK = bytes([255, 0, *range(2, 256)])
