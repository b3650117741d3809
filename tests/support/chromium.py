"""The system's Chromium, driven by Playwright: pages as a desktop, as a 360-pixel phone, or without JavaScript."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
# The same engine without a window's parts: a page costs half. Not every Debian has the package.
SHELL = Path("/usr/bin/chromium-headless-shell")
DESKTOP_WIDTH = 1280
PHONE_WIDTH = 360
HEIGHT = 800
# A machine on which everything runs at once ends the later, and not red.
TIMEOUT_MS = 60_000


@contextmanager
def launched_browser() -> Iterator[Browser]:
    executable = SHELL if SHELL.exists() else CHROMIUM
    if not executable.exists():
        raise RuntimeError(
            "Chromium is not installed. Run `deploy/setup packages chromium`, or as root `apt-get install chromium`."
        )
    expect.set_options(timeout=TIMEOUT_MS)  # its own 5 s are short for a machine on which everything runs at once
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(executable), args=_arguments())
        try:
            yield browser
        finally:
            browser.close()


class Pages:
    """Hands out pages that share no cookies, and takes them back with the end of the test.

    A page of its own costs a process, so a test gets one that an earlier test of the worker has done with, emptied.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[str, list[Page]] = {}
        self._taken: list[tuple[str, Page]] = []

    def __call__(
        self, *, width: int = DESKTOP_WIDTH, javascript: bool = True, alone: bool = False, **options: Any
    ) -> Page:
        """Open a page in a fresh session. Other options are those of Playwright's `new_context`.

        `alone` is for a test that changes the page in a way that stays, such as by a script of its own.
        """
        settings = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "java_script_enabled": javascript} | options
        kind = "" if alone else repr(sorted(settings.items()))
        if kind and self._free.get(kind):
            page = self._free[kind].pop()
            page.set_viewport_size({"width": width, "height": HEIGHT})
        else:
            context = self._browser.new_context(viewport={"width": width, "height": HEIGHT}, **settings)
            context.set_default_timeout(TIMEOUT_MS)
            page = context.new_page()
        self._taken.append((kind, page))
        return page

    def take_back(self) -> None:
        """End what a test has opened: its cookies go, and so does a page that crashed, was closed or is not alone."""
        for kind, page in self._taken:
            if kind and not page.is_closed() and page.context.pages == [page]:
                page.goto("about:blank")
                page.context.clear_cookies()
                self._free.setdefault(kind, []).append(page)
            else:
                page.context.close()
        self._taken.clear()


def _arguments() -> list[str]:
    arguments = ["--disable-dev-shm-usage"]  # containers give it 64 MB
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium refuses to start its sandbox as root
    return arguments
