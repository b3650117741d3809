"""A file as uploaded → its paragraphs and tables. What kind of file it is, its first bytes say, not its name."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence

from services.tasks.notices.blocks import Source
from services.tasks.notices.errors import NoticeUnreadableError
from services.tasks.notices.sources import text as plain_text
from services.tasks.notices.sources import word as word_document
from services.tasks.notices.sources.assembling import assemble
from services.tasks.notices.sources.pieces import Line, Piece
from shared.calling.chunks import LARGEST_FILE, LARGEST_MEGABYTES
from shared.text import Text

MAX_BYTES = LARGEST_FILE
# No notice has so many paragraphs, lines and signs, with all its annexes: 800 pages. Reading them takes some seconds.
MAX_BLOCKS = 20_000
_MOST_LINES = 60_000
MAX_SIGNS = 500_000
_LONGEST_LINE = 200_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_RTF = b"{\\rtf"
# Names of the parts of an old document, as they stand in its table of contents.
_OLD_WORD = "WordDocument".encode("utf-16-le")
_OLD_SHEETS = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book\0"))
_PASSWORD = "EncryptedPackage".encode("utf-16-le")
_LOCKED = Text(
    "文件加了密码：请用 Word 或 WPS 去掉密码后再导入，或者打开后复制正文粘贴。",
    "The file has a password: remove it in Word or WPS and try again, or open it, copy the text and paste it.",
)
_OLD = Text(
    "这是旧版 Word（.doc）、WPS 文件，本系统这台机器上没有装能打开它的软件：请用 Word 或 WPS 打开，去掉密码，"
    "点“文件→另存为”，类型选“Word 文档（*.docx）”，再导入；或者打开后复制正文粘贴。",
    "This is an old Word (.doc) or WPS file, and nothing that opens it is installed here: open it in Word or "
    "WPS, remove a "
    "password, save it as .docx and try again, or copy its text and paste it.",
)
# Without the document's name in its table of contents no program opens it, whatever is installed.
_NO_DOCUMENT = Text(
    "这个文件里找不到文字文档：可能已损坏、没有传完或加了密码。请用 Word 或 WPS 打开，去掉密码，点“文件→另存为”，"
    "类型选“Word 文档（*.docx）”，再导入；打不开时，请重新取得这个文件。",
    "No text document is found in this file: it may be damaged, cut off or have a password. Open it in Word or WPS, "
    "remove a password, save it as .docx and try again; if it does not open, get the file once more.",
)
_OLD_RTF = Text(
    "这是 RTF 文件：请用 Word 或 WPS 打开，另存为 .docx 后再导入。",
    "This is an RTF file: open it in Word or WPS, save it as .docx and try again.",
)
_SHEET = Text(
    "这是 Excel 或 WPS 表格文件：请打开后选中要读的表格，复制，粘贴到“粘贴通知正文”里。",
    "This is a workbook of Excel or WPS: open it, select the table that is to be read, copy it and paste it as text.",
)
_PICTURE = Text(
    "这是图片，里面的文字读不出来：请导入原来的 Word 文件，或用文字识别软件转成文字后粘贴。",
    "This is a picture, whose text cannot be read: use the original Word file, or turn it into text with a "
    "program that "
    "recognizes it and paste that.",
)
_ARCHIVED_PAGE = Text(
    "这是 .mht 网页存档：请在浏览器里另存为 .html，或者复制网页上的正文粘贴。",
    "This is a web archive (.mht): save the page as .html in the browser, or copy its text and paste it.",
)
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*")
_IS_WEBP = re.compile(rb"RIFF....WEBP|....ftyp(?:heic|heix|mif1|avif)", re.DOTALL)
_IS_ARCHIVED_PAGE = re.compile(
    rb"\A\s*(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){0,20}?Content-Type:\s*multipart/related", re.IGNORECASE
)
# Some systems write a few bytes in front of it.
_PDF = re.compile(rb"[\s\S]{0,1000}?%PDF-\d", re.DOTALL)
_EMPTY = Text("文件是空的：请检查是否选错了文件。", "The file is empty: check that it is the right one.")
_TOO_LARGE = Text(
    f"文件超过 {LARGEST_MEGABYTES} MB：请去掉图片和附件后再导入。",
    f"The file is larger than {LARGEST_MEGABYTES} MB: remove pictures and annexes and try again.",
)
_TOO_LONG = Text(
    f"文件超过 {MAX_BLOCKS} 段，不像一份通知：请只导入方案正文。",
    f"The file has more than {MAX_BLOCKS} paragraphs, which is no notice: import the plan's own text only.",
)
_TOO_MANY_SIGNS = Text(
    f"正文超过 {MAX_SIGNS // 10_000} 万字，不像一份通知，没有读取：请只导入方案正文，去掉附件和说明，或分成几份导入。",
    f"The text has more than {MAX_SIGNS} signs, so it was not read: import the plan's own text only, "
    "without annexes and explanations, or in several parts.",
)
_NOT_TEXT = Text(
    "读不出文字：可以导入 .docx、.doc、.wps、.pdf、.html，以及 UTF-8、GB18030（GBK）或 UTF-16 的 .txt、.csv，"
    "也可以复制正文粘贴。",
    "No text can be read: .docx, .doc, .wps, .pdf, .html, and .txt or .csv in UTF-8, GB18030 (GBK) or UTF-16 can be "
    "imported, or "
    "copy the text and paste it.",
)
_ENDLESS_LINE = Text(
    f"有一行超过 {_LONGEST_LINE // 10_000} 万字，不像一份通知，没有读取：请检查是否选错了文件，或只保留方案正文。",
    f"One line has more than {_LONGEST_LINE} signs, which is no notice, so it was not read: check that it is the right "
    "file, or keep the plan's own text only.",
)
_CUT_OFF = Text(
    "文件在一个字的中间断开，可能没有传完：请重新保存或上传。",
    "The file ends in the middle of a character and seems cut off: save or upload it again.",
)
_NO_ZIP = Text(
    "文件名是 .docx，内容却不是 Word 文件，可能已损坏：请用 Word 或 WPS 打开后另存为 .docx。",
    "The name says .docx but the content is no Word file and may be damaged: open it in Word or WPS and save it again.",
)

# Signs that no text file holds; form feed and the old end-of-file sign are tolerated.
_CONTROLS = re.compile("[\x00-\x08\x0e-\x19\x1b-\x1f\x7f]")
_USUAL = re.compile(
    "[\u0020-\u007e\n\r\t\u2500-\u257f\u3000-\u303f\u4e00-\u9fff\uff00-\uffef\u2010-\u2027\u2460-\u24ff\u3220-\u3229·—×℃]"
)
# Below this share of Chinese and plain signs the encoding was guessed wrong.
_LEAST_USUAL_SHARE = 0.7
_REASONS_OF_A_CUT = ("unexpected end of data", "incomplete multibyte sequence", "truncated data")


def read_file(name: str, content: bytes) -> Source:
    """Read a notice that came as a file; raises NoticeUnreadableError with what is wrong and what to do."""
    if len(content) > MAX_BYTES:
        raise NoticeUnreadableError(_TOO_LARGE)
    if not content.strip(b"\x00\t\n\r "):
        raise NoticeUnreadableError(_EMPTY)
    foreign = _foreign(content)
    if foreign is not None:
        raise NoticeUnreadableError(foreign)
    if _PDF.match(content):
        from services.tasks.notices.sources.pdf import document as pdf_document

        return _source(pdf_document.pieces_of(content))
    if content.startswith(b"PK"):
        return _source(word_document.pieces_of(content))
    if name.lower().endswith((".docx", ".docm")):
        raise NoticeUnreadableError(_NO_ZIP)
    return read_text(_decode(content))


def is_old_document(content: bytes) -> bool:
    """Whether LibreOffice makes a .docx of the content: of an old Word or WPS document without a password."""
    return content.startswith(_RTF) or (content.startswith(_OLE) and _OLD_WORD in content and _PASSWORD not in content)


def _foreign(content: bytes) -> Text | None:
    """What is to be said of a file of a kind that is not read."""
    if content.startswith(_OLE):
        if _PASSWORD in content:
            return _LOCKED
        if _OLD_WORD in content:
            return _OLD
        return _SHEET if any(name in content for name in _OLD_SHEETS) else _NO_DOCUMENT
    if content.startswith(_RTF):
        return _OLD_RTF
    if content.startswith(_PICTURES) or _IS_WEBP.match(content):
        return _PICTURE
    return _ARCHIVED_PAGE if _IS_ARCHIVED_PAGE.match(content[:5_000]) else None


def read_text(text: str) -> Source:
    """Read a notice that was pasted, or the text of a file; raises NoticeUnreadableError where it is none."""
    if plain_text.is_page(text):
        from services.tasks.notices.sources import html

        return _source(html.pieces_of(text))
    lines = plain_text.lines_of(text, most=4 * MAX_BLOCKS)
    if len(lines) > 4 * MAX_BLOCKS:
        raise NoticeUnreadableError(_TOO_LONG)
    if max(map(len, lines)) > _LONGEST_LINE:
        raise NoticeUnreadableError(_ENDLESS_LINE)
    if sum(map(len, lines)) > MAX_SIGNS:
        raise NoticeUnreadableError(_TOO_MANY_SIGNS)
    return _source(plain_text.pieces_of(lines))


def _source(pieces: Sequence[Piece]) -> Source:
    if len(pieces) > 4 * MAX_BLOCKS or sum(map(bool, map(_signs_of, pieces))) > _MOST_LINES:
        raise NoticeUnreadableError(_TOO_LONG)
    if sum(map(_signs_of, pieces)) > MAX_SIGNS:
        raise NoticeUnreadableError(_TOO_MANY_SIGNS)
    source = assemble(pieces)
    if len(source.blocks) > MAX_BLOCKS:
        raise NoticeUnreadableError(_TOO_LONG)
    if not source.blocks:
        raise NoticeUnreadableError(_EMPTY)
    return source


def _signs_of(piece: Piece) -> int:
    return len(piece.text) if isinstance(piece, Line) else sum(len(cell) for row in piece.rows for cell in row)


def _decode(content: bytes) -> str:
    content = content.removeprefix(codecs.BOM_UTF8)
    for encoding in _encodings_of(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError as error:
            if error.reason in _REASONS_OF_A_CUT and error.start > 0:
                _raise_if_cut_off(content[: error.start].decode(encoding))
        else:
            # No other file happens to be right UTF-8, so this is text whatever signs it has.
            if _is_text(text) or (encoding == "utf-8" and not _CONTROLS.search(text)):
                return text
    raise NoticeUnreadableError(_NOT_TEXT)


def _encodings_of(content: bytes) -> tuple[str, ...]:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    zeros = content[:4096].count(0)
    if zeros > 1:
        # Without a mark, the half that holds the zeros of ASCII signs tells the byte order.
        odd = content[1:4096:2].count(0)
        return ("utf-16-le",) if odd * 2 >= zeros else ("utf-16-be",)
    return ("utf-8", "gb18030")


def _raise_if_cut_off(beginning: str) -> None:
    """A valid beginning that stops in its last character is a cut file, not one in another encoding."""
    if any(ord(sign) > 0x7F for sign in beginning) and _is_text(beginning):
        raise NoticeUnreadableError(_CUT_OFF)


def _is_text(text: str) -> bool:
    if _CONTROLS.search(text):
        return False
    sample = text[:20_000]
    return len(_USUAL.findall(sample)) >= _LEAST_USUAL_SHARE * len(sample)
