"""The picture of a link, to be taken from a screen or from paper by a phone's camera. Pure."""

from __future__ import annotations

import io
from math import isqrt
from typing import Any

# Eight pixels in a row of black and white are a byte: a row of modules is a row of bytes. Large enough for a camera
# across a desk, small enough for a letter: some 400 pixels a side, about one KB.
PIXELS_A_MODULE = 8


def png_of(address: str) -> bytes:
    """The QR code of an address with the quiet zone that a reader needs (ISO/IEC 18004), as PNG."""
    import zxingcpp
    from PIL import Image

    code = zxingcpp.create_barcode(address, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    # The library's types do not say that an image is a buffer, one byte a module.
    modules: Any = code.to_image(1, False, True)
    content = bytes(memoryview(modules))
    side = isqrt(len(content))
    rows = (content[start : start + side] for start in range(0, side * side, side))
    found = io.BytesIO()
    picture = Image.frombytes("1", (side * PIXELS_A_MODULE,) * 2, b"".join(row * PIXELS_A_MODULE for row in rows))
    picture.save(found, "png", compress_level=1)
    return found.getvalue()
