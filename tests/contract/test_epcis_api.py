"""EPCIS over HTTP: capture and jobs, the query language, resources, named queries, subscriptions, problems, limits."""

import json
import time
import tracemalloc
from typing import Any

import pytest
from fastapi.testclient import TestClient
from fixtures.api import As, World
from httpx2 import Response

from nongso import store
from traceability.epcis.capture import MANY

PROBLEM = "application/problem+json"
CONTEXT = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"ex": "https://ns.example.com/epcis/"}]
LOT = "https://id.gs1.org/01/09506000134352/10/BX-1"
PALLET = "https://id.gs1.org/00/095060000134352004"


def event(**more: Any) -> dict[str, Any]:
    """A harvest of 500 kg; `more` replaces or adds fields, None takes one out."""
    whole = {
        "@context": CONTEXT,
        "type": "ObjectEvent",
        "eventTime": "2026-11-18T00:00:00Z",
        "eventTimeZoneOffset": "+07:00",
        "action": "ADD",
        "bizStep": "creating_class_instance",
        "disposition": "active",
        "readPoint": {"id": "https://id.gs1.org/414/9506000134376"},
        "quantityList": [{"epcClass": LOT, "quantity": 500, "uom": "KGM"}],
        "ex:grade": "A",
        **more,
    }
    return {name: value for name, value in whole.items() if value is not None}


def document(*events: dict[str, Any]) -> dict[str, Any]:
    bare = [{name: value for name, value in each.items() if name != "@context"} for each in events]
    return {
        "@context": CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-11-22T03:45:00Z",
        "epcisBody": {"eventList": bare},
    }


def found(answer: Response) -> list[dict[str, Any]]:
    assert 200 == answer.status_code, answer.text
    return answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]


def sent(client: TestClient, body: dict[str, Any], behaviour: str = "rollback") -> dict[str, Any]:
    """The finished job of a capture."""
    answer = client.post("/epcis/capture", json=body, headers={"GS1-Capture-Error-Behaviour": behaviour})
    assert 202 == answer.status_code, answer.text
    return client.get(answer.headers["location"]).json()


@pytest.fixture
def officer(signed_in: As, world: World) -> TestClient:
    return signed_in(world.officer)


def test_a_captured_event_is_found_and_says_the_same(officer: TestClient) -> None:
    job = sent(officer, document(event()))

    assert (True, False, 1, []) == (job["success"], job["running"], job["stored"], job["errors"])
    (only,) = found(officer.get("/epcis/events"))
    assert ("creating_class_instance", 500, "A") == (
        only["bizStep"],
        only["quantityList"][0]["quantity"],
        only["ex:grade"],
    )
    assert "2026-11-22T03:45:00.000Z" == only["recordTime"]


def test_the_same_event_again_is_a_duplicate(officer: TestClient) -> None:
    sent(officer, document(event()))

    again = sent(officer, document(event(), event(action="OBSERVE", bizStep="packing")))

    assert (1, 1, True) == (again["stored"], again["duplicates"], again["success"])
    assert 2 == len(found(officer.get("/epcis/events")))


def test_an_event_and_its_error_declaration_are_two(officer: TestClient) -> None:
    said = {"declarationTime": "2026-11-20T00:00:00Z", "reason": "incorrect_data", "correctiveEventIDs": ["urn:uuid:9"]}
    right = event(eventID="urn:uuid:9", quantityList=[{"epcClass": LOT, "quantity": 50, "uom": "KGM"}])

    job = sent(officer, document(event(), event(errorDeclaration=said), right))

    assert 3 == job["stored"]
    for query, count in (
        ("EXISTS_errorDeclaration=true", 1),
        ("EXISTS_errorDeclaration=false", 3),
        ("EQ_errorReason=incorrect_data", 1),
        ("EQ_errorReason=did_not_occur", 0),
        ("EQ_correctiveEventID=urn:uuid:9", 1),
        ("GE_errorDeclarationTime=2026-11-20T00:00:00Z", 1),
        ("LT_errorDeclaration_Time=2026-11-20T00:00:00Z", 0),
        ("EQ_eventID=urn:uuid:9", 1),
    ):
        assert count == len(found(officer.get("/epcis/events?" + query))), query


