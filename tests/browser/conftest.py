"""One headless Chromium for all tests of this folder: Playwright's synchronous interface allows one at a time."""

from collections.abc import Iterator

import pytest
from fixtures.chromium import ABSENT, CHROMIUM, FLAGS
from fixtures.waiting import LIMIT_S
from playwright.sync_api import Browser, expect, sync_playwright


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(ABSENT)
    expect.set_options(timeout=LIMIT_S * 1000)  # Playwright's own 5 s are short for a machine that does much else
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(autouse=True)
def closed_afterwards(browser: Browser) -> Iterator[None]:
    """The pages of a test end with it: one that was slowed down on purpose would hold a processor for the rest of the run."""
    before = browser.contexts
    yield
    for context in browser.contexts:
        if context not in before:
            context.close()
