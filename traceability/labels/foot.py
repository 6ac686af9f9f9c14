"""The line at the foot of a label sheet: the public key of the tamper-evident log, for whoever wants to check and not ask us for the key."""

from nongso.settings import Settings
from nongso.text import say
from traceability.log.house import find_public


def foot(settings: Settings, lang: str) -> str:
    """The line, or "" where no log is kept."""
    log = find_public(settings.log_dir)
    return "" if log is None else say(lang, "label.foot", vkey=log.key, address=f"{settings.public_url}/log")
