"""What a message is, before any of it is stored: whose, on which channel, and what can be read of it. Pure."""

from dataclasses import dataclass, field

import msgspec

from ingest import payload, topics
from ingest.messages import Message
from ingest.payload import Frame
from ingest.registry import Registry
from nongso.readings import Flag, Reason
from nongso.store.contacts import Registered

CLOCKLESS = int(Flag.NO_TIME | Flag.CLOCK)  # whole, because `&` of two flags calls Python for every reading


@dataclass(frozen=True, slots=True)
class Judged:
    """A message and what it says. `device` is known only where the registry agrees with the topic; `online` only from a status."""

    message: Message
    device: Registered | None = None
    office_id: int | None = None
    device_id: str | None = None  # registered under this id, though perhaps not to speak here
    frame: Frame = field(default_factory=Frame)
    online: bool | None = None
    dialect: str = "native"
    part: int = 0  # of a message that speaks of several devices; 0 begins it

    @property
    def is_clockless(self) -> bool:
        """Its readings stand at the time of arrival, so only (boot, seq) can tell a repeat from a new one."""
        return any(sample.flags & CLOCKLESS for sample in self.frame.samples)


def judge(message: Message, registry: Registry) -> Judged:
    topic = topics.parse(message.topic)
    if topic is None or topic.channel not in (topics.UP, topics.STATUS):
        return Judged(message, frame=payload.refusal(Reason.BAD_TOPIC, message.topic))
    entry = registry.find_device(topic.device_id)
    if entry is None:
        office_id = registry.find_office_id(topic.tenant)
        return Judged(message, office_id=office_id, frame=payload.refusal(Reason.UNKNOWN_DEVICE, topic.device_id))
    reason = objection(message, topic, entry)
    if reason is not None:
        return Judged(
            message, office_id=entry.office_id, device_id=entry.device_id, frame=payload.refusal(reason, topic.tenant)
        )
    if topic.channel == topics.STATUS:
        return judge_status(message, entry)
    frame = payload.decode(message.payload, message.received_us, entry.accept_from_us)
    return Judged(message, entry, entry.office_id, entry.device_id, frame)


def objection(message: Message, topic: topics.Topic, entry: Registered) -> Reason | None:
    """Why this device may not say this here."""
    if entry.tenant != topic.tenant:
        return Reason.WRONG_TENANT
    if entry.revoked:
        return Reason.REVOKED_DEVICE
    if message.retained and topic.channel == topics.UP:
        return (
            Reason.RETAINED
        )  # the broker's memory of a reading, told again at every reconnect: nobody observed it now
    return None


def judge_status(message: Message, entry: Registered) -> Judged:
    """Birth and last will: `{"online": true}`. An empty one only clears the broker's memory."""
    online: object = None
    if message.payload:
        try:
            body = msgspec.json.decode(message.payload)
        except (ValueError, RecursionError) as fault:
            return Judged(message, entry, entry.office_id, entry.device_id, payload.refusal(Reason.BAD_JSON, fault))
        online = body.get("online") if isinstance(body, dict) else None
    return Judged(message, entry, entry.office_id, entry.device_id, online=online if isinstance(online, bool) else None)
