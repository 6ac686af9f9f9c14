"""Home Assistant's MQTT discovery: devices announce themselves (see `discovery`), then speak on the topics they announced.

There is no time in a state: readings stand at their arrival and say so. A state whose template we do not read is never guessed at.
"""

from dataclasses import asdict
from typing import cast

import msgspec

from ingest.dialects import discovery, shape
from ingest.dialects.discovery import Entity
from ingest.dialects.uplink import Incoming, Said, Unreadable, Uplink
from nongso.readings import Reason

DEFAULTS = "homeassistant"
PART = "#"  # between a topic and a component of the device announced there: no topic that is published holds one


def filters(root: str) -> tuple[str, ...]:
    return (f"{root}/#",)


def configs(root: str) -> tuple[str, ...]:
    """The announcements, of which every collector must know."""
    return (f"{root}/+/+/config", f"{root}/+/+/+/config")


def read(incoming: Incoming) -> list[Uplink]:
    """A config is remembered, a state or an availability is read, other topics are not about us. Raises Unreadable."""
    if discovery.CONFIG.fullmatch(incoming.path):
        return announce(incoming)
    entities = concerned(incoming)
    available = {entity.sender: entity for entity in entities if entity.availability_topic == incoming.topic}
    if available:
        return [online(entity, incoming.payload) for entity in available.values()]
    speaking = [entity for entity in entities if entity.state_topic == incoming.topic]
    if speaking and incoming.retained:
        raise Unreadable(Reason.RETAINED)
    return states(speaking, incoming.payload)


def announce(incoming: Incoming) -> list[Uplink]:
    """An empty config deletes; one we cannot read forgets what was announced there before, and is refused.

    Of a device that has one component we cannot read the others hold; the message is refused all the same, so that somebody looks.
    """
    notebook, topic = incoming.notebook, incoming.topic
    for subject, _ in list(notebook.pages()):
        if subject == topic or subject.startswith(topic + PART):
            notebook.write(subject, None)
    if not incoming.payload:
        return []
    entities, fault = discovery.announced(incoming.path, incoming.payload)
    for key, entity in entities.items():
        notebook.write(topic + PART + key if key else topic, asdict(entity))
    if fault is not None:
        raise fault
    return []


def concerned(incoming: Incoming) -> list[Entity]:
    """The entities that this topic was announced for, always in the same order."""
    pages = sorted(incoming.notebook.pages())
    return [msgspec.convert(body, Entity) for _, body in pages if incoming.topic in topics_of(body)]


def topics_of(body: object) -> tuple[object, object]:
    announced = shape.table(body)
    return announced.get("state_topic"), announced.get("availability_topic")


def online(entity: Entity, payload: bytes) -> Uplink:
    words = {entity.available: True, entity.not_available: False}
    return Uplink(entity.sender, online=words.get(shape.text_of(payload)))


def states(entities: list[Entity], payload: bytes) -> list[Uplink]:
    """One topic may carry several values of a device, or of several."""
    senders = dict.fromkeys(entity.sender for entity in entities)
    return [
        Uplink(
            sender,
            said=tuple(state(entity, payload) for entity in entities if entity.sender == sender),
            defaults=DEFAULTS,
        )
        for sender in senders
    ]


def state(entity: Entity, payload: bytes) -> Said:
    value: object = shape.json_value(payload) if entity.path else shape.text_of(payload)
    for step in entity.path:
        value = cast("dict[str, object]", value).get(step) if isinstance(value, dict) else None
    if entity.switched:
        words: dict[object, object] = {entity.on: True, entity.off: False}
        value = words.get(value, value) if isinstance(value, str) else value
    return Said(entity.field, value, None, entity.unit, entity.hint)
