"""Small PDFs made by hand: text at places, lines, pictures; enough for a reader, without a font in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT = 595, 842


@dataclass
class Sheet:
    """A page: `write` puts text at points from the left and from the top, `rule` a line, `paint` a picture."""

    turned: int = 0
    parts: list[str] = field(default_factory=list)

    def write(self, left: float, top: float, text: str, size: float = 16) -> Sheet:
        codes = text.encode("utf-16-be").hex()
        self.parts.append(f"BT /F1 {size} Tf 1 0 0 1 {left} {HEIGHT - top - size} Tm <{codes}> Tj ET")
        return self

    def rule(self, left: float, top: float, right: float, bottom: float) -> Sheet:
        self.parts.append(f"{left} {HEIGHT - top} m {right} {HEIGHT - bottom} l S")
        return self

    def frame(self, left: float, top: float, right: float, bottom: float) -> Sheet:
        self.parts.append(f"{left} {HEIGHT - bottom} {right - left} {bottom - top} re S")
        return self

    def paint(self, width: float = WIDTH, height: float = HEIGHT) -> Sheet:
        self.parts.append(f"q {width} 0 0 {height} 0 0 cm /I1 Do Q")
        return self

    def paragraphs(self, texts: Sequence[str], *, left: float = 90, top: float = 100, signs: int = 26) -> Sheet:
        """Paragraphs with an indent of two signs, broken after so many signs, 28 points a line."""
        for text in texts:
            indented = f"\u3000\u3000{text}"
            for place in range(0, len(indented), signs):
                line = indented[place : place + signs]
                free = line.lstrip("\u3000")
                self.write(left + 16 * (len(line) - len(free)), top, free)
                top += 28
        return self


def pdf(*sheets: Sheet, more_of_trailer: str = "", unicode: bool = True) -> bytes:
    """The file; without `unicode` its font does not say what its signs are."""
    pages = [4 + 2 * number for number in range(len(sheets))]
    last = 4 + 2 * len(sheets)
    objects = {
        1: "<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Count {len(sheets)} /Kids [{' '.join(f'{page} 0 R' for page in pages)}] >>",
        3: f"<< /Font << /F1 {last} 0 R >> /XObject << /I1 {last + 3} 0 R >> >>",
        last: f"<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H /DescendantFonts [{last + 1} 0 R]"
        + (f" /ToUnicode {last + 2} 0 R >>" if unicode else " >>"),
        last + 1: "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song /CIDSystemInfo << /Registry (Adobe) "
        "/Ordering (Identity) /Supplement 0 >> /DW 1000 /W [32 [500] 33 126 500] "
        f"/FontDescriptor {last + 4} 0 R >>",
        last + 2: _stream(
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange <0000> <ffff> "
            "endcodespacerange 100 beginbfrange "
            + " ".join(f"<{high:02x}00> <{high:02x}ff> <{high:02x}00>" for high in range(256))
            + " endbfrange endcmap end end"
        ),
        last + 3: "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray "
        "/BitsPerComponent 8 /Length 1 >>\nstream\n0\nendstream",
        last + 4: "<< /Type /FontDescriptor /FontName /Song /Flags 4 /FontBBox [0 -150 1000 850] /ItalicAngle 0 "
        "/Ascent 850 /Descent -150 /CapHeight 800 /StemV 80 >>",
    }
    for page, sheet in zip(pages, sheets, strict=True):
        objects[page] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Resources 3 0 R /Contents {page + 1} 0 R "
            f"/Rotate {sheet.turned} >>"
        )
        objects[page + 1] = _stream("\n".join(sheet.parts))
    return _file(objects, more_of_trailer)


def _stream(text: str) -> str:
    return f"<< /Length {len(text)} >>\nstream\n{text}\nendstream"


def _file(objects: dict[int, str], more_of_trailer: str) -> bytes:
    content = b"%PDF-1.7\n"
    places = {}
    for number, body in sorted(objects.items()):
        places[number] = len(content)
        content += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    begin = len(content)
    rows = "".join(f"{places[number]:010} 00000 n \n" for number in sorted(places))
    trailer = f"<< /Size {len(places) + 1} /Root 1 0 R {more_of_trailer} >>"
    return content + (
        f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{rows}trailer\n{trailer}\nstartxref\n{begin}\n%%EOF".encode()
    )
