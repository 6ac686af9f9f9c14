"""Mosquitto's `passwd` and `acl` made from the register: every live secret, and who may use whose topics."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from nongso import store
from nongso.mosquitto import own_topics, user_name, write_files
from nongso.store import rotations
from nongso.store.rotations import BrokerUser, Child


def bring_up_to_date(conn: store.Connection, folder: Path, server: tuple[str, str] | None) -> int:
    """Write both files where they differ from the register; how many secrets are in them. `server`: the house's own user and secret.

    An id with a colon is left out: the colon ends the user name in Mosquitto's file.
    """
    users = [user for user in rotations.list_broker_users(conn) if ":" not in user.device_id]
    entries = [(user_name(user.device_id, user.slot), user.secret_hash) for user in users]
    write_files(folder, entries, server, rules(users, rotations.list_children(conn)))
    return len(entries)


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
