"""`nongso epcis`: the hash ids of the events in a file, what is wrong with them, and the way into the office's book."""

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from nongso.errors import NotFound
from nongso.store.captures import Behaviour
from nongso.text import say
from traceability.epcis.capture_files import add_words, capture_files
from traceability.epcis.check import check
from traceability.epcis.document import Document
from traceability.epcis.event_hash import hash_id, pre_hash
from traceability.epcis.node import Node
from traceability.epcis.problem import Problem
from traceability.epcis.reader import read_stream


class NoFile(NotFound):
    """A file that is not there or cannot be read."""

    code = "epcis.no_file"


def epcis(argv: list[str]) -> int:
    """Runs the command: 0, or 1 when `check` found a problem. Raises NoFile and the errors of the reader and of capture_files."""
    options = parser().parse_args(argv)
    if options.word == "capture":
        documents = {path: document_in(path) for path in options.file}
        behaviour = Behaviour.PROCEED if options.proceed else Behaviour.ROLLBACK
        capture_files(documents, options.login, behaviour, options.json)
        return 0
    if options.word == "hash":
        print_hashes(options.file, pre_hash if options.prehash else hash_id)
        return 0
    found = [(path, problem) for path in options.file for problem in check(document_in(path))]
    (print_json if options.json else print_lines)(found)
    return 1 if found else 0


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="nongso epcis", description="EPCIS events: hash ids, checks, capture.")
    words = top.add_subparsers(dest="word", required=True)
    hashing = words.add_parser("hash", help="one ni: URI a line, in document order (CBV 2.0 §8.9)")
    hashing.add_argument("file", type=Path, nargs="+", help="EPCIS 2.0 JSON-LD or EPCIS XML")
    hashing.add_argument("--prehash", action="store_true", help="the strings that are hashed instead")
    checking = words.add_parser("check", help="every problem of every event; exit code 1 when there is one")
    checking.add_argument("file", type=Path, nargs="+", help="EPCIS 2.0 JSON-LD or EPCIS XML")
    checking.add_argument("--json", action="store_true", help="one JSON array of problems")
    add_words(words.add_parser("capture", help="store the events of files, each once"))
    return top


def document_in(path: Path) -> Document:
    """The document in a file. Raises NoFile and the errors of the reader."""
    try:
        with path.open("rb") as stream:
            return read_stream(stream)
    except OSError as error:
        raise NoFile(file=str(path), detail=error.strerror or "") from error


def print_hashes(paths: list[Path], spell: Callable[[Node, frozenset[str]], str]) -> None:
    for path in paths:
        document = document_in(path)
        for event in document.events:
            print(spell(event, document.ignored))


def print_json(found: list[tuple[Path, Problem]]) -> None:
    rows = [
        {
            "file": str(path),
            "type": f"epcisException:{problem.exception}",
            "path": problem.path,
            "reason": problem.reason.value,
            "found": problem.found,
            "title": sentence("en", problem),
        }
        for path, problem in found
    ]
    json.dump(rows, sys.stdout, ensure_ascii=False, indent=2)
    print()


def print_lines(found: list[tuple[Path, Problem]]) -> None:
    lang = os.environ.get("NONGSO_LANG", "vi")
    for path, problem in found:
        print(f"{path}: {problem.path or '/'}: {sentence(lang, problem)}")


def sentence(lang: str, problem: Problem) -> str:
    """The reason for a reader."""
    return say(lang, f"epcis.problem.{problem.reason}", found=problem.found)
