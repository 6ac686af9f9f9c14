"""Topics that name a device of ours and speak another form: our own over MQTT, and those under which HTTP and imports are kept.

`ns/v1/{tenant}/{device}/senml`, `…/raw`, `http/v1/{tenant}/{device}/{form}[/{boot}.{seq}]`, `hook/{integration}/{event}`. Only the first two are
ever subscribed to: the others reach the writer from programs that have checked who is speaking.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from ingest import topics
from ingest.dialects.uplink import Mark

HTTP_PREFIX, HOOK_PREFIX = "http/v1", "hook"
RESERVED_ROOTS = ("ns", "http", HOOK_PREFIX)
MARK = re.compile(r"([A-Za-z0-9_:-]{1,32})\.(\d{1,9})")
HOOK = re.compile(r"hook/(\d{1,9})/([a-z]{1,20})")


class Form(StrEnum):
    """What the payload is written in."""

    NATIVE = "native"
    SENML = topics.SENML
    RAW = topics.RAW  # a frame for the device's codec
    THINGSBOARD = "thingsboard"
    IMPORT = "import"  # native, of a file
    TYPED = "typed"  # native, of a file that people typed


@dataclass(frozen=True, slots=True)
class Address:
    """A device by its id, and the form it speaks. `tenant` is what the topic claims."""

    tenant: str
    device_id: str
    form: Form
    mark: Mark | None = None

    def __str__(self) -> str:
        mark = "" if self.mark is None else f"/{self.mark.boot}.{self.mark.seq}"
        return f"{HTTP_PREFIX}/{self.tenant}/{self.device_id}/{self.form}{mark}"


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook call: by which integration, about what."""

    integration_id: int
    event: str

    def __str__(self) -> str:
        return f"{HOOK_PREFIX}/{self.integration_id}/{self.event}"


def parse(topic: str) -> Address | None:
    """The device a topic names, None when it is no such topic."""
    parts = topic.split("/")
    if topic.startswith(f"{topics.PREFIX}/"):
        found = topics.parse(topic)
        spoken = found is not None and found.channel in (topics.SENML, topics.RAW)
        return Address(found.tenant, found.device_id, Form(found.channel)) if found and spoken else None
    if len(parts) not in (5, 6) or "/".join(parts[:2]) != HTTP_PREFIX or parts[4] not in Form.__members__.values():
        return None
    mark = MARK.fullmatch(parts[5]) if len(parts) == 6 else None
    return Address(parts[2], parts[3], Form(parts[4]), Mark(mark[1], int(mark[2])) if mark else None)


def parse_hook(topic: str) -> Hook | None:
    found = HOOK.fullmatch(topic)
    return Hook(int(found[1]), found[2]) if found else None