def test_the_planner_knows_of_many_events_at_once(officer: TestClient, conn: store.Connection) -> None:
    """Not when the server comes round to it: until then a page of events took seconds."""
    sent(officer, document(*(event(epcList=[f"urn:uuid:box-{number}"]) for number in range(MANY))))

    counted = conn.execute("SELECT reltuples FROM pg_class WHERE oid = 'event_epc'::regclass").fetchone()

    assert counted is not None
    assert MANY <= counted[0]


def test_rollback_stores_nothing_of_a_half_good_document(officer: TestClient) -> None:
    job = sent(officer, document(event(), event(bizStep="harvesting")))

    assert (False, 0, "rollback") == (job["success"], job["stored"], job["captureErrorBehaviour"])
    assert "epcisException:ValidationException" == job["errors"][0]["type"]
    assert "#/epcisBody/eventList/1/bizStep" == job["errors"][0]["instance"]
    assert [] == found(officer.get("/epcis/events"))


def test_proceed_stores_exactly_the_good_half(officer: TestClient) -> None:
    good, bad = event(), event(bizStep="harvesting")

    job = sent(officer, document(bad, good, event(eventTime="yesterday")), "proceed")

    assert (False, 1, 2) == (job["success"], job["stored"], len(job["errors"]))
    assert ["creating_class_instance"] == [each["bizStep"] for each in found(officer.get("/epcis/events"))]


def test_an_event_id_that_another_event_has_undoes_a_rollback(officer: TestClient) -> None:
    sent(officer, document(event(eventID="urn:uuid:1")))

    job = sent(officer, document(event(action="OBSERVE"), event(eventID="urn:uuid:1", disposition="in_progress")))

    assert ("epcisException:ResourceAlreadyExistsException", 0) == (job["errors"][0]["type"], job["stored"])
    assert 1 == len(found(officer.get("/epcis/events")))


