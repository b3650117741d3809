"""The picture of a link is read as the address, by a reader that shares no code with what draws it."""

import io

import pytest
import zxingcpp
from PIL import Image

from services.notifications.links.picture import png_of

ADDRESSES = ["https://q.example/l/" + "aB3_" * 11, "http://127.0.0.1:8080/l/" + "-" * 43]


@pytest.mark.parametrize("address", ADDRESSES)
def test_it_is_read_as_the_address(address):
    read = zxingcpp.read_barcode(Image.open(io.BytesIO(png_of(address))).convert("L"))

    assert (read.format, read.text) == (zxingcpp.BarcodeFormat.QRCode, address)
