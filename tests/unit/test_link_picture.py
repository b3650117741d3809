"""The picture of a link is the one that the library itself would draw, only sooner."""

import io

import pytest
import segno
from PIL import Image

from services.notifications.links.picture import BORDER, PATTERN, PIXELS_A_MODULE, png_of


def pixels(png):
    return Image.open(io.BytesIO(png)).convert("L").tobytes()


@pytest.mark.parametrize("address", ["https://q.example/l/" + "aB3_" * 11, "http://127.0.0.1:8080/l/" + "-" * 43])
def test_pixel_for_pixel(address):
    drawn = io.BytesIO()
    matrix = segno.make_qr(address, error="m", mask=PATTERN, boost_error=False)
    matrix.save(drawn, kind="png", scale=PIXELS_A_MODULE, border=BORDER)

    assert pixels(png_of(address)) == pixels(drawn.getvalue())