def test_one_event_is_taken_at_once_and_only_once(officer: TestClient) -> None:
    first, second = officer.post("/epcis/events", json=event()), officer.post("/epcis/events", json=event())

    assert (201, 409) == (first.status_code, second.status_code)
    assert "epcisException:ResourceAlreadyExistsException" == second.json()["type"]
    assert 1 == len(found(officer.get(first.headers["location"])))


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("eventType=ObjectEvent", 2),
        ("eventType=AggregationEvent|TransactionEvent", 1),
        ("EQ_action=ADD", 2),
        ("EQ_bizStep=packing|shipping", 2),
        ("EQ_bizStep=https://ref.gs1.org/cbv/BizStep-packing", 1),
        ("EQ_bizStep=urn:epcglobal:cbv:bizstep:packing", 1),
        ("EQ_disposition=active", 1),
        ("EQ_persistentDisposition_set=recalled", 1),
        ("EQ_persistentDisposition_unset=recalled", 0),
        ("EQ_persistentDisposition_unset=damaged|recalled", 1),
        ("EQ_readPoint=https://example.com/414/9506000134376", 2),
        ("WD_readPoint=https://id.gs1.org/414/9506000134376", 3),
        ("EQ_bizLocation=https://id.gs1.org/414/9506000134376", 0),
        ("GE_eventTime=2026-11-19T00:00:00Z", 2),
        ("LT_eventTime=2026-11-19T00:00:00Z", 1),
        ("GE_recordTime=2026-11-22T03:45:00Z", 3),
        ("LT_recordTime=2026-11-22T03:45:00Z", 0),
        ("MATCH_epc=urn:epc:id:sscc:9506000.0013435200", 1),
        ("MATCH_parentID=https://shop.example/00/095060000134352004", 1),
        (f"MATCH_anyEPC={PALLET}", 2),
        ("MATCH_epc=https://id.gs1.org/00/095060000134352004", 1),
        ("MATCH_epcClass=https://shop.example/01/09506000134352/10/BX-1", 2),
        ("MATCH_epcClass=urn:epc:class:lgtin:9506000.013435.BX-1", 2),
        ("MATCH_epcClass=urn:epc:idpat:sgtin:9506000.013435.*", 2),
        ("MATCH_anyEPCClass=https://id.gs1.org/01/09506000134352/10/BX-1", 2),
        ("MATCH_inputEPCClass=https://id.gs1.org/01/09506000134352/10/BX-1", 0),
        ("EQ_quantity=500", 1),
        ("GT_quantity=400", 1),
        ("LE_quantity=400", 1),
        ("EQ_bizTransaction_desadv=urn:epcglobal:cbv:bt:1:2", 1),
        ("EQ_source_possessing_party=https://id.gs1.org/417/9506000134376", 1),
        ("EQ_https://ns.example.com/epcis/grade=A", 2),
        ("EXISTS_https://ns.example.com/epcis/grade=true", 2),
        ("EXISTS_sensorElementList=true", 1),
        ("EQ_type=Temperature", 1),
        ("GE_meanValue_CEL=29", 1),
        ("LT_meanValue_CEL=29", 0),
        ("GE_startTime=2026-11-01T00:00:00Z", 1),
        ("EQ_ILMD_urn:epcglobal:cbv:mda:lotNumber=BX-1", 1),
        ("EQ_INNER_https://ns.example.com/epcis/depth=2", 1),
        ("EQ_eventID=urn:uuid:the-third", 1),
        ("eventCountLimit=2", 2),
        ("EQ_action=ADD&EQ_bizStep=packing&MATCH_epcClass=" + LOT, 1),
    ],
)
def test_parameters_of_the_query_language(officer: TestClient, query: str, count: int) -> None:
    grown = {
        "sensorMetadata": {"startTime": "2026-11-01T00:00:00Z", "endTime": "2026-11-17T00:00:00Z"},
        "sensorReport": [{"type": "Temperature", "meanValue": 29.5, "uom": "CEL"}],
    }
    harvest = event(sensorElementList=[grown], ilmd={"cbvmda:lotNumber": "BX-1"})
    packing = event(
        type="AggregationEvent",
        eventTime="2026-11-19T00:00:00Z",
        bizStep="packing",
        disposition="in_progress",
        parentID=PALLET,
        quantityList=None,
        childQuantityList=[{"epcClass": LOT, "quantity": 300, "uom": "KGM"}],
        persistentDisposition={"unset": ["damaged"]},
        **{"ex:soil": {"ex:depth": 2}},
    )
    shipping = event(
        eventID="urn:uuid:the-third",
        eventTime="2026-11-20T00:00:00Z",
        action="OBSERVE",
        bizStep="shipping",
        disposition="in_transit",
        readPoint={"id": "https://id.gs1.org/414/9506000134376/254/gate"},
        quantityList=None,
        epcList=["urn:epc:id:sscc:9506000.0013435200"],
        bizTransactionList=[{"type": "desadv", "bizTransaction": "urn:epcglobal:cbv:bt:1:2"}],
        sourceList=[{"type": "possessing_party", "source": "urn:epc:id:pgln:9506000.13437"}],
        persistentDisposition={"set": ["recalled"]},
        **{"ex:grade": None},
    )
    sent(officer, document(harvest, packing, shipping))

    assert count == len(found(officer.get("/epcis/events?" + query)))


@pytest.mark.parametrize(
    ("query", "exception"),
    [
        ("EQ_nothing=1", "QueryParameterException"),
        ("EQ_action=GROW", "QueryParameterException"),
        ("GE_eventTime=yesterday", "QueryParameterException"),
        ("GE_eventTime=2026-11-19T00:00:00Z|2026-11-20T00:00:00Z", "QueryParameterException"),
        ("orderBy=colour", "QueryParameterException"),
        ("orderBy=eventTime&orderDirection=UP", "QueryParameterException"),
        ("eventCountLimit=0", "QueryParameterException"),
        ("eventCountLimit=1&maxEventCount=1", "QueryParameterException"),
        ("nextPageToken=e30", "QueryParameterException"),
        ("EXISTS_errorDeclaration=maybe", "QueryParameterException"),
        ("maxEventCount=1", "QueryTooLargeException"),
        ("EQ_eventID=" + "|".join(["x"] * 1001), "QueryTooComplexException"),
        ("EQ_eventID=" + "x" * 17_000, "URITooLongException"),
        ("perPage=0", "ValidationException"),
        ("EQ_eventID=%00", "ValidationException"),
        ("MATCH_epc=%00", "ValidationException"),
    ],
)
def test_a_query_that_cannot_be_answered_says_why(officer: TestClient, query: str, exception: str) -> None:
    sent(officer, document(event(), event(action="OBSERVE")))

    answer = officer.get("/epcis/events?" + query)

    assert (PROBLEM, f"epcisException:{exception}") == (answer.headers["content-type"], answer.json()["type"])
    assert answer.json()["detail"]
    assert answer.status_code == answer.json()["status"] in (400, 413, 414)


