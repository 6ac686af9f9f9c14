"""`nongso integration`: offices switch other systems on and off, and say how their devices are called and read there.

Makers' own decoders are put in here too: from then on every collector reads the frames of devices linked to them.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from ingest import codecs
from ingest.codecs import script as scripts
from ingest.codecs.frame import CodecError
from ingest.dialects import fields, lorawan
from ingest.dialects.address import RESERVED_ROOTS
from ingest.dialects.languages import LANGUAGES, Language, subscriptions
from nongso import store
from nongso.clock import utc_now
from nongso.commands.database import open_database
from nongso.errors import InvalidInput
from nongso.mosquitto import password_hash
from nongso.settings import Settings
from nongso.store import audit_lines, codec_scripts, integrations, senders
from nongso.store.integrations import Integration, IntegrationDraft, NoIntegration, broker_user
from nongso.store.senders import Link
from nongso.text import say
from nongso.text.format import moment
from nongso.tokens import new_token, token_hash

ZONE = "Asia/Ho_Chi_Minh"


class UnknownKind(InvalidInput):
    code = "integration.unknown_kind"


class NoRoot(InvalidInput):
    """The kind has no usual beginning of its topics."""

    code = "integration.no_root"


class BadRoot(InvalidInput):
    """The house's own topics, or no plain topic at all."""

    code = "integration.bad_root"


class BadZone(InvalidInput):
    code = "integration.bad_zone"


class NameTaken(CodecError):
    """A built-in codec is called so."""

    code = "codec.name_taken"


def integration(argv: list[str]) -> int:
    """The command. Raises what its parts raise."""
    chosen = parse(argv)
    settings = Settings.from_env(os.environ)
    with open_database(settings) as url, store.connect(url) as conn:
        for line in chosen.run(conn, chosen, settings.lang):
            sys.stdout.write(f"{line}\n")
    return 0


def parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="nongso integration")
    deeds = parser.add_subparsers(required=True)
    deed = deeds.add_parser("add", help="switch a system on; its key is printed once")
    deed.add_argument("kind", help=" | ".join(LANGUAGES))
    deed.add_argument("--office", required=True, metavar="SLUG")
    deed.add_argument("--root", metavar="TOPIC", help="where its MQTT topics begin (default: the kind's usual one)")
    deed.add_argument("--states", metavar="TOPIC", help="where announced states begin, if not below the root too")
    deed.add_argument("--webhook-only", action="store_true", help="nothing over MQTT")
    deed.add_argument("--zone", default=ZONE, help="of times without an offset")
    deed.add_argument("--json", action="store_true")
    deed.set_defaults(run=add)
    deed = deeds.add_parser("list", help="what is switched on")
    deed.add_argument("--json", action="store_true")
    deed.set_defaults(run=listed)
    deed = deeds.add_parser("remove", help="switch a system off")
    deed.add_argument("id", type=int)
    deed.set_defaults(run=remove)
    deed = deeds.add_parser("link", help="say how a device is called and read elsewhere")
    deed.add_argument("device")
    deed.add_argument("--name", help="its name there: DevEUI, Tasmota topic, group/node/device")
    deed.add_argument("--codec", help="reads its raw frames: one of nongso decode --list, or one that was put in")
    deed.add_argument("--fields", metavar="MAP", help="what its fields mean: a TOML file or a shipped map")
    deed.set_defaults(run=link)
    deed = deeds.add_parser(
        "codec", help="put in a maker's JavaScript decoder, once its test vectors pass; or a newer version of it"
    )
    deed.add_argument("script", type=Path, help="its TOML description, the JavaScript beside it (docs/codecs.md)")
    deed.set_defaults(run=put_codec)
    deed = deeds.add_parser("codecs", help="the decoders that were put in")
    deed.add_argument("--json", action="store_true")
    deed.set_defaults(run=list_codecs)
    deed = deeds.add_parser("remove-codec", help="take a decoder out that no device is read with")
    deed.add_argument("name")
    deed.set_defaults(run=remove_codec)
    return parser.parse_args(argv)


def add(conn: store.Connection, chosen: argparse.Namespace, lang: str) -> list[str]:
    key = new_token()
    draft = drafted(chosen, key)
    added = integrations.insert(conn, chosen.office, draft, utc_now())
    one = get(conn, added)
    audit_lines.insert_by_command(conn, one.office_id, "integration.add", str(added))
    if chosen.json:
        return [json.dumps({**shown(one), "key": key})]
    lines = [say(lang, "integration.added", id=added, kind=one.kind)]
    if one.root is not None:
        lines.append(say(lang, "integration.topics", topics=", ".join(sorted(subscriptions([one], None)))))
        lines.append(say(lang, "integration.broker_user", user=broker_user(added)))
    return [*lines, say(lang, "integration.key", secret=key)]


