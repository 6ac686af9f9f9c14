"""Keeps Mosquitto's password and access files level with the register of devices: a revoked device is out within seconds."""

from datetime import datetime

from nongso import store
from nongso.mosquitto import write_files
from nongso.settings import Settings
from nongso.store import devices


def write(settings: Settings, pool: store.Pool, now: datetime) -> None:
    """Write both files into the folder of the settings, when they changed."""
    assert settings.broker_auth_dir is not None
    with store.connection(pool) as conn:
        entries = [(entry.device_id, entry.secret_hash) for entry in devices.list_credentials(conn)]
    write_files(settings.broker_auth_dir, entries, settings.broker_user)
