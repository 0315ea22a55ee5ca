"""Chromium for the tests: how it is started, and a click that returns when the page it leads to has come.

Playwright's own click returns as soon as the answer of the next page begins; what a test reads then may be a document
that is still empty. On a busy machine that moment is long enough to be met.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")


@contextmanager
def launched(executable: str) -> Iterator[Any]:
    """One Chromium, for as long as the block runs; its client runs a loop in this thread, which Django must allow."""
    from playwright.sync_api import Locator, sync_playwright

    at_once = Locator.click

    def click(self: Any, **options: Any) -> None:
        at_once(self, **options)
        self.page.wait_for_load_state("load")

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        patch.setattr(Locator, "click", click)
        with sync_playwright() as playwright:
            one = playwright.chromium.launch(executable_path=executable, args=FLAGS)
            yield one
            one.close()
