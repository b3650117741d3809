"""A picture as another one that shows the same and says nothing else: no place, no camera, nothing behind its end.

Pure. Whatever a sender put into a picture beside its pixels is left behind, so it needs not be looked for.
"""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image, ImageOps

from services.portal.evidence.refusals import Reason, Refused

# Of a good telephone. A jpg of many is unpacked at half its width and height, which its kind allows, so that no picture
# takes more than 100 MB, twice, while it is worked on.
MOST_PIXELS = {"jpg": 60_000_000, "png": 25_000_000, "webp": 25_000_000}
HALVED_ABOVE = 25_000_000
# What Pillow raises about files that are not what they say.
BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, OverflowError, struct.error, zlib.error)

_FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}
_OPTIONS: dict[str, dict[str, int]] = {"jpg": {"quality": 90}, "png": {}, "webp": {"quality": 90}}


def redrawn(content: bytes, kind: str) -> bytes:
    """The picture drawn anew in its own kind ("jpg", "png", "webp"), upright, its first frame where it has several.

    Raises Refused for one that is damaged or has too many pixels; its size is looked at before it is unpacked.
    """
    try:
        return _redrawn(content, kind)
    except Image.DecompressionBombError as error:
        raise Refused(Reason.PIXELS) from error
    except BROKEN as error:
        raise Refused(Reason.DAMAGED) from error


def _redrawn(content: bytes, kind: str) -> bytes:
    with Image.open(io.BytesIO(content), formats=[_FORMATS[kind]]) as picture:
        width, height = picture.size
        if width * height > MOST_PIXELS[kind]:
            raise Refused(Reason.PIXELS)
        if width * height > HALVED_ABOVE:
            picture.draft(None, (width // 2, height // 2))
        picture.load()
        ImageOps.exif_transpose(picture, in_place=True)
        mode = _mode(picture, kind)
        plain = picture if picture.mode == mode else picture.convert(mode)
        # What Pillow writes without being asked to: a profile, a comment, a time.
        plain.info.clear()
        drawn = io.BytesIO()
        plain.save(drawn, format=_FORMATS[kind], **_OPTIONS[kind])
        return drawn.getvalue()


def _mode(picture: Image.Image, kind: str) -> str:
    return "RGBA" if kind != "jpg" and picture.has_transparency_data else "RGB"
