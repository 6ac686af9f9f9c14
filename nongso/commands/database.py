"""Which database a command works on: the one of the settings, else the embedded one, started for as long as it is needed."""

from collections.abc import Iterator
from contextlib import contextmanager

from nongso.embedded.postgres import Postgres, find_home
from nongso.settings import Settings


def database_url(settings: Settings) -> str:
    """The address, whether or not somebody listens there now."""
    return settings.database_url or find_home(settings.data_dir).url


@contextmanager
def open_database(settings: Settings) -> Iterator[str]:
    """The address of a database that answers. An embedded server that was not running is stopped again at the end."""
    if settings.database_url is not None:
        yield settings.database_url
        return
    postgres = Postgres(settings.data_dir)
    if postgres.is_running():
        yield postgres.url
        return
    with postgres:
        yield postgres.url