def drafted(chosen: argparse.Namespace, key: str) -> IntegrationDraft:
    language = LANGUAGES.get(chosen.kind)
    if language is None:
        raise UnknownKind(kind=chosen.kind, known=", ".join(LANGUAGES))
    try:
        ZoneInfo(chosen.zone)
    except (ZoneInfoNotFoundError, ValueError) as fault:
        raise BadZone(zone=chosen.zone) from fault
    root = root_of(language, chosen.root, chosen.webhook_only)
    return IntegrationDraft(chosen.kind, root, checked(chosen.states), chosen.zone, token_hash(key), password_hash(key))


def root_of(language: Language, asked: str | None, webhook_only: bool) -> str | None:
    if webhook_only and language.hooked:
        return None
    root = checked(asked or language.root)
    if root is None:
        raise NoRoot(kind=language.kind)
    return root


def checked(root: str | None) -> str | None:
    """Raises BadRoot."""
    if root is None:
        return None
    plain = root and not root.startswith("$") and not root.endswith("/") and not set("+#\0") & set(root)
    if not plain or root.split("/")[0] in RESERVED_ROOTS:
        raise BadRoot(root=root)
    return root


def get(conn: store.Connection, integration_id: int) -> Integration:
    """Raises NoIntegration."""
    found = next((one for one in integrations.list_integrations(conn) if one.id == integration_id), None)
    if found is None:
        raise NoIntegration(id=integration_id)
    return found


def listed(conn: store.Connection, chosen: argparse.Namespace, lang: str) -> Iterable[str]:
    known = [one for one in integrations.list_integrations(conn) if not one.removed]
    if chosen.json:
        return [json.dumps([shown(one) for one in known])]
    rows = [f"{one.id}  {one.kind}  {one.tenant}  {one.root or '-'}  {one.zone}" for one in known]
    return rows or [say(lang, "integration.none")]


def shown(one: Integration) -> dict[str, object]:
    hidden = ("pass_hash", "removed", "office_id")
    return {name: value for name, value in asdict(one).items() if name not in hidden}


def remove(conn: store.Connection, chosen: argparse.Namespace, lang: str) -> list[str]:
    one = get(conn, chosen.id)
    integrations.remove(conn, one.id, utc_now())
    audit_lines.insert_by_command(conn, one.office_id, "integration.remove", str(one.id))
    return [say(lang, "integration.removed", id=one.id)]


def link(conn: store.Connection, chosen: argparse.Namespace, lang: str) -> list[str]:
    codec = known_codec(conn, chosen.codec) if chosen.codec else None
    meanings = fields.load(chosen.fields) if chosen.fields else None
    name = lorawan.eui(chosen.name) or chosen.name
    office_id = senders.link(conn, chosen.device, Link(name, codec, meanings))
    audit_lines.insert_by_command(conn, office_id, "device.link", chosen.device)
    return [say(lang, "integration.linked", device=chosen.device)]


def known_codec(conn: store.Connection, name: str) -> str:
    """Raises UnknownCodec for what is neither built in nor put in."""
    return name if name in {one.name for one in codec_scripts.list_scripts(conn)} else codecs.get(name).name


def put_codec(conn: store.Connection, chosen: argparse.Namespace, lang: str) -> list[str]:
    """Raises what the script and its vectors raise, and NameTaken."""
    loaded = scripts.load(chosen.script)
    if loaded.name in codecs.BUILT_IN:
        raise NameTaken(codec=loaded.name)
    codec = scripts.activate(loaded)
    codec_scripts.put(conn, codec.name, codec.version, msgspec.to_builtins(loaded), utc_now())
    return [say(lang, "integration.codec_put", codec=codec.name, version=codec.version, count=len(loaded.vector))]


def list_codecs(conn: store.Connection, chosen: argparse.Namespace, lang: str) -> list[str]:
    known = codec_scripts.list_scripts(conn)
    if chosen.json:
        rows = [{"name": one.name, "version": one.version, "put_at": one.put_at.isoformat()} for one in known]
        return [json.dumps(rows)]
    return [f"{one.name}  {one.version}  {moment(lang, one.put_at)}" for one in known] or [
        say(lang, "integration.no_codecs")
    ]


def remove_codec(conn: store.Connection, chosen: argparse.Namespace, lang: str) -> list[str]:
    codec_scripts.remove(conn, chosen.name)
    return [say(lang, "integration.codec_removed", codec=chosen.name)]