@pytest.mark.parametrize("path", ["colours", "colours/red/events", "nextPageToken/x", "epcs/none", "events/none"])
def test_what_is_not_there_is_no_such_resource(officer: TestClient, path: str) -> None:
    answer = officer.get(f"/epcis/{path}")

    assert (404, "epcisException:NoSuchResourceException") == (answer.status_code, answer.json()["type"])


def test_an_event_that_xml_cannot_say_is_had_as_json(officer: TestClient) -> None:
    sent(officer, document(event(**{"ex:1st": "7"})))

    as_xml = officer.get("/epcis/events", headers={"accept": "application/xml"})

    assert (406, "epcisException:NotAcceptableException") == (as_xml.status_code, as_xml.json()["type"])
    assert "7" == found(officer.get("/epcis/events"))[0]["ex:1st"]


def test_pages_follow_by_link_without_gaps_or_repeats(officer: TestClient) -> None:
    days = [event(eventTime=f"2026-11-{day:02}T00:00:00Z") for day in range(1, 8)]
    sent(officer, document(*days))
    for order, expected in (
        ("", days),
        ("&orderBy=eventTime", days[::-1]),
        ("&orderBy=eventTime&orderDirection=ASC", days),
    ):
        seen, url = [], f"/epcis/events?perPage=3{order}"
        while url:
            page = officer.get(url)
            seen += [each["eventTime"] for each in found(page)]
            url = page.headers["link"].partition("<")[2].partition(">")[0] if "link" in page.headers else ""
        assert [each["eventTime"] for each in expected] == seen


def test_a_limit_holds_over_pages(officer: TestClient) -> None:
    sent(officer, document(*(event(eventTime=f"2026-11-{day:02}T00:00:00Z") for day in range(1, 8))))

    first = officer.get("/epcis/events?perPage=3&eventCountLimit=4")
    second = officer.get(first.headers["link"].partition("<")[2].partition(">")[0])

    assert (3, 1, False) == (len(found(first)), len(found(second)), "link" in second.headers)


def test_resources_are_listed_and_lead_to_their_events(officer: TestClient) -> None:
    sent(officer, document(event()))

    assert {"events", "capture", "epcs"} <= set(officer.get("/epcis").json()["member"])
    assert ["creating_class_instance"] == officer.get("/epcis/bizSteps").json()["member"]
    assert ["active"] == officer.get("/epcis/dispositions").json()["member"]
    assert [LOT] == officer.get("/epcis/epcs").json()["member"]
    assert ["events"] == officer.get("/epcis/bizSteps/creating_class_instance").json()["member"]
    assert 404 == officer.get("/epcis/bizSteps/packing").status_code
    for path in ("bizSteps/creating_class_instance", "eventTypes/ObjectEvent", "epcs/" + LOT.replace("/", "%2F")):
        assert 1 == len(found(officer.get(f"/epcis/{path}/events")))


def test_xml_goes_in_and_comes_out(officer: TestClient) -> None:
    sent(officer, document(event()))
    written = officer.get("/epcis/events", headers={"accept": "application/xml"})

    assert "application/xml" == written.headers["content-type"]
    again = officer.post(
        "/epcis/capture",
        content=written.content,
        headers={"content-type": "application/xml", "origin": "http://testserver"},
    )
    assert 1 == officer.get(again.headers["location"]).json()["duplicates"]


