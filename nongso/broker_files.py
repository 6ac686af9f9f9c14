"""Mosquitto's `passwd` and `acl` made from the register: every live secret, and who may use whose topics."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from nongso import store
from nongso.mosquitto import own_topics, user_name, write_files
from nongso.store import integrations, rotations
from nongso.store.integrations import Integration, broker_user
from nongso.store.rotations import BrokerUser, Child


def bring_up_to_date(conn: store.Connection, folder: Path, server: tuple[str, str] | None) -> int:
    """Write both files where they differ from the register; how many secrets are in them. `server`: the house's own user and secret.

    An id with a colon is left out: the colon ends the user name in Mosquitto's file.
    """
    users = [user for user in rotations.list_broker_users(conn) if ":" not in user.device_id]
    spoken = [one for one in integrations.list_integrations(conn) if one.pass_hash is not None and one.root is not None]
    entries = [(user_name(user.device_id, user.slot), user.secret_hash) for user in users]
    entries += [(broker_user(one.id), one.pass_hash or "") for one in spoken]
    blocks = [rules(users, rotations.list_children(conn)), *map(integration_rules, spoken)]
    if server is not None and spoken:
        blocks.append(reading_rules(server[0], spoken))
    write_files(folder, entries, server, "\n".join(filter(None, blocks)))
    return len(entries)


def integration_rules(integration: Integration) -> str:
    """A network server, a gateway or an office's devices of another make keep to their own topics."""
    lines = (f"topic readwrite {root}/#\n" for root in integration.roots)
    return f"user {broker_user(integration.id)}\n{''.join(lines)}"


def reading_rules(server_user: str, spoken: Iterable[Integration]) -> str:
    """The house reads what every integration says, and may ask an edge node of Sparkplug to be born again."""
    found = list(spoken)
    lines = [f"topic read {root}/#\n" for one in found for root in one.roots]
    lines += ["topic write spBv1.0/+/NCMD/+\n"] if any(one.kind == "sparkplug" for one in found) else []
    return f"user {server_user}\n{''.join(lines)}"


def rules(users: Iterable[BrokerUser], children: Iterable[Child]) -> str:
    """What the pattern for user name = device id does not give: second names and gateways get their topics one by one."""
    served: dict[str, list[Child]] = defaultdict(list)
    for child in children:
        served[child.gateway_id].append(child)
    blocks = []
    for user in users:
        topics = [own_topics(user.tenant, user.device_id)] if user.slot == "b" else []
        topics += [own_topics(child.tenant, child.device_id) for child in served[user.device_id]]
        if topics:
            blocks.append(f"user {user_name(user.device_id, user.slot)}\n{''.join(topics)}")
    return "\n".join(blocks)
