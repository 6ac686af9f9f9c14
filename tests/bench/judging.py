"""What a message costs the collector's processor before the database is asked, part by part. Run from the repository:

.venv/bin/python tests/bench/judging.py
"""

import gc
import sys
import time
from collections.abc import Callable
from typing import cast

from ingest.bench import DEPTHS_CM, DEVICES, message
from ingest.judge import Judged, judge
from ingest.messages import Message
from ingest.registry import Registry
from ingest.settle import contacts_of, heard, lay_out, letters, repeats, totals, unnumbered
from nongso import store
from nongso.readings import SeriesKey
from nongso.store import readings
from nongso.store.contacts import Registered

BATCH, ROUNDS = 2_000, 12
NOBODY = cast(store.Connection, None)  # readings with a time of their own ask no database whether they were here before
PROPERTIES = ("soil.moisture", "soil.temperature")


class Known(Registry):
    """A registry that knows every device and series of the bench, and so asks no database."""

    def __init__(self) -> None:
        super().__init__()
        keys: dict[SeriesKey, int] = {}
        for number in range(DEVICES):
            device_id = f"bench-{number}"
            self._devices[device_id] = Registered(device_id, 1, "bench", 0, False)
            for place in range(20):
                keys[SeriesKey(device_id, PROPERTIES[place % 2], DEPTHS_CM[place // 2])] = len(keys) + 1
        for key, series_id in keys.items():
            self._numbers.setdefault(key.device_id, {})[key.property, key.depth_cm] = series_id
        self.watch.begin(keys)


def measure(per_message: int) -> dict[str, float]:
    """Microseconds a message of each part, the best of the rounds."""
    registry, started, found = Known(), time.time(), dict[str, float]()
    for round_ in range(ROUNDS):
        texts = [message(started, round_ * 2 + number // DEVICES, per_message) for number in range(BATCH)]
        topics = [f"ns/v1/bench/bench-{number % DEVICES}/up" for number in range(BATCH)]
        batch = [Message(topic, text, int(started * 1e6)) for topic, text in zip(topics, texts, strict=True)]
        for part, us in once(registry, batch).items():
            found[part] = min(us, found.get(part, us))
    return found


def once(registry: Registry, messages: list[Message]) -> dict[str, float]:
    spent: dict[str, float] = {}
    last = time.process_time()

    def lap(part: str) -> None:
        nonlocal last
        now = time.process_time()
        spent[part], last = (now - last) / len(messages) * 1e6, now

    batch: list[Judged] = [judge(one, registry) for one in messages]
    lap("judge")
    unnumbered(batch, registry)
    layout = lay_out(batch, registry, repeats(NOBODY, batch))
    lap("lay out")
    findings = registry.watch.judge(layout.rows, layout.owners)
    lap("watch")
    readings.columns(findings.rows)
    readings.delays(findings.rows)
    lap("columns")
    none = [0] * len(batch)
    letters(batch)
    contacts_of(batch, none, none)
    heard(batch)
    totals(batch, none, none)
    lap("books")
    registry.watch.keep(findings)
    return spent


def main(write: Callable[[str], object]) -> None:
    gc.disable()  # as the collector does while it settles
    for per_message in (1, 3, 20):
        parts = measure(per_message)
        each = "  ".join(f"{part} {us:.1f}" for part, us in parts.items())
        write(f"{per_message:>2} a message: {sum(parts.values()):.1f} µs a message ({each})\n")


if __name__ == "__main__":
    main(sys.stdout.write)