def test_urns_come_out_as_links_unless_told_otherwise(officer: TestClient) -> None:
    urn = "urn:epc:class:lgtin:9506000.013435.BX-1"
    sent(officer, document(event(quantityList=[{"epcClass": urn, "quantity": 1, "uom": "KGM"}])))

    translated = found(officer.get("/epcis/events"))[0]["quantityList"][0]["epcClass"]
    kept = found(officer.get("/epcis/events", headers={"GS1-EPC-Format": "Never_Translates"}))[0]["quantityList"][0][
        "epcClass"
    ]

    assert (LOT, urn) == (translated, kept)


@pytest.mark.parametrize(
    "headers",
    [{"accept": "text/csv"}, {"GS1-EPCIS-Min": "3.0"}, {"GS1-CBV-Max": "1.2"}, {"GS1-EPC-Format": "Always_EPC_URN"}],
    ids=str,
)
def test_what_cannot_be_spoken_is_not_acceptable(officer: TestClient, headers: dict[str, str]) -> None:
    sent(officer, document(event()))

    answer = officer.get("/epcis/events", headers=headers)

    assert (406, "epcisException:NotAcceptableException") == (answer.status_code, answer.json()["type"])


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("", "OPTIONS, GET"),
        ("/events", "OPTIONS, GET, POST"),
        ("/queries/x", "OPTIONS, GET, DELETE"),
        ("/epcs", "OPTIONS, GET"),
    ],
)
def test_discovery_needs_nobody_to_sign_in(client: TestClient, path: str, allowed: str) -> None:
    answer = client.options("/epcis" + path)

    assert (204, allowed, "2.0.0") == (answer.status_code, answer.headers["allow"], answer.headers["gs1-epcis-max"])


def test_capture_tells_its_limits(client: TestClient) -> None:
    headers = client.options("/epcis/capture").headers

    assert ("10000", "all") == (headers["gs1-epcis-capture-limit"], headers["gs1-capture-error-behaviour"])


LAUGHS = (
    b'<!DOCTYPE a [<!ENTITY b0 "ha">'
    + b"".join(b'<!ENTITY b%d "%s">' % (level, b"&b%d;" % (level - 1) * 10) for level in range(1, 10))
    + b"]><a>&b9;</a>"
)
MOST_CPU_S = 10  # with tracemalloc at work; a second without
MOST_MEMORY = (
    96 * 1024 * 1024
)  # the largest document taken is 16 MiB; what is refused costs a few times that and never more


@pytest.mark.parametrize(
    ("body", "kind", "status", "exception"),
    [
        (b"{", "application/json", 400, "ValidationException"),
        (b"[" * 1_000_000, "application/json", 400, "ValidationException"),
        (b'{"a":' * 1_000_000, "application/json", 400, "ValidationException"),
        (b"x" * 50_000_000, "application/json", 413, "CaptureLimitExceededException"),
        (json.dumps(document(event(eventID="urn:x:\0"))).encode(), "application/json", 400, "ValidationException"),
        (json.dumps(document(event(**{"ex:grade": "\\\b"}))).encode(), "application/json", 400, "ValidationException"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "application/xml", 400, "ValidationException"),
        (LAUGHS, "application/xml", 400, "ValidationException"),
        (b"<a>" * 1_000_000, "application/xml", 400, "ValidationException"),
        (b"a,b", "text/csv", 415, "UnsupportedMediaTypeException"),
    ],
    ids=["cut", "arrays", "objects", "50 MB", "nul", "bell", "bomb", "billion laughs", "deep xml", "csv"],
)
def test_hostile_documents_are_refused_and_change_nothing(
    signed_in: As, world: World, body: bytes, kind: str, status: int, exception: str
) -> None:
    officer = signed_in(world.officer)
    headers = {"content-type": kind, "origin": "http://testserver"}
    pieces = [body[start : start + 65_536] for start in range(0, len(body), 65_536)]  # as a network brings it
    tracemalloc.start()
    begun = time.process_time()  # of this process alone: what else the machine does counts for nothing
    answer = officer.post("/epcis/capture", content=iter(pieces), headers=headers)
    took_s = time.process_time() - begun
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert (status, f"epcisException:{exception}") == (answer.status_code, answer.json()["type"])
    assert peak < MOST_MEMORY
    assert took_s < MOST_CPU_S
    assert [] == found(officer.get("/epcis/events"))
    assert [] == officer.get("/epcis/capture").json()


