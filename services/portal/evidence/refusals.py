"""Why a file does not become evidence: a closed set of reasons, for monitoring, each with its sentence."""

from __future__ import annotations

from enum import StrEnum

from shared.text import Text


class Reason(StrEnum):
    """Why a file was refused."""

    EMPTY = "empty"
    LARGE = "large"
    KIND = "kind"
    HEIC = "heic"
    DAMAGED = "damaged"
    BEHIND = "something_behind"
    MACROS = "macros"
    PASSWORD = "password"  # noqa: S105 - the reason, no password
    PIXELS = "pixels"
    VIRUS = "virus"


class Refused(Exception):
    """A file does not become evidence."""

    def __init__(self, reason: Reason, text: Text | None = None) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.text = text or SENTENCES[reason]


SENTENCES = {
    Reason.EMPTY: Text("文件是空的，请检查后重新选择。", "The file is empty. Please check it and choose again."),
    Reason.KIND: Text(
        "这种文件不能作为证明材料。可以用照片（jpg、png、webp）、PDF，或 Office、WPS 的文档和表格。",
        "Files of this kind are not taken. Please send pictures (jpg, png, webp), PDF, or documents and workbooks of "
        "Office or WPS.",
    ),
    Reason.HEIC: Text(
        "这是 HEIC 格式的照片。请在手机相机的设置里选“兼容性最佳”，或先转成 jpg 再上传。",
        "This is a HEIC picture. Please choose “most compatible” in the settings of the camera, or turn it into a jpg.",
    ),
    Reason.DAMAGED: Text(
        "文件已损坏或没有传完整，请重新保存后再上传。",
        "The file is damaged or did not arrive whole. Please save it again and upload it again.",
    ),
    Reason.BEHIND: Text(
        "文件里还藏着别的内容，不能接收。请在 Office、WPS 或阅读器里打开，另存一份再上传。",
        "The file has something else attached to it. Please open it, save it as a new file, and upload that.",
    ),
    Reason.MACROS: Text(
        "文件里带有宏或程序，不能接收。请另存为不带宏的 docx、xlsx、pptx 或 PDF 再上传。",
        "The file has macros or a program in it. Please save it without macros as docx, xlsx, pptx or PDF.",
    ),
    Reason.PASSWORD: Text(
        "文件设有密码，审核的人打不开。请取消密码后再上传。",
        "The file has a password, so nobody else can open it. Please remove the password and upload it again.",
    ),
    Reason.PIXELS: Text(
        "照片的尺寸太大：jpg 最多 6000 万像素，png、webp 最多 2500 万像素。请缩小后再上传。",
        "The picture is too large: a jpg has at most 60 million pixels, a png or webp 25 million. "
        "Please make it smaller.",
    ),
    Reason.VIRUS: Text(
        "杀毒检查没有通过，文件没有保存。请联系单位的电脑管理员。",
        "The virus scanner refuses this file, and it was not kept. Please ask whoever looks after your computers.",
    ),
}


def too_large(megabytes: int) -> Refused:
    """The refusal of a file of more than `megabytes`."""
    return Refused(
        Reason.LARGE,
        Text(
            f"文件太大，每个最多 {megabytes} MB。请压缩或分成几个再上传。",
            f"The file is too large: at most {megabytes} MB each. Please make it smaller or split it.",
        ),
    )
