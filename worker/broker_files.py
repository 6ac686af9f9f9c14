"""Keeps Mosquitto's password and access files level with the register of devices: a revoked device is out within seconds."""

from datetime import datetime

from nongso import store
from nongso.broker_files import bring_up_to_date
from nongso.settings import Settings


def write(settings: Settings, pool: store.Pool, now: datetime) -> None:
    """Write both files into the folder of the settings, when they changed."""
    assert settings.broker_auth_dir is not None
    with store.connection(pool) as conn:
        bring_up_to_date(conn, settings.broker_auth_dir, settings.broker_user)
