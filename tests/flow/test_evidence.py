"""A picture from a telephone becomes evidence in a real browser, in both modes, and comes back without its place."""

import io

from PIL import Image

from tests.flow.conftest import follow
from tests.support.chromium import PHONE_WIDTH
from tests.support.evidence import jpeg, pdf

TOWN = "341021100"


def test_a_picture_is_added_on_a_phone_and_the_lead_bureau_downloads_it_without_its_place(sign_in):
    sent = jpeg(size=(800, 600), orientation=6, place=True)
    assert Image.open(io.BytesIO(sent)).getexif().get_ifd(0x8825)
    town = sign_in(TOWN, width=PHONE_WIDTH, javascript=False)
    follow(town.locator("ul.duties a[href*='/duties/']").first)
    address = town.url.partition("?")[0]

    town.get_by_text("添加证明材料").first.click()
    town.get_by_label("选择文件（可以多选）").set_input_files(
        [
            {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": sent},
            {"name": "签到表.pdf", "mimeType": "application/pdf", "buffer": pdf()},
        ]
    )
    follow(town.get_by_role("button", name="上传"))

    assert "已添加“IMG_0001.jpg”" in town.inner_text("body")
    assert town.evaluate("document.documentElement.scrollWidth") <= PHONE_WIDTH

    lead = sign_in("lead")
    lead.goto(address)
    with lead.expect_download() as kept:
        lead.get_by_role("link", name="IMG_0001.jpg").click()
    got = Image.open(kept.value.path())
    assert kept.value.suggested_filename == "IMG_0001.jpg"
    assert (got.format, got.size, dict(got.getexif())) == ("JPEG", (600, 800), {})
    assert b"PhoneMaker" not in kept.value.path().read_bytes()
