"""The resolver against GS1's own artefacts: the linkset schema, and each check of the official suite that can be asked in process."""

import json
import os
import re
from pathlib import Path
from typing import Any, LiteralString

import pytest
from fastapi.testclient import TestClient
from fixtures.api import As, World
from fixtures.lots import GTIN, Goods
from jsonschema import Draft7Validator

from nongso import store
from nongso.errors import NongsoError
from traceability.epcis.vocabulary import VOC
from traceability.gs1.compression import compress
from traceability.gs1.link import parse

SHARED = (
    Path(os.environ.get("NONGSO_SHARED", Path(__file__).parents[2].parent / "shared" / "data")) / "trace" / "resolver"
)
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the folder of shared vectors is not there (NONGSO_SHARED)")
HOST = "http://localhost:8100"
# What GS1's schema of the description file (release 1.2.0) demands of the members that we tell.
DESCRIPTION = {
    "required": ["resolverRoot", "supportedPrimaryKeys"],
    "properties": {
        "resolverRoot": {"type": "string"},
        "supportedPrimaryKeys": {
            "type": "array",
            "items": {
                "enum": [
                    "all",
                    "00",
                    "01",
                    "253",
                    "255",
                    "401",
                    "402",
                    "410",
                    "411",
                    "412",
                    "413",
                    "414",
                    "415",
                    "417",
                    "8003",
                    "8004",
                    "8006",
                    "8010",
                    "8013",
                    "8017",
                    "8018",
                ]
            },
        },
        "name": {"type": "string"},
        "supportedLinkType": {
            "type": "array",
            "items": {
                "properties": {
                    "namespace": {"type": "string"},
                    "prefix": {"type": "string", "pattern": "^[a-zA-Z_][A-Za-z0-9_-]*:$"},
                }
            },
        },
        "linkTypeDefaultCanBeLinkset": {"type": "boolean"},
        "contact": {"type": "object", "properties": {"fn": {"type": "string"}}},
    },
}
KEYS = ("/00/", "/01/", "/414/", "/417/", "/8004/")  # that lead into the resolver
TOLERATED = {"/01/416000336108"}  # a GTIN of 12 digits: printed codes have them, so it is looked up and not found
LEVELS = ["", "/10/{lot}", "/10/{lot}/21/S1", "/21/S1", "/10/KHONG-CO"]


def schema(name: str) -> Draft7Validator:
    return Draft7Validator(json.loads((SHARED / name).read_text(encoding="utf-8")))


@pytest.fixture(params=LEVELS)
def path(request: pytest.FixtureRequest, goods: Goods, signed_in: As, world: World) -> str:
    """An identifier of the book at each level, with a second link of the office's own."""
    body = {
        "identifier": f"{HOST}/01/{GTIN}",
        "link_type": "gs1:recipeInfo",
        "href": "https://bep.example/",
        "title": "Món",
        "langs": ["vi"],
    }
    assert 201 == signed_in(world.officer).post("/api/v1/links", json=body).status_code
    return f"/01/{GTIN}" + request.param.format(lot=goods.number)


def linkset(client: TestClient, path: str) -> dict[str, Any]:
    return client.get(path, headers={"accept": "application/linkset+json"}).json()


def test_gs1s_own_examples_fit_the_schema_as_they_say() -> None:
    valid, invalid = (
        json.loads((SHARED / f"{word}-gs1-example.json").read_text(encoding="utf-8")) for word in ("valid", "invalid")
    )

    assert (True, False) == tuple(schema("gs1-linkset-schema.json").is_valid(each) for each in (valid, invalid))


def test_linksets_fit_gs1s_schema(client: TestClient, path: str) -> None:
    """checks validLinkset, hackedLinkset, declaredContentType, ltAcceptHeader"""
    assert [] == [error.message for error in schema("gs1-linkset-schema.json").iter_errors(linkset(client, path))]


def test_links_are_of_types_that_gs1_defines(client: TestClient, path: str) -> None:
    """check linkTypesDefined"""
    listed = json.loads((SHARED / "gs1_link_types.json").read_text(encoding="utf-8"))["linkTypes"]
    known = {VOC + entry["linkType"].removeprefix("gs1:") for entry in listed}

    for level in linkset(client, path)["linkset"]:
        assert {key for key in level if key.startswith("http")} <= known


def test_each_level_has_one_default_link_without_attributes(client: TestClient, path: str) -> None:
    """checks defaultLinkExists, singleDefaulLink"""
    for level in linkset(client, path)["linkset"]:
        assert [{"href", "title"}] == [set(link) for link in level[VOC + "defaultLink"]]


def test_every_type_that_is_listed_can_be_followed(client: TestClient, path: str) -> None:
    """checks loFor…, defaultTarget"""
    first: dict[str, Any] = {}
    for level in linkset(client, path)["linkset"]:
        first = {**level, **first}
    for kind, links in first.items():
        if kind.startswith("http"):
            answer = client.get(f"{path}?linkType={kind}")
            assert (307, links[0]["href"]) == (answer.status_code, answer.headers["location"].partition("?linkType")[0])


