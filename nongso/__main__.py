"""The `nongso` command: finds the word among the entry points of all rooms, runs it, turns errors into one line and exit code 2."""

import os
import sys
from importlib.metadata import EntryPoint, entry_points

from nongso.errors import InvalidInput, NongsoError
from nongso.text import find, say

BAD_INPUT = 2
INTERRUPTED = 130


class UnknownCommand(InvalidInput):
    code = "command.unknown"


def main(argv: list[str] | None = None) -> int:
    """Run one command; 0 done, 1 the command's own "no", 2 bad input with one clear line, 130 stopped by Ctrl-C."""
    words = sys.argv[1:] if argv is None else argv
    lang = os.environ.get("NONGSO_LANG", "vi")
    commands = {entry.name: entry for entry in entry_points(group="nongso.commands")}
    if not words or words[0] in ("-h", "--help", "help"):
        print(overview(lang, sorted(commands)))
        return 0
    try:
        return run(commands, words[0], words[1:])
    except NongsoError as fault:
        print(f"nongso: {sentence(lang, fault)}", file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output has gone; nothing is wrong
        sys.stderr.close()
        return 0


def run(commands: dict[str, EntryPoint], word: str, argv: list[str]) -> int:
    entry = commands.get(word)
    if entry is None:
        raise UnknownCommand(command=word)
    return entry.load()(argv)


def overview(lang: str, names: list[str]) -> str:
    """All commands, a line each, in the reader's language."""
    width = max(map(len, names), default=0)
    lines = [f"  {name:<{width}}  {find(lang, f'command.{name}') or ''}".rstrip() for name in names]
    return "\n".join([say(lang, "command.usage"), "", *lines])


def sentence(lang: str, fault: NongsoError) -> str:
    """What to tell a person about an error."""
    return say(lang, f"error.{fault.code}", **fault.values)


if __name__ == "__main__":
    sys.exit(main())
