"""What the tests of pages share."""

import logging
from collections.abc import Iterator

import pytest
from fixtures.browsing import api_away, api_url, open_app

__all__ = ["api_away", "api_url", "open_app"]


@pytest.fixture(autouse=True)
def nothing_unforeseen(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A page that breaks says so and goes on, so its test would not see it: the app's log does."""
    yield
    assert [] == [each.getMessage() for each in caplog.get_records("call") if each.levelno >= logging.ERROR]
