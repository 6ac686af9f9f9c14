"""What the tests of pages share."""

from fixtures.browsing import api_away, api_url, open_app

__all__ = ["api_away", "api_url", "open_app"]
