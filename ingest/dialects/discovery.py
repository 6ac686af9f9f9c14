"""Home Assistant's discovery message: a retained config that says which topic carries which value of which device.

One config announces one value, or a whole device with all its components, which share what stands beside them.
Source: Home Assistant's MQTT integration: discovery topics, device discovery, abbreviations, `~`; only simple value templates are read.
"""

import re
from dataclasses import dataclass

from ingest.dialects import shape
from ingest.dialects.uplink import Unreadable
from nongso.readings import Reason

CONFIG = re.compile(r"([^/]+)/(?:([^/]+)/)?([^/]+)/config")
DEVICE = "device"
MOST_COMPONENTS = 100
TAKEN = frozenset({"sensor", "binary_sensor", "switch", "valve"})
ABBREVIATIONS = {
    "avty": "availability", "avty_t": "availability_topic", "cmps": "components", "dev": "device", "dev_cla": "device_class",
    "ids": "identifiers", "obj_id": "object_id", "p": "platform", "pl_avail": "payload_available", "pl_not_avail": "payload_not_available",
    "pl_off": "payload_off", "pl_on": "payload_on", "stat_cla": "state_class", "stat_t": "state_topic", "t": "topic",
    "uniq_id": "unique_id", "unit_of_meas": "unit_of_measurement", "val_tpl": "value_template",
}  # fmt: skip
TEMPLATE = re.compile(r"""\{\{\s*value(?P<json>_json(?P<path>(\.\w+|\[\s*(["'])[^"'\]]+\4\s*\])+))?\s*\}\}""")
STEP = re.compile(r"""\.(\w+)|\[\s*["']([^"'\]]+)["']\s*\]""")


@dataclass(frozen=True, slots=True)
class Entity:
    """One announced value. `path`: where it is in a JSON state, empty for a bare one; `on` and `off`: how a switch writes itself."""

    sender: str
    field: str
    state_topic: str
    path: tuple[str, ...] = ()
    unit: str | None = None
    hint: str | None = None
    availability_topic: str = ""
    available: str = "online"
    not_available: str = "offline"
    on: str = "ON"
    off: str = "OFF"
    switched: bool = False


def announced(path: str, payload: bytes) -> tuple[dict[str, Entity], Unreadable | None]:
    """The entities of a config message, each by its name in it, and why one of them is missing. Raises Unreadable for no JSON."""
    found = CONFIG.fullmatch(path)
    assert found is not None  # the caller looked
    component, node, name = found.groups()
    if component not in (*TAKEN, DEVICE):
        return {}, None
    body = expanded(shape.json_object(payload))
    parts = components(body) if component == DEVICE else {"": (component, name, body)}
    entities: dict[str, Entity] = {}
    fault: Unreadable | None = None
    for key, (kind, own_name, told) in parts.items():
        try:
            if kind in TAKEN:
                entities[key] = entity(told, kind, node or name, own_name)
        except Unreadable as why:
            fault = fault or why
    return entities, fault


def components(body: dict[str, object]) -> dict[str, tuple[str, str, dict[str, object]]]:
    """Kind, name and options of each component of a device; its own options go before the shared ones. Raises Unreadable."""
    told = shape.table(body.get("components"))
    if not told or len(told) > MOST_COMPONENTS:
        raise Unreadable(Reason.BAD_FORM, "components")
    shared = {key: value for key, value in body.items() if key != "components"}
    found: dict[str, tuple[str, str, dict[str, object]]] = {}
    for key, options in told.items():
        own = expanded({"~": body.get("~"), **shape.table(options)})
        if own.keys() - {"platform", "~"}:  # a platform alone takes the component away
            found[shape.clean(key)] = shape.name(own.get("platform")), key, {**shared, **own}
    return found


def entity(body: dict[str, object], component: str, node: str, name: str) -> Entity:
    """Raises Unreadable for a topic with wildcards and for a template that would have to be guessed at."""
    state_topic = shape.name(body.get("state_topic"))
    if not state_topic or "+" in state_topic or "#" in state_topic:
        raise Unreadable(Reason.BAD_FORM, "state_topic")
    device_class, state_class = shape.name(body.get("device_class")), shape.name(body.get("state_class"))
    switched = component != "sensor"
    return Entity(
        sender=identifier(body) or shape.clean(node),
        field=shape.name(body.get("object_id")) or shape.clean(name),
        state_topic=state_topic,
        path=template_path(body.get("value_template")),
        unit=shape.name(body.get("unit_of_measurement")) or None,
        hint=f"{component}.{device_class}" + (".total" if state_class == "total_increasing" else ""),
        availability_topic=shape.name(body.get("availability_topic")),
        available=shape.name(body.get("payload_available")) or "online",
        not_available=shape.name(body.get("payload_not_available")) or "offline",
        on=shape.name(body.get("payload_on")) or ("open" if component == "valve" else "ON"),
        off=shape.name(body.get("payload_off")) or ("closed" if component == "valve" else "OFF"),
        switched=switched,
    )


def expanded(body: dict[str, object]) -> dict[str, object]:
    """Full names for abbreviations, and the base topic in place of `~` at the beginning or the end of a topic."""
    full = {ABBREVIATIONS.get(key, key): value for key, value in body.items()}
    base = shape.name(full.get("~"))
    for key, value in full.items():
        if key.endswith("_topic") and isinstance(value, str) and base:
            full[key] = base + value[1:] if value.startswith("~") else re.sub("~$", lambda _: base, value)
    return full


def identifier(body: dict[str, object]) -> str:
    """The first identifier of the device, which may be written alone or in an array."""
    device = {ABBREVIATIONS.get(key, key): value for key, value in shape.table(body.get("device")).items()}
    identifiers = device.get("identifiers")
    return shape.name(next(iter(shape.row(identifiers)), identifiers))


def template_path(template: object) -> tuple[str, ...]:
    """`{{ value_json.a.b }}` and `{{ value_json['a'] }}` as a path, `{{ value }}` and nothing as none. Raises Unreadable."""
    if template is None:
        return ()
    found = TEMPLATE.fullmatch(template.strip()) if isinstance(template, str) else None
    if found is None:
        raise Unreadable(Reason.UNSUPPORTED, template)
    return tuple(shape.clean(step[1] or step[2]) for step in STEP.finditer(found["path"] or ""))
