"""Every stored event becomes a record of the log: once, in the order of the book, whatever is killed in between.

Two books move in turn. The database gives an event its place (and keeps the salts of its covers); then the folder takes the record at that
place; then the database knows that it is signed. A place is never given twice and never changed, and a record can be made again from the
event with the same bytes. So a writer that was cut off, or a folder that was put back from a back-up, is brought level by writing what has a
place and is not there: the same tree, not another one. The other way round nothing is guessed: a log that knows more than the database, or a
witness that knows more than the log, stops the writer (docs/decisions/0221).
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from nongso import store
from nongso.errors import Conflict
from nongso.store import log_leaves
from traceability.log.checkpoint import Checkpoint
from traceability.log.cosign import WitnessAddress, WitnessAhead, WitnessAway, newest_seen
from traceability.log.durable import only_writer, remove
from traceability.log.event_record import plan_covers, record_bytes
from traceability.log.folder import folder_reader, read_checkpoint
from traceability.log.house import HouseLog, publish_keys
from traceability.log.layout import FULL
from traceability.log.merkle import leaf_hash, tree_root
from traceability.log.sequencer import append
from traceability.log.tiles import TileReader

KEEPER = ".keeper"  # held by the one process that keeps the log
RESTORED = ".restored"  # laid by `nongso restore`: somebody else may have seen more than the back-up holds
BATCH = 1000
DUE = timedelta(minutes=5)  # after so long an event must be in the log


class LogAhead(Conflict):
    """The log holds records whose events the database does not have: an older database was put under a newer log."""

    code = "log.ahead"


class LogForked(Conflict):
    """A witness has cosigned another history of this log."""

    code = "log.forked"


class Unconfirmed(Conflict):
    """The log came from a back-up and no witness has said yet that it is the newest."""

    code = "log.unconfirmed"


def begin(pool: store.Pool, house: HouseLog, now: datetime) -> Checkpoint:
    """Finish what a crash cut short, or begin the log; the signed tree. Raises LogKeyChanged, LogAhead, LogBusy, LogDamaged."""
    publish_keys(house)
    head = append(house.folder, (), house.signer).checkpoint
    with store.connection(pool) as conn:
        placed = log_leaves.count_placed(conn)
        if placed < head.size:
            raise LogAhead(size=head.size, placed=placed)
        log_leaves.adopt_key(conn, str(house.key), now)
        log_leaves.mark_signed(conn, head.size, now)
    return head


def sequence(pool: store.Pool, house: HouseLog, now: datetime) -> Checkpoint:
    """Give places to what waits and write every placed record that is not in the log. Once at a time: the caller holds the keeper's lock."""
    while give_places(pool):
        pass
    head = read_checkpoint(house.folder, house.key)
    while records := unwritten(pool, head.size):
        head = append(house.folder, records, house.signer).checkpoint
        with store.connection(pool) as conn:
            log_leaves.mark_signed(conn, head.size, now)
    return head


def keeper_lock(house: HouseLog) -> AbstractContextManager[None]:
    """Hold the right to keep this log. LogBusy while another process has it."""
    house.folder.mkdir(parents=True, exist_ok=True)
    return only_writer(house.folder / KEEPER)


def give_places(pool: store.Pool) -> int:
    """Places for the next of what waits; how many were given."""
    with store.connection(pool) as conn:
        log_leaves.lock(conn)
        start, waiting = log_leaves.count_placed(conn), log_leaves.list_waiting(conn, BATCH)
        for leaf_index, event in enumerate(waiting, start):
            log_leaves.place(conn, event, leaf_index, plan_covers(event))
    return len(waiting)


def unwritten(pool: store.Pool, size: int) -> tuple[bytes, ...]:
    """The next records behind a tree of `size` leaves."""
    with store.connection(pool) as conn:
        return tuple(map(record_bytes, log_leaves.list_placed(conn, size, BATCH)))


def confirm(pool: store.Pool, house: HouseLog, head: Checkpoint, unheard: set[WitnessAddress]) -> None:
    """Ask each witness in `unheard` what it saw last, and take out whoever saw nothing that we do not have.

    Raises WitnessAhead or LogForked; Unconfirmed when the log came from a back-up and nobody could be asked.
    """
    for witness in sorted(unheard, key=lambda each: each.key.name):
        try:
            seen = newest_seen(witness, house.key)
        except WitnessAway:
            continue
        if seen is not None:
            require_ours(pool, house, head, witness, seen)
        unheard.discard(witness)
    restored = folder_reader(house.folder)(RESTORED) is not None
    if restored and len(unheard) == len(house.witnesses):
        raise Unconfirmed(folder=house.folder)
    if restored:
        remove(house.folder, RESTORED)


def require_ours(
    pool: store.Pool, house: HouseLog, head: Checkpoint, witness: WitnessAddress, seen: Checkpoint
) -> None:
    """Raises WitnessAhead when the witness saw more leaves than have a place here, LogForked when it saw others."""
    leaves = list(leaves_of(house, head))
    while len(leaves) < seen.size and (records := unwritten(pool, len(leaves))):
        leaves += map(leaf_hash, records)
    if len(leaves) < seen.size:
        raise WitnessAhead(name=witness.key.name, seen=seen.size, size=len(leaves))
    if tree_root(leaves[: seen.size]) != seen.root:
        raise LogForked(name=witness.key.name, size=seen.size)


def leaves_of(house: HouseLog, head: Checkpoint) -> Iterator[bytes]:
    tree = TileReader(folder_reader(house.folder), head.size)
    for index in range(-(-head.size // FULL)):
        yield from tree.tile(0, index)