def test_a_type_that_is_not_there_is_not_found(client: TestClient, path: str) -> None:
    """checks specificLinkTypeNotFound, noErrorWith200"""
    assert 404 == client.get(f"{path}?linkType=gs1:quickStartGuide").status_code


@pytest.mark.parametrize("query", ["?linkType=linkset", "?linkType=all"])
def test_asking_for_the_linkset_never_redirects(client: TestClient, path: str, query: str) -> None:
    """checks ltLinksetNoRedirect, ltAllNoRedirect, linksetJsonldCheck"""
    answer = client.get(path + query)

    assert 200 == answer.status_code
    assert re.search(r'rel="http://www.w3.org/ns/json-ld#context"', answer.headers["link"])


def test_query_pairs_are_passed_on(client: TestClient, path: str) -> None:
    """check qsPassedOn"""
    assert client.get(f"{path}?foo=bar&n=1").headers["location"].endswith("?foo=bar&n=1")


def test_methods_and_origins(client: TestClient, path: str) -> None:
    """checks methodsCheck, corsCheck, linkOnRedirect, legacyLinkHeaders"""
    for method in ("GET", "HEAD", "OPTIONS"):
        answer = client.request(method, path)
        assert answer.status_code in (204, 307)
        assert "*" == answer.headers["access-control-allow-origin"]
        assert 1 == answer.headers["link"].count("rel=")


@pytest.mark.parametrize("tail", ["0", "/99/x", "?01=1", "/10/"])
def test_a_bad_uri_is_a_bad_request(client: TestClient, goods: Goods, tail: str) -> None:
    """checks reportWith400, plausibleDL"""
    assert 400 == client.get(f"/01/{GTIN}{tail}").status_code


def refused() -> list[Any]:
    """The vectors that no reader may take, by what comes after the host: over HTTP the host is ours."""
    file = SHARED.parent / "digital-link" / "parse.json"
    vectors = json.loads(file.read_text(encoding="utf-8"))["cases"] if file.is_file() else []
    paths = {
        re.sub(r"^[A-Za-z]+://[^/]*", "", case["uri"])
        for case in vectors
        if not case["accept"] and not case.get("options")
    }
    return [pytest.param(path, id=path) for path in sorted(paths) if path.startswith("/")]


@pytest.mark.parametrize("path", refused())
def test_every_invalid_link_of_the_vectors_is_a_bad_request_and_changes_nothing(
    client: TestClient, conn: store.Connection, goods: Goods, path: str
) -> None:
    """However much of it is an address of ours: never a page, never a redirect, never an answer as if it were understood."""
    try:
        parse(f"{HOST}{path}")
    except NongsoError:
        pass
    else:
        pytest.skip("refused by the vectors for its scheme or host, which HTTP has settled before us")
    before = counts(conn)

    answer = client.get(path, headers={"accept": "application/linkset+json"})

    understood = path.startswith(KEYS) and path not in TOLERATED
    assert answer.status_code in ((400,) if understood else (400, 404))
    if understood:
        assert "application/problem+json" == answer.headers["content-type"]
        assert answer.json()["type"].startswith("urn:nong-so:problem:gs1.")
    assert before == counts(conn)


def counts(conn: store.Connection) -> tuple[int, ...]:
    """What a link might have left behind."""
    tables: tuple[LiteralString, ...] = (
        "SELECT count(*) FROM event",
        "SELECT count(*) FROM label",
        "SELECT count(*) FROM lot",
        "SELECT count(*) FROM resolver_link",
    )
    return tuple(row[0] for query in tables for row in conn.execute(query).fetchall())


def test_a_slash_at_the_end_is_tolerated(client: TestClient, path: str) -> None:
    """check trailingSlash"""
    assert client.get(path).headers["location"] == client.get(path + "/").headers["location"]


def test_the_description_file(client: TestClient) -> None:
    """check rdFile, held against the members of GS1's Community Edition"""
    theirs = json.loads((SHARED / "ce" / "gs1resolver.json").read_text(encoding="utf-8"))
    ours = client.get("/.well-known/gs1resolver").json()

    assert {"resolverRoot", "supportedPrimaryKeys", "supportedLinkType", "contact", "name"} <= set(ours) & set(theirs)
    assert [] == [error.message for error in Draft7Validator(DESCRIPTION).iter_errors(ours)]


def test_compressed_links_lead_to_the_plain_one(client: TestClient, path: str) -> None:
    """Conformance 1.2, which the suite leaves out: decompression SHALL, owl:sameAs SHALL."""
    short = compress(parse(HOST + path), HOST).removeprefix(HOST)
    answer = client.get(short)

    assert 'rel="owl:sameAs"' in answer.headers["link"]
    assert (
        client.get(path).headers["location"]
        == client.get(answer.headers["location"].removeprefix(HOST)).headers["location"]
    )
