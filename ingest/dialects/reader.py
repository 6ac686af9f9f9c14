"""A batch of messages in any language, judged: whose each part is and what can be read of it. Whatever the bytes are, never an exception.

A message may speak of several devices; then it is judged in several parts, which stand together and count their items through.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from ingest import payload, topics
from ingest.dialects import address, raw, senml, shape, thingsboard
from ingest.dialects.address import Address, Form, Hook
from ingest.dialects.languages import LANGUAGES, Language
from ingest.dialects.notebook import Notebook
from ingest.dialects.readout import TRUSTED, read_out
from ingest.dialects.uplink import Incoming, Unreadable, Uplink
from ingest.directory import Directory, subjects
from ingest.judge import Judged, judge
from ingest.messages import Message
from ingest.moments import epoch_us
from ingest.payload import Frame
from ingest.registry import Registry
from nongso import store
from nongso.readings import Flag, Reason
from nongso.store.integrations import Integration, Remembered
from nongso.store.receptions import DeviceEvent, Reception
from nongso.store.senders import Sender

# A person vouches for the times of an import, so a device's day of registration does not bound them; a slip of the pen still does.
IMPORTS_FROM_US = epoch_us("2000-01-01T00:00:00Z") or 0


@dataclass(frozen=True, slots=True)
class Batch:
    """What a batch comes to. `told` is to be remembered in its transaction, `replies` to be published after COMMIT."""

    judged: list[Judged] = field(default_factory=list)
    receptions: list[Reception] = field(default_factory=list)
    events: list[DeviceEvent] = field(default_factory=list)
    told: list[Remembered] = field(default_factory=list)
    replies: list[tuple[str, bytes]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Heard:
    """A message that is not our own form: through which integration or under which address, the uplinks in it or why there are none."""

    integration: Integration | None = None
    address: Address | None = None
    uplinks: list[Uplink] = field(default_factory=list)
    refused: Frame = field(default_factory=Frame)

    @property
    def dialect(self) -> str:
        return str(self.address.form) if self.address else self.integration.kind if self.integration else "unknown"

    @property
    def names(self) -> set[str]:
        """Which devices it speaks of."""
        return {self.address.device_id} if self.address else {uplink.sender for uplink in self.uplinks}


def read(conn: store.Connection, registry: Registry, messages: Sequence[Message]) -> Batch:
    """Judge a batch. Raises StoreAway."""
    directory = registry.directory
    foreign = {place: message for place, message in enumerate(messages) if not is_ours(message.topic)}
    if foreign:
        directory.learn(conn, {message.topic for message in foreign.values() if address.parse(message.topic) is None})
    notebooks: dict[int, Notebook] = {}
    heard = {place: hear(message, directory, notebooks) for place, message in foreign.items()}
    directory.learn_senders(conn, {name for one in heard.values() for name in one.names})
    batch = Batch()
    for place, message in enumerate(messages):
        found = heard.get(place)
        if found is None:
            batch.judged.append(judge(message, registry))
        else:
            judged = numbered(parts(found, message, registry, batch))
            batch.judged.extend(replace(one, dialect=found.dialect) for one in judged)
    for integration_id, notebook in notebooks.items():
        batch.told.extend(Remembered(integration_id, *page) for page in notebook.written.items())
        batch.replies.extend(notebook.replies)
    return batch


def is_ours(topic: str) -> bool:
    """Whether it is for `judge`: on our topics everything but SenML and raw frames."""
    found = topics.parse(topic)
    return found is not None and found.channel not in (topics.SENML, topics.RAW)


def hear(message: Message, directory: Directory, notebooks: dict[int, Notebook]) -> Heard:
    """Who speaks and what, or why nobody can be heard."""
    addressed = address.parse(message.topic)
    hook = address.parse_hook(message.topic)
    integration = directory.find_integration(hook.integration_id) if hook else directory.listening(message.topic)
    try:
        if len(message.payload) > payload.MAX_BYTES:
            raise Unreadable(Reason.TOO_LARGE, len(message.payload))
        if addressed is not None:
            return Heard(address=addressed, uplinks=uplinks_of(addressed, message))
        if integration is None:
            raise Unreadable(Reason.BAD_TOPIC, message.topic)
        return Heard(integration, uplinks=overheard(integration, message, hook, directory, notebooks))
    except Unreadable as fault:
        return Heard(integration, addressed, refused=payload.refusal(fault.reason, fault.detail))


def uplinks_of(found: Address, message: Message) -> list[Uplink]:
    """What a device says of itself in a form that is not ours; ours is read when the device is known. Raises Unreadable."""
    if message.retained:
        raise Unreadable(Reason.RETAINED)
    if found.form is Form.SENML:
        return [senml.read_device(found.device_id, message.payload, message.received_us, found.mark)]
    if found.form is Form.RAW:
        return [raw.read_device(found.device_id, message.payload)]
    if found.form is Form.THINGSBOARD:
        return [thingsboard.read_device(found.device_id, message.payload, found.mark)]
    return []


def overheard(
    integration: Integration,
    message: Message,
    hook: Hook | None,
    directory: Directory,
    notebooks: dict[int, Notebook],
) -> list[Uplink]:
    """What came by way of an integration. Raises Unreadable."""
    language = LANGUAGES[integration.kind]
    incoming = Incoming(
        topic=message.topic,
        path=hook.event if hook else below(message.topic, integration.root),
        payload=message.payload,
        received_us=message.received_us,
        retained=message.retained,
        zone=integration.zone,
        notebook=notebook_of(integration, language, directory, notebooks),
    )
    return language.read(incoming)


def below(topic: str, root: str | None) -> str:
    """The topic below a root; nothing for one that is elsewhere."""
    return topic.removeprefix(f"{root}/") if topic.startswith(f"{root}/") else ""


def notebook_of(
    integration: Integration, language: Language, directory: Directory, notebooks: dict[int, Notebook]
) -> Notebook:
    if language.heard_by_all is None:
        return Notebook()
    if integration.id not in notebooks:
        notebooks[integration.id] = Notebook(subjects(directory.memory, integration.id))
    return notebooks[integration.id]


def parts(found: Heard, message: Message, registry: Registry, batch: Batch) -> list[Judged]:
    """A judgement for each device that speaks; one without a device where nobody does."""
    if found.address is not None:
        return [judge_address(found, found.address, message, registry, batch)]
    if found.integration is None:
        return [Judged(message, frame=found.refused)]
    office_id, directory = found.integration.office_id, registry.directory
    judged = [judge_uplink(office_id, uplink, message, directory, batch) for uplink in found.uplinks]
    return judged or [Judged(message, office_id=office_id, frame=found.refused)]


def judge_address(found: Heard, spoken_of: Address, message: Message, registry: Registry, batch: Batch) -> Judged:
    sender = registry.directory.find_by_id(spoken_of.device_id)
    if sender is None:
        office_id = registry.find_office_id(spoken_of.tenant)
        return Judged(message, office_id=office_id, frame=payload.refusal(Reason.UNKNOWN_DEVICE, spoken_of.device_id))
    device = sender.device
    if device.revoked or device.tenant != spoken_of.tenant:
        reason = Reason.REVOKED_DEVICE if device.revoked else Reason.WRONG_TENANT
        return refused(message, sender, payload.refusal(reason, spoken_of.tenant))
    if found.refused.rejections:
        return refused(message, sender, found.refused)
    if found.uplinks:
        return judge_sender(found.uplinks[0], sender, message, registry.directory, batch)
    try:
        return Judged(message, device, device.office_id, device.device_id, native(spoken_of, sender, message))
    except Unreadable as fault:
        return refused(message, sender, payload.refusal(fault.reason, fault.detail))


def refused(message: Message, sender: Sender, frame: Frame) -> Judged:
    return Judged(message, office_id=sender.device.office_id, device_id=sender.device.device_id, frame=frame)


def native(found: Address, sender: Sender, message: Message) -> Frame:
    """Our own form, come by HTTP or from a file. Raises Unreadable."""
    body = shape.json_object(message.payload)
    if found.mark is not None and "boot" not in body:
        body |= {"boot": found.mark.boot, "seq": found.mark.seq}
    if found.form is Form.NATIVE:
        return payload.understand(body, message.received_us, sender.device.accept_from_us)
    frame = payload.understand(body, message.received_us, IMPORTS_FROM_US, TRUSTED)
    if found.form is Form.IMPORT:
        return frame
    return replace(frame, samples=[one._replace(flags=one.flags | Flag.MANUAL) for one in frame.samples])


def judge_uplink(office_id: int, uplink: Uplink, message: Message, directory: Directory, batch: Batch) -> Judged:
    sender = directory.find_sender(office_id, uplink.sender)
    if sender is None:
        silent = Judged(message, office_id=office_id)
        return (
            replace(silent, frame=payload.refusal(Reason.UNKNOWN_DEVICE, uplink.sender)) if speaks(uplink) else silent
        )
    if sender.device.revoked:
        return refused(message, sender, payload.refusal(Reason.REVOKED_DEVICE, uplink.sender))
    return judge_sender(uplink, sender, message, directory, batch)


def speaks(uplink: Uplink) -> bool:
    """Whether there is more in it than that somebody is there or gone."""
    return bool(uplink.said or uplink.normalized or uplink.frame or uplink.events or uplink.refusals)


def judge_sender(uplink: Uplink, sender: Sender, message: Message, directory: Directory, batch: Batch) -> Judged:
    device = sender.device
    frame, events = read_out(uplink, sender, message.received_us, directory.shelf.find)
    batch.events.extend(events)
    batch.receptions.extend(
        Reception(device.device_id, one.gateway_id, device.office_id, message.received_us, one.rssi, one.snr)
        for one in uplink.gateways
        if one.gateway_id
    )
    return Judged(message, device, device.office_id, device.device_id, frame, uplink.online)


def numbered(parts: Iterable[Judged]) -> list[Judged]:
    """The parts of one message with the positions of their rejections counted through."""
    judged = list(parts)
    if len(judged) == 1:
        return judged
    first, counted = 0, list[Judged]()
    for place, part in enumerate(judged):
        moved = [replace(one, position=first + max(one.position, 0)) for one in part.frame.rejections]
        counted.append(replace(part, frame=replace(part.frame, rejections=moved), part=place))
        first += part.frame.items
    return counted
