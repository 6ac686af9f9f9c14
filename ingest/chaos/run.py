"""One chaos run from first frame to verdict: kill at seeded moments, let everything drain, compare."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

import msgspec

from ingest import mapping
from ingest.chaos import ledger, verdict
from ingest.chaos.stage import FleetOrder, Stage, wait_until
from ingest.register import register
from nongso import store
from nongso.commands.audit import compare
from nongso.store import intake, recounts
from nongso.store.migrate import migrate

CAREFUL = FleetOrder("careful", 40, receipts=True)
CARELESS = FleetOrder("careless", 20, receipts=False)
PAUSE_S = (0.5, 5.0)  # between two deeds
DOWN_S = (0.05, 3.0)
AT_ONCE = (1, 1, 1, 1, 2, 3)  # how many parts die together
RECEIPT_WAIT_S = 30.0
QUIET_S = 3.0
SPANS = {"mosquitto": verdict.mosquitto_spans, "embedded": verdict.embedded_spans}


@dataclass(slots=True)
class Deeds:
    """When each part was killed, epoch seconds. `unsafe`: what a killed collector had received and not made safe, from when up to its kill."""

    kills: dict[str, list[float]] = field(default_factory=dict)
    unsafe: list[verdict.Span] = field(default_factory=list)

    def killed(self, name: str) -> list[float]:
        return self.kills.get(name, [])

    def deafening(self) -> list[float]:
        """After each of these the collector has to begin to listen again."""
        return self.killed("collector") + self.killed("broker")


@dataclass(frozen=True, slots=True)
class Report:
    """`missing_*` are frames. The promise: nothing missing with receipts, and without them nothing the broker's setting does not cost."""

    broker: str
    seed: int
    seconds: float
    kills: dict[str, int]
    frames_with_receipts: int
    frames_without: int
    readings_recorded: int
    readings_stored: int
    duplicates: int
    missing_with_receipts: int
    missing_without: int
    missing_at_risk: int
    foreign: int
    conflicts: int
    balances: bool

    @property
    def holds(self) -> bool:
        broken = self.missing_with_receipts or self.foreign or self.conflicts
        return self.balances and not broken and self.missing_without == self.missing_at_risk


def run(broker: str, seconds: float, seed: int, tell: Callable[[str], None]) -> Report:
    """Raises ChaosStuck when something does not come back. `tell` hears what is done."""
    started = time.monotonic()
    with Stage(broker, (CAREFUL, CARELESS), seed) as stage:
        prepare(stage)
        deeds = rage(stage, seconds, Random(seed), tell)  # noqa: S311 - told again by its seed, not secret
        tell("drain")
        drain(stage, deeds)
        return judged(stage, broker, seed, deeds, time.monotonic() - started)


def prepare(stage: Stage) -> None:
    """Servers, registered devices, a collector that listens, fleets that speak."""
    stage.postgres.start()
    stage.broker.start()
    url = stage.postgres.url
    with store.connect(url) as conn:
        migrate(conn)
    ids = [device_id for name in stage.fleets for device_id in device_ids(stage.describe(name))]
    with store.connect(url) as conn:
        register(conn, "chaos", mapping.load("cookfarm"), ids, datetime.now(UTC) - timedelta(days=1))
    stage.collector.start()
    wait_until(stage.heard_at, "collector")
    for fleet in stage.fleets.values():
        fleet.start()
    wait_until(lambda: stored(url) > 0, "first readings")


class Device(msgspec.Struct, frozen=True):
    id: str


class Described(msgspec.Struct, frozen=True):
    device: list[Device] = msgspec.field(name="devices")


def device_ids(description: bytes) -> list[str]:
    return [device.id for device in msgspec.json.decode(description, type=Described).device]


def rage(stage: Stage, seconds: float, chance: Random, tell: Callable[[str], None]) -> Deeds:
    """Kill parts, one or several at once, wait a little, start them in any order; again until the time is over."""
    deeds = Deeds()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        time.sleep(chance.uniform(*PAUSE_S))
        names = chance.sample(sorted(stage.parts), chance.choice(AT_ONCE))
        tell("kill " + ", ".join(names))
        for name in names:
            kill(stage, name, deeds)
        time.sleep(chance.uniform(*DOWN_S))
        for name in chance.sample(names, len(names)):
            stage.parts[name].start()
    return deeds


def kill(stage: Stage, name: str, deeds: Deeds) -> None:
    since = stage.unsafe_since() if name == "collector" else None
    stage.parts[name].kill()
    died = time.time()
    deeds.kills.setdefault(name, []).append(died)
    if since is not None:
        deeds.unsafe.append((since, died))


def drain(stage: Stage, deeds: Deeds) -> None:
    """Everything is up. The devices tell what they hold, the collector settles what has arrived and leaves."""
    wait_until(lambda: max(stage.heard_at()) > max([0.0, *deeds.deafening()]), "collector")
    stage.tell_the_rest(RECEIPT_WAIT_S)
    url = stage.postgres.url
    counts = [stored(url)]
    wait_until(lambda: is_still(counts, url), "drain")
    stage.collector.stop()


def is_still(counts: list[int], url: str) -> bool:
    """Whether nothing was settled for QUIET_S."""
    time.sleep(QUIET_S)
    counts.append(stored(url))
    return counts[-1] == counts[-2]


def stored(url: str) -> int:
    with store.connect(url) as conn:
        return intake.totals(conn).received


def judged(stage: Stage, broker: str, seed: int, deeds: Deeds, seconds: float) -> Report:
    careful, careless = (ledger.read(stage.state(name)) for name in (CAREFUL.name, CARELESS.name))
    with store.connect(stage.postgres.url) as conn:
        points, books = recounts.points(conn), intake.totals(conn)
        balances = all(line.balances for line in compare(conn, None))
    deaf = verdict.deaf_spans(deeds.deafening(), stage.heard_at(), time.time())
    spans = SPANS[broker](verdict.Risk(deeds.killed("broker"), deaf, deeds.unsafe))
    kept, lost = verdict.score(careful, points, []), verdict.score(careless, points, spans)
    return Report(
        broker=broker,
        seed=seed,
        seconds=round(seconds, 1),
        kills={name: len(deeds.killed(name)) for name in stage.parts},
        frames_with_receipts=kept.frames,
        frames_without=lost.frames,
        readings_recorded=kept.readings + lost.readings,
        readings_stored=len(points),
        duplicates=books.duplicate,
        missing_with_receipts=kept.missing,
        missing_without=lost.missing,
        missing_at_risk=lost.at_risk,
        foreign=verdict.foreign([*careful, *careless], points),
        conflicts=books.conflict,
        balances=balances,
    )
