"""EPCIS documents of others, captured: valid ones come back saying the same, invalid ones change nothing, a chain leads back to the field."""

import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fixtures.api import As, World

from api.epcis_problems import problem_type
from nongso import store
from nongso.errors import NongsoError
from nongso.store import epcis_events
from nongso.store.captures import Behaviour
from nongso.store.epcis_events import EventFilter, Page, StoredEvent
from traceability.epcis.capture import capture
from traceability.epcis.check import check
from traceability.epcis.document import Document
from traceability.epcis.event_hash import hash_id
from traceability.epcis.json_writer import write_json
from traceability.epcis.reader import read
from traceability.epcis.results import results, with_links
from traceability.trace import Direction, GapKind
from traceability.trace_source import trace_of

SHARED = Path(os.environ.get("NONGSO_SHARED", Path(__file__).parents[2].parent / "shared" / "data")) / "trace"
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the folder of shared vectors is not there (NONGSO_SHARED)")
EPCIS, CHAIN = SHARED / "epcis", SHARED / "produce-chain"
PALLET = "https://id.gs1.org/00/008600099999850000"
FIELD_LOT = "https://id.gs1.org/01/00860009999923/10/ABC1234"
CASE_LOT = "https://id.gs1.org/01/10860009999920/10/ABC1234"


WRONG = "epcisException:ValidationException"


def documents(*folders: tuple[Path, str]) -> Iterable[object]:
    paths = [
        path
        for folder, pattern in folders
        for path in sorted(folder.glob(pattern))
        if path.suffix in (".json", ".jsonld", ".xml") and path.stat().st_size
    ]
    return [pytest.param(path, id=f"{path.parent.name}/{path.name}") for path in paths]


def find_sound(path: Path) -> Document | None:
    """The document, if all of it may be captured."""
    try:
        document = read(path.read_bytes())
    except NongsoError:
        return None
    return None if check(document) else document


def all_events(conn: store.Connection, world: World) -> list[StoredEvent]:
    return epcis_events.list_events(conn, world.admin, EventFilter(), Page(10_000))


@pytest.mark.parametrize(
    "path",
    documents(
        (EPCIS / "gs1" / "JSON", "**/*"),
        (EPCIS / "gs1" / "XML", "*/*"),
        (EPCIS / "openepcis", "*/Capture/Documents/*"),
        (EPCIS / "openepcis", "*/Capture/Events/*"),
        (EPCIS / "openepcis", "*/Query/*"),
        (CHAIN, "*/*"),
    ),
)
def test_a_valid_document_comes_back_with_the_same_hashes(
    conn: store.Connection, world: World, path: Path, now: datetime
) -> None:
    document = find_sound(path)
    if document is None:
        pytest.skip("refused by the check: tests/conformance/test_epcis.py says why")
    expected = {
        (hash_id(event, document.ignored), event.find("errorDeclaration") is not None) for event in document.events
    }

    job = capture(conn, world.admin, document, Behaviour.PROCEED, now)
    stored = all_events(conn, world)
    written = read(json.dumps(write_json(with_links(results(stored, now)))).encode())

    assert not [fault for fault in job.errors if fault["type"] != "epcisException:ResourceAlreadyExistsException"]
    assert len(expected) == job.stored + len(job.errors)
    assert {each.hash_id for each in stored} <= {mark for mark, _ in expected}
    assert [each.hash_id for each in stored] == [hash_id(event, document.ignored) for event in written.events]


INVALID = documents(
    (EPCIS / "openepcis", "*/Capture/Invalid/*"),
    (EPCIS / "openepcis", "*/Query/Invalid/*"),
    (EPCIS / "gs1" / "XML" / "CaptureJob", "*"),
    (CHAIN / "event-sentry" / "events", "Incorrect*"),
)


@pytest.mark.parametrize("path", INVALID)
def test_an_invalid_document_changes_nothing(conn: store.Connection, world: World, path: Path, now: datetime) -> None:
    assert {"ValidationException"} == outcome(conn, world, path, now)
    assert [] == all_events(conn, world)


