"""A file as uploaded → its paragraphs and tables. What kind of file it is, its first bytes say, not its name."""

from __future__ import annotations

import codecs
import re

from services.tasks.notices.blocks import Block, Paragraph
from services.tasks.notices.errors import NoticeUnreadableError
from services.tasks.notices.word.document import read_docx
from shared.calling.chunks import LARGEST_FILE, LARGEST_MEGABYTES
from shared.text import Text
from shared.typed_text import tidy

MAX_BYTES = LARGEST_FILE
# No notice has so many, with all its annexes.
MAX_BLOCKS = 50_000
_LONGEST_PARAGRAPH = 200_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN: tuple[tuple[bytes, Text], ...] = (
    (
        _OLE,
        Text(
            "这是旧版 Word（.doc）、WPS 或加了密码的文件：请用 Word 或 WPS 去掉密码，另存为 .docx 后再导入。",
            "This is an old Word (.doc), WPS or password-protected file: remove the password and save it as .docx.",
        ),
    ),
    (
        b"%PDF",
        Text(
            "这是 PDF 文件：请导入原来的 .docx，或把文字另存为 .txt。",
            "This is a PDF: use the original .docx, or save its text as .txt.",
        ),
    ),
    (
        b"{\\rtf",
        Text("这是 RTF 文件：请另存为 .docx 后再导入。", "This is an RTF file: save it as .docx and try again."),
    ),
)
_EMPTY = Text("文件是空的：请检查是否选错了文件。", "The file is empty: check that it is the right one.")
_TOO_LARGE = Text(
    f"文件超过 {LARGEST_MEGABYTES} MB：请去掉图片和附件后再导入。",
    f"The file is larger than {LARGEST_MEGABYTES} MB: remove pictures and annexes and try again.",
)
_TOO_LONG = Text(
    f"文件超过 {MAX_BLOCKS} 段，不像一份通知：请只导入方案正文。",
    f"The file has more than {MAX_BLOCKS} paragraphs, which is no notice: import the plan's own text only.",
)
_NOT_TEXT = Text(
    "读不出文字：只支持 .docx，以及 UTF-8、GB18030（GBK）或 UTF-16 的 .txt。",
    "No text can be read: only .docx, and .txt in UTF-8, GB18030 (GBK) or UTF-16, are supported.",
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
    "[\u0020-\u007e\n\r\t\u3000-\u303f\u4e00-\u9fff\uff00-\uffef\u2010-\u2027\u2460-\u24ff\u3220-\u3229·—×℃]"
)
# Below this share of Chinese and plain signs the encoding was guessed wrong.
_LEAST_USUAL_SHARE = 0.7
_REASONS_OF_A_CUT = ("unexpected end of data", "incomplete multibyte sequence", "truncated data")


def read_file(name: str, content: bytes) -> tuple[Block, ...]:
    """Read a .txt or .docx; raises NoticeUnreadableError with what is wrong and what to do."""
    if len(content) > MAX_BYTES:
        raise NoticeUnreadableError(_TOO_LARGE)
    if not content.strip(b"\x00\t\n\r "):
        raise NoticeUnreadableError(_EMPTY)
    for signature, text in _FOREIGN:
        if content.startswith(signature):
            raise NoticeUnreadableError(text)
    if content.startswith(b"PK"):
        blocks = read_docx(content)
    elif name.lower().endswith((".docx", ".docm")):
        raise NoticeUnreadableError(_NO_ZIP)
    else:
        blocks = _paragraphs(_decode(content))
    if len(blocks) > MAX_BLOCKS:
        raise NoticeUnreadableError(_TOO_LONG)
    if not blocks:
        raise NoticeUnreadableError(_EMPTY)
    return blocks


def _paragraphs(text: str) -> tuple[Block, ...]:
    if text.count("\n") > 4 * MAX_BLOCKS:
        raise NoticeUnreadableError(_TOO_LONG)
    lines = [tidy(line.strip("\x1a")) for line in re.split(r"\r\n|[\r\n\x0b\x0c\u2028\u2029\x85]", text)]
    if any(len(line) > _LONGEST_PARAGRAPH for line in lines):
        raise NoticeUnreadableError(_NOT_TEXT)
    return tuple(Paragraph(line) for line in lines if line)


def _decode(content: bytes) -> str:
    content = content.removeprefix(codecs.BOM_UTF8)
    for encoding in _encodings_of(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError as error:
            if error.reason in _REASONS_OF_A_CUT and error.start > 0:
                _raise_if_cut_off(content[: error.start].decode(encoding))
        else:
            if _is_text(text):
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
