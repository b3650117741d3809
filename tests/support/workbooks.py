"""Large workbooks of a checklist's rows, as a person would upload them."""

from io import BytesIO

from openpyxl import Workbook

HEADINGS = [
    "领域", "举措", "任务", "事项", "牵头单位", "配合单位", "完成时限", "周期", "每期截止日", "审核",
    "验收标准", "说明",
]  # fmt: skip


def a_workbook(items: int, *, lead: str, support: str, title: str = "事项") -> bytes:
    """A sheet of `items` items, ten to a task, a hundred to a measure, a thousand to an area; each names its units."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("清单")
    sheet.append(HEADINGS)
    for number in range(items):
        titles = [f"领域{number // 1000}", f"举措{number // 100}", f"任务{number // 10}", f"{title}{number}"]
        sheet.append([*titles, lead, support, "2026-06-30", "一次", None, "不审核", "有记录", None])
    content = BytesIO()
    book.save(content)
    return content.getvalue()