@pytest.mark.parametrize("path", INVALID)
def test_an_invalid_document_is_a_problem_over_http_too(signed_in: As, world: World, path: Path) -> None:
    """Unreadable: a problem and no job. Readable and wrong: a job whose errors are problems. Never an event."""
    officer = signed_in(world.officer)
    kind = "application/xml" if path.suffix == ".xml" else "application/ld+json"

    answer = officer.post(
        "/epcis/capture",
        content=path.read_bytes(),
        headers={"content-type": kind, "origin": "http://testserver"},
    )

    if answer.status_code == 202:
        job = officer.get(answer.headers["location"]).json()
        assert (False, 0, {WRONG}) == (job["success"], job["stored"], {error["type"] for error in job["errors"]})
    else:
        problem = "application/problem+json"
        assert (400, problem, WRONG) == (answer.status_code, answer.headers["content-type"], answer.json()["type"])
        assert [] == officer.get("/epcis/capture").json()
    assert [] == officer.get("/epcis/events").json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]


def outcome(conn: store.Connection, world: World, path: Path, now: datetime) -> set[str]:
    """The exceptions a capture ended with."""
    try:
        job = capture(conn, world.admin, read(path.read_bytes()), Behaviour.ROLLBACK, now)
    except NongsoError as fault:
        return {problem_type(fault).removeprefix("epcisException:")}
    return {str(each["title"]) for each in job.errors}


@pytest.fixture
def chain(conn: store.Connection, world: World, now: datetime) -> None:
    """The fresh-produce documents of FSMA 204, and one more in which the pallet is unpacked."""
    unpacked = {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "AggregationEvent",
        "eventTime": "2026-04-20T08:00:00Z",
        "eventTimeZoneOffset": "+00:00",
        "action": "DELETE",
        "bizStep": "unpacking",
        "parentID": PALLET,
        "childQuantityList": [{"epcClass": CASE_LOT, "quantity": 25, "uom": "CS"}],
        "readPoint": {"id": "https://id.gs1.org/414/0860009998001"},
    }
    for path in sorted((CHAIN / "fsma204").glob("*.jsonld")):
        assert not capture(conn, world.admin, read(path.read_bytes()), Behaviour.ROLLBACK, now).errors
    assert not capture(conn, world.admin, read(json.dumps(unpacked).encode()), Behaviour.ROLLBACK, now).errors


@pytest.mark.usefixtures("chain")
def test_one_query_leads_from_the_pallet_back_to_the_field(conn: store.Connection, world: World) -> None:
    before = datetime(2026, 4, 20, tzinfo=UTC)

    found = trace_of(conn, world.admin, PALLET, Direction.UP, before, 50)

    assert {PALLET, CASE_LOT, FIELD_LOT} <= {thing.key for thing in found.things}
    places = {step.place for step in found.steps if step.biz_step and step.biz_step.endswith("creating_class_instance")}
    assert "https://id.gs1.org/414/0860009999060" in places
    assert [25.0] == [edge.quantity for edge in found.edges if edge.role == "child" and edge.thing == CASE_LOT]


@pytest.mark.usefixtures("chain")
@pytest.mark.parametrize(
    "as_of", [datetime(2026, 4, 20, tzinfo=UTC), None], ids=["before unpacking", "after unpacking"]
)
def test_one_query_leads_from_the_last_lot_back_to_the_field(
    conn: store.Connection, world: World, as_of: datetime | None
) -> None:
    """Whatever became of the pallet: a lot keeps where it came from."""
    found = trace_of(conn, world.admin, CASE_LOT, Direction.UP, as_of, 50)

    assert {CASE_LOT, FIELD_LOT} <= {thing.key for thing in found.things}
    assert PALLET not in {thing.key for thing in found.things}
    assert "https://id.gs1.org/414/0860009999060" in {step.place for step in found.steps}
    assert found.complete


@pytest.mark.usefixtures("chain")
def test_after_unpacking_the_pallet_no_longer_holds_the_lot(conn: store.Connection, world: World) -> None:
    now_empty = trace_of(conn, world.admin, PALLET, Direction.UP, None, 50)
    lots_way = trace_of(conn, world.admin, CASE_LOT, Direction.DOWN, None, 50)

    assert CASE_LOT not in {thing.key for thing in now_empty.things}
    pallet = next(thing for thing in lots_way.things if thing.key == PALLET)
    assert ["packing", "shipping", "unpacking"] == [
        (step.biz_step or "").rpartition("-")[2] for step in lots_way.steps if step.event_id in pallet.event_ids
    ]


@pytest.mark.usefixtures("chain")
def test_a_lot_that_nobody_said_the_origin_of_shows_it(conn: store.Connection, world: World) -> None:
    found = trace_of(conn, world.admin, PALLET, Direction.UP, datetime(2026, 4, 20, tzinfo=UTC), 50)

    unknown = {gap.thing for gap in found.gaps if gap.kind is GapKind.ORIGIN}
    assert {"https://id.gs1.org/01/10860009999920/10/ABC5678"} == unknown
