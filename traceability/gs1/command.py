"""`nongso gs1 parse|build|urn|compress|decompress`: Digital Links, and what says the same, on the command line."""

import argparse
import json

from traceability.gs1 import compression, digits, epc, link
from traceability.gs1.elements import Element, parse_bracketed, write_bracketed
from traceability.gs1.identifiers import get_identifier
from traceability.gs1.link import DigitalLink


def gs1(argv: list[str]) -> int:
    """Runs one subcommand; a bad URI or value rises as an InvalidInput and becomes exit code 2."""
    arguments = parser().parse_args(argv)
    if arguments.command == "parse":
        print(json.dumps(as_json(read(arguments.uri)), ensure_ascii=False, indent=2))
        return 0
    uri = written(arguments)
    print(json.dumps({"uri": uri}) if arguments.json else uri)
    return 0


def read(text: str) -> DigitalLink:
    """A Digital Link, or what says the same: an EPC URN, or an element string as people write it, `(01)09520123456788(10)LO1`."""
    if text.startswith("("):
        return link.parse(link.build(parse_bracketed(text)))
    return link.parse(epc.to_link(text) if text.startswith("urn:") else text)


def written(arguments: argparse.Namespace) -> str:
    """The URI that `build`, `urn`, `compress` or `decompress` answers with."""
    if arguments.command == "urn":
        return epc.to_urn(read(arguments.uri), arguments.prefix_length)
    if arguments.command == "decompress":
        return compression.decompress(arguments.uri)
    if arguments.command == "compress":
        target = link.parse(arguments.uri)
        return compression.compress(target, f"https://{target.host}{target.stem}")
    return link.build(elements_of(arguments), stem_of(arguments.host))


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="nongso gs1", description="Read and write GS1 Digital Link URIs.")
    commands = top.add_subparsers(dest="command", required=True)
    for name, help_text in (
        ("parse", "print what a URI says, as JSON; an EPC URN or an element string in brackets will do too"),
        ("urn", "print the EPC URN that says the same"),
        ("compress", "print the compressed form of a URI"),
        ("decompress", "print the plain form of a compressed URI"),
    ):
        command = commands.add_parser(name, help=help_text)
        command.add_argument("uri")
        command.add_argument("--json", action="store_true")
        if name == "urn":
            command.add_argument("--prefix-length", type=int, required=True, help="digits of the GS1 company prefix")
    build = commands.add_parser("build", help="print the URI of a product, lot or item")
    build.add_argument("--gtin", required=True, help="GTIN of 8, 12, 13 or 14 digits")
    build.add_argument("--lot")
    build.add_argument("--serial")
    build.add_argument(
        "--ai", action="append", default=[], metavar="AI=VALUE", help="any other identifier, such as 3103=001250"
    )
    build.add_argument("--host", default="id.gs1.org", help="host, or scheme and host and stem")
    build.add_argument("--json", action="store_true")
    return top


def elements_of(arguments: argparse.Namespace) -> list[Element]:
    """The elements that the switches name, in the order GTIN, lot, serial, others."""
    elements = [Element("01", digits.gtin_14(arguments.gtin))]
    elements += [
        Element(ai, value) for ai, value in (("10", arguments.lot), ("21", arguments.serial)) if value is not None
    ]
    for pair in arguments.ai:
        ai, _, value = pair.partition("=")
        elements.append(Element(ai, value))
    return elements


def stem_of(host: str) -> str:
    return host if "://" in host else f"https://{host}"


def as_json(target: DigitalLink) -> dict[str, object]:
    return {
        "host": target.host,
        "stem": target.stem,
        "key": element_json(target.key),
        "qualifiers": [element_json(element) for element in target.qualifiers],
        "attributes": [element_json(element) for element in target.attributes],
        "other": list(target.other),
        "element_string": write_bracketed(target.elements),
        "canonical": link.build(target.elements),
    }


def element_json(element: Element) -> dict[str, str]:
    return {"ai": element.ai, "title": get_identifier(element.ai).title, "value": element.value}
