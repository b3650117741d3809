"""The system's Chromium, driven by Playwright: pages as a desktop, as a 360-pixel phone, or without JavaScript."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
DESKTOP_WIDTH = 1280
PHONE_WIDTH = 360
HEIGHT = 800
TIMEOUT_MS = 15_000


@contextmanager
def launched_browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        raise RuntimeError(
            "Chromium is not installed. Run `deploy/setup packages chromium`, or as root `apt-get install chromium`."
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=_arguments())
        try:
            yield browser
        finally:
            browser.close()


class Pages:
    """Opens pages that share no cookies, and closes them with the test."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._opened = ExitStack()

    def __call__(self, *, width: int = DESKTOP_WIDTH, javascript: bool = True, **options: Any) -> Page:
        """Open a page in a fresh session. Other options are those of Playwright's `new_context`."""
        settings = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai"} | options
        context = self._browser.new_context(
            viewport={"width": width, "height": HEIGHT}, java_script_enabled=javascript, **settings
        )
        context.set_default_timeout(TIMEOUT_MS)
        self._opened.callback(context.close)
        return context.new_page()

    def close(self) -> None:
        self._opened.close()


def _arguments() -> list[str]:
    arguments = ["--disable-dev-shm-usage"]  # containers give it 64 MB
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium refuses to start its sandbox as root
    return arguments
