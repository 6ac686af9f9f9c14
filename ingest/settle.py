"""One batch of messages, one transaction: readings, conflicts, dead letters, contacts and the books, or nothing of it."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version

from ingest import topics
from ingest.dialects import reader
from ingest.dialects.address import Form
from ingest.judge import CLOCKLESS, Judged
from ingest.messages import Message
from ingest.payload import MAX_BYTES
from ingest.registry import Registry
from nongso import store
from nongso.readings import SeriesKey
from nongso.store import contacts, dead_letters, intake, integrations, readings, receptions, tracks
from nongso.store.contacts import Contact, Heard, Mark
from nongso.store.dead_letters import Letter
from nongso.store.intake import Counts
from nongso.store.readings import Row

FILES = frozenset({Form.IMPORT, Form.TYPED})


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a device may forget: everything of `boot` up to `seq`."""

    tenant: str
    device_id: str
    boot: str
    seq: int


@dataclass(frozen=True, slots=True)
class Settled:
    """A batch after COMMIT. `duplicates` and `conflicts` count for each of `judged`; `replies` are topics and payloads to publish."""

    messages: int
    counts: Counts
    receipts: list[Receipt]
    judged: list[Judged]
    duplicates: list[int]
    conflicts: list[int]
    replies: list[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Layout:
    """The samples of a batch as rows. `owners[i]` is the message that row i came from; `again` are points met twice in the batch."""

    rows: list[Row]
    owners: list[int]
    again: list[Row]
    again_owners: list[int]
    duplicates: list[int]  # a message each: samples known to be duplicates without asking


def settle(
    conn: store.Connection, registry: Registry, messages: Sequence[Message], lap: Callable[[str], None]
) -> Settled:
    """Write a batch and commit; `lap` is told where the time went. Raises StoreAway: settle the batch again, whatever became of it."""
    registry.learn_devices(conn, device_ids(messages))
    read = reader.read(conn, registry, messages)
    batch = read.judged
    lap("judge")
    registry.learn_series(conn, unnumbered(batch, registry))
    with store.transaction(conn):
        layout = lay_out(batch, registry, repeats(conn, batch))
        lap("lay_out")
        findings = registry.watch.judge(layout.rows, layout.owners)
        lap("watch")
        duplicates, conflicts = store_rows(conn, replace(layout, rows=findings.rows))
        if findings.spikes:
            tracks.mark_spikes(conn, findings.spikes)
        lap("readings")
        dead_letters.keep(conn, letters(batch))
        contacts.hear(conn, contacts_of(batch, duplicates, conflicts))
        contacts.set_online(conn, online_states(batch))
        receptions.keep_heard(conn, read.receptions)
        receptions.keep_events(conn, read.events)
        integrations.remember(conn, read.told)
        marks = contacts.keep_seen(conn, heard(batch))
        counts = totals(batch, duplicates, conflicts)
        intake.enter(conn, len(messages), counts)
        lap("books")
    lap("commit")
    registry.watch.keep(findings)
    registry.directory.remembered(read.told)
    return Settled(len(messages), counts, receipts(marks, registry), batch, duplicates, conflicts, read.replies)


def device_ids(messages: Iterable[Message]) -> set[str]:
    return {topic.device_id for message in messages if (topic := topics.parse(message.topic)) is not None}


def unnumbered(batch: Iterable[Judged], registry: Registry) -> set[SeriesKey]:
    """The series of the batch that the registry has no number for."""
    found: set[SeriesKey] = set()
    for judged in batch:
        if judged.device is None:
            continue
        device_id = judged.device.device_id
        known = registry.numbers(device_id)
        for sample in judged.frame.samples:
            if sample[:2] not in known:
                found.add(SeriesKey(device_id, sample.property, sample.depth_cm))
    return found


def repeats(conn: store.Connection, batch: Sequence[Judged]) -> set[int]:
    """Messages whose readings have no time of their own and whose (boot, seq) was here before, in the store or in this batch."""
    asked: dict[tuple[str, str, int], int] = {}
    found: set[int] = set()
    for index, judged in enumerate(batch):
        frame = judged.frame
        if judged.device is None or frame.boot is None or frame.seq is None or not judged.is_clockless:
            continue
        key = (judged.device.device_id, frame.boot, frame.seq)
        if key in asked:
            found.add(index)
        asked.setdefault(key, index)
    if asked:
        positions = list(asked.values())
        found.update(positions[place] for place in contacts.seen_before(conn, list(asked)))
    return found


def lay_out(batch: Sequence[Judged], registry: Registry, repeated: set[int]) -> Layout:
    layout = Layout([], [], [], [], [0] * len(batch))
    taken: set[tuple[int, int]] = set()
    for index, judged in enumerate(batch):
        if judged.device is None:
            continue
        numbers, received_us = registry.numbers(judged.device.device_id), judged.message.received_us
        for observed, depth_cm, at_us, value, flags in judged.frame.samples:
            if index in repeated and flags & CLOCKLESS:
                layout.duplicates[index] += 1
                continue
            series_id = numbers[observed, depth_cm]
            row, point = Row(series_id, at_us, value, flags, received_us), (series_id, at_us)
            if point in taken:
                layout.again.append(row)
                layout.again_owners.append(index)
            else:
                taken.add(point)
                layout.rows.append(row)
                layout.owners.append(index)
    return layout


def store_rows(conn: store.Connection, layout: Layout) -> tuple[list[int], list[int]]:
    """Duplicates and conflicts, a count for each message; everything else was stored."""
    duplicates, conflicts = list(layout.duplicates), [0] * len(layout.duplicates)
    standing = readings.insert(conn, layout.rows) if layout.rows else []
    again = [layout.rows[place] for place in standing] + layout.again
    owners = [layout.owners[place] for place in standing] + layout.again_owners
    new = set(readings.compare(conn, again)) if again else set()
    for place, owner in enumerate(owners):
        (conflicts if place in new else duplicates)[owner] += 1
    return duplicates, conflicts


def letters(batch: Iterable[Judged]) -> list[Letter]:
    """The messages with rejections, the same bytes on the same topic as one letter."""
    found: dict[bytes, Letter] = {}
    for parts in refused(batch):
        message = parts[0].message
        digest = hashlib.sha256(message.topic.encode() + b"\0" + message.payload).digest()
        earlier = found.get(digest)
        found[digest] = replace(earlier, times=earlier.times + 1) if earlier else letter(parts, digest)
    return list(found.values())


def refused(batch: Iterable[Judged]) -> list[list[Judged]]:
    """The messages with rejections, each as those of its parts that have any."""
    found: list[list[Judged]] = []
    parts: list[Judged] = []
    for judged in batch:
        if judged.part == 0:
            parts = []
        if judged.frame.rejections:
            if not parts:
                found.append(parts)
            parts.append(judged)
    return found


def letter(parts: Sequence[Judged], digest: bytes) -> Letter:
    """A message that was refused, wholly or in parts. It is a device's own only when it is of that device alone."""
    message, speakers = parts[0].message, {part.device_id for part in parts}
    return Letter(
        digest=digest,
        topic=message.topic,
        payload=message.payload[:MAX_BYTES],
        office_id=parts[0].office_id,
        device_id=parts[0].device_id if len(speakers) == 1 else None,
        received_us=message.received_us,
        times=1,
        rejections=tuple(rejection for part in parts for rejection in part.frame.rejections),
        codec=f"{parts[0].dialect}/{version('nong-so')}",
    )


def contacts_of(batch: Sequence[Judged], duplicates: Sequence[int], conflicts: Sequence[int]) -> list[Contact]:
    """One contact a device: its newest message and its own books.

    A will is not the device's voice, a retained birth is no news, and a file that somebody imports is not a device that speaks.
    """
    found: dict[str, Contact] = {}
    for index, judged in enumerate(batch):
        if judged.device is None or judged.message.retained or judged.online is False or judged.dialect in FILES:
            continue
        frame, device_id = judged.frame, judged.device.device_id
        duplicate, conflict, rejected = duplicates[index], conflicts[index], len(frame.rejections)
        before = found.get(device_id) or Contact(device_id, 0, None, None, None, 0, 0, 0, 0, 0)
        received_us = judged.message.received_us
        found[device_id] = Contact(
            device_id=device_id,
            heard_us=max(before.heard_us, received_us),
            boot=frame.boot or before.boot,
            seq=frame.seq or before.seq,
            skew_s=before.skew_s if frame.device_us is None else (received_us - frame.device_us) / 1e6,
            received=before.received + frame.items,
            stored=before.stored + len(frame.samples) - duplicate - conflict,
            duplicate=before.duplicate + duplicate,
            conflict=before.conflict + conflict,
            rejected=before.rejected + rejected,
        )
    return list(found.values())


def online_states(batch: Iterable[Judged]) -> dict[str, bool]:
    return {judged.device.device_id: judged.online for judged in batch if judged.device and judged.online is not None}


def heard(batch: Iterable[Judged]) -> list[Heard]:
    """Which numbered messages become safe with this transaction, a set of ranges for each boot."""
    seqs: dict[tuple[str, str], list[int]] = defaultdict(list)
    lows: dict[tuple[str, str], int] = defaultdict(lambda: 1)
    times: dict[tuple[str, str], int] = {}
    for judged in batch:
        frame = judged.frame
        if judged.device is None or frame.boot is None or frame.seq is None:
            continue
        key = (judged.device.device_id, frame.boot)
        seqs[key].append(frame.seq)
        lows[key] = max(lows[key], min(frame.low, frame.seq))
        times[key] = judged.message.received_us
    return [Heard(*key, ranges(lows[key], numbers), times[key]) for key, numbers in seqs.items()]


def ranges(low: int, seqs: Iterable[int]) -> str:
    """The numbers below `low` (of those the device holds nothing more) and `seqs`, as an int8multirange."""
    found = [(0, low)]
    for seq in sorted(set(seqs)):
        start, end = found[-1]
        if seq <= end:
            found[-1] = (start, max(end, seq + 1))
        else:
            found.append((seq, seq + 1))
    return "{" + ",".join(f"[{start},{end})" for start, end in found) + "}"


def totals(batch: Sequence[Judged], duplicates: Sequence[int], conflicts: Sequence[int]) -> Counts:
    received = sum(judged.frame.items for judged in batch)
    rejected = sum(len(judged.frame.rejections) for judged in batch)
    duplicate, conflict = sum(duplicates), sum(conflicts)
    return Counts(
        received=received,
        stored=received - duplicate - conflict - rejected,
        duplicate=duplicate,
        conflict=conflict,
        rejected=rejected,
    )


def receipts(marks: Iterable[Mark], registry: Registry) -> list[Receipt]:
    found = []
    for mark in marks:
        entry = registry.find_device(mark.device_id)
        if entry is not None and mark.seq > 0:
            found.append(Receipt(entry.tenant, mark.device_id, mark.boot, mark.seq))
    return found
