"""What a program did, for whoever operates it: one logfmt line an event on stderr, names and values, never a payload or a secret."""

import sys

from nongso.clock import utc_now


def note(event: str, **values: object) -> None:
    """Write one event, such as `note("ingest.started", client="a")`."""
    fields = "".join(f" {name}={quoted(value)}" for name, value in values.items())
    sys.stderr.write(f"{utc_now():%Y-%m-%dT%H:%M:%S.%fZ} event={event}{fields}\n")
    sys.stderr.flush()


def quoted(value: object) -> str:
    """A value as logfmt: quoted where it would fall apart."""
    text = f"{value:.3f}" if isinstance(value, float) else str(value)
    if text and not any(character in text for character in ' "=\n\t'):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