def test_nobody_sees_another_offices_events(officer: TestClient, signed_in: As, world: World) -> None:
    sent(officer, document(event(eventID="urn:uuid:1")))
    stranger = signed_in(world.stranger)

    assert [] == found(stranger.get("/epcis/events"))
    assert [] == stranger.get("/epcis/epcs").json()["member"]
    assert 404 == stranger.get("/epcis/events/urn:uuid:1").status_code
    assert 1 == sent(stranger, document(event(eventID="urn:uuid:1")))["stored"]


def test_a_named_query_answers_and_goes(officer: TestClient) -> None:
    sent(officer, document(event(), event(action="OBSERVE", bizStep="packing")))
    made = officer.post("/epcis/queries", json={"name": "packed", "query": {"EQ_bizStep": ["packing"]}})

    assert (201, 409) == (made.status_code, officer.post("/epcis/queries", json=made.json()).status_code)
    assert ["packed"] == [each["name"] for each in officer.get("/epcis/queries").json()]
    assert 1 == len(found(officer.get("/epcis/queries/packed/events")))
    assert 204 == officer.delete("/epcis/queries/packed").status_code
    gone = officer.get("/epcis/queries/packed")
    assert (404, "epcisException:NoSuchNameException") == (gone.status_code, gone.json()["type"])


def test_a_query_that_asks_nonsense_gets_no_name(officer: TestClient) -> None:
    answer = officer.post("/epcis/queries", json={"name": "odd", "query": {"EQ_colour": ["red"]}})

    assert (400, "epcisException:QueryParameterException") == (answer.status_code, answer.json()["type"])


@pytest.mark.parametrize(
    "dest",
    [
        "http://198.51.100.1/hook",
        "https://127.0.0.1/hook",
        "https://[::1]/hook",
        "https://[::ffff:10.0.0.1]/",
        "https://169.254.169.254/latest",
        "https://10.1.2.3:5432/",
        "https://localhost/",
        "https://2130706433/",
        "file:///etc/passwd",
        "https://user@93.184.216.34/",
    ],
)
def test_a_webhook_into_the_house_is_refused(officer: TestClient, dest: str) -> None:
    officer.post("/epcis/queries", json={"name": "all", "query": {}})

    answer = officer.post("/epcis/queries/all/subscriptions", json={"dest": dest, "stream": True})

    assert (400, "epcisException:SubscriptionControlsException") == (answer.status_code, answer.json()["type"])


@pytest.mark.parametrize(
    "when",
    [
        {},
        {"stream": True, "schedule": {"hour": "1"}},
        {"schedule": {}},
        {"schedule": {"hour": "25"}},
        {"schedule": {"dayOfMonth": "31", "month": "2"}},
    ],
    ids=json.dumps,
)
def test_a_subscription_needs_one_sensible_schedule(officer: TestClient, when: dict[str, Any]) -> None:
    officer.post("/epcis/queries", json={"name": "all", "query": {}})

    answer = officer.post("/epcis/queries/all/subscriptions", json={"dest": "https://93.184.216.34/hook", **when})

    assert (400, "epcisException:SubscriptionControlsException") == (answer.status_code, answer.json()["type"])


def test_a_subscription_is_shown_without_its_token_and_goes(officer: TestClient, conn: store.Connection) -> None:
    officer.post("/epcis/queries", json={"name": "all", "query": {}})
    body = {"dest": "https://93.184.216.34/hook", "stream": True, "signatureToken": "bí mật"}
    made = officer.post("/epcis/queries/all/subscriptions", json=body)

    assert 201 == made.status_code
    assert "bí mật" not in made.text
    assert [made.json()] == officer.get("/epcis/queries/all/subscriptions").json()
    assert made.json() == officer.get(made.headers["location"]).json()
    assert (204, 404) == tuple(officer.delete(made.headers["location"]).status_code for _ in range(2))
