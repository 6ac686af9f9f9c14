"""A household that asks to be forgotten: nobody finds its name anywhere afterwards, its goods stay, and the log still verifies."""

import base64
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, LiteralString, cast

import pytest
from fastapi.testclient import TestClient
from fixtures.api import As, OneConnection, World
from fixtures.lots import Goods, certify, open_recall, post
from fixtures.tamper_log import house_log, one_pool, witness_on_loopback
from psycopg.errors import RestrictViolation

from nongso import erasures, store
from nongso.settings import Settings
from nongso.store.erasures import Forgotten, Kind
from worker.press import press_next
from worker.tamper_log import Keeper, Monitor

NAME, ADDRESS, PHONE, NUMBER = "Hộ Lê Thị Tám Hiền", "Số 7 đường Bờ Kinh", "0909 888 777", "VG-HIEN-0042"
UNIT = {"unit_code": "90001", "unit_valid_from": "2025-07-01"}
SCAN = b"%PDF-1.4 Le Thi Tam Hien %%EOF"
HTML = {"accept": "text/html"}


@pytest.fixture
def office(signed_in: As, world: World) -> TestClient:
    return signed_in(world.officer)


@pytest.fixture
def household(office: TestClient) -> int:
    body = {"kind": "household", "name": NAME, "address": ADDRESS, "phone": PHONE, "phone_public": True}
    return post(office, "parties", **body, **UNIT)["id"]


@pytest.fixture
def lot(office: TestClient, goods: Goods, household: int) -> dict[str, Any]:
    """20 kg of the household's with a certificate and its scan, a printed sheet, and a shipment to somebody."""
    paper = certify(office, goods, holder_id=household, number=NUMBER)
    post(office, f"certificates/{paper}/files", file=base64.b64encode(SCAN).decode())
    ids = {"product_id": goods.product_id, "harvest_id": goods.harvest_id, "producer_id": household}
    made = post(office, "lots", quantity_kg=20, packed_on="2026-11-19", **ids)
    part = [{"lot_id": made["id"], "kg": 5}]
    post(office, "shipments", from_id=household, to_id=goods.party_id, parts=part)
    return made


def forget(signed_in: As, world: World, party_id: int) -> tuple[int, str]:
    answer = signed_in(world.admin).post(f"/api/v1/parties/{party_id}/erase")
    return answer.status_code, answer.json()["code"] if answer.content else ""


def page(client: TestClient, lot: dict[str, Any], lang: str = "vi") -> str:
    return client.get(f"/t/{lot['code']}?lang={lang}", headers=HTML).text


def test_no_table_of_the_house_holds_the_name_afterwards(
    signed_in: As,
    world: World,
    office: TestClient,
    conn: store.Connection,
    household: int,
    lot: dict[str, Any],
    settings: Settings,
    now: datetime,
) -> None:
    """Every text, JSON and byte column of the schema is searched: a table added later is searched too."""
    post(office, f"lots/{lot['id']}/label-batches", stock="a4-24", count=1)
    assert press_next(settings, cast(store.Pool, OneConnection(conn)), now)
    case = open_recall(office, lot["id"], drill=True)
    for each in office.get(f"/api/v1/recall-cases/{case}").json()["notices"]:
        phone = PHONE if each["notice"]["name"] == NAME else ""
        office.post(f"/api/v1/recall-cases/{case}/notices/{each['notice']['id']}/told", json={"phone": phone})
    office.post(f"/api/v1/recall-cases/{case}/close", json={"note": "Diễn tập xong"})
    conn.execute(
        "INSERT INTO audit_line (office_id, account_id, action, object, detail)"
        " VALUES (%s, %s, 'party.create', %s, jsonb_build_object('name', %s::text, 'kind', 'household'))",
        (world.office_id, world.officer.account_id, f"party:{household}", NAME),
    )  # as lines were written before
    assert {"party", "recall_notice", "certificate", "certificate_file", "audit_line"} <= holding(conn)

    assert (204, "") == forget(signed_in, world, household)

    assert set() == holding(conn)
    assert (0,) == conn.execute("SELECT count(*) FROM label_sheet").fetchone()
    line = conn.execute("SELECT detail FROM audit_line WHERE object = %s ORDER BY id", (f"party:{household}",))
    assert {"kind": "household"} in [row[0] for row in line]


def holding(conn: store.Connection) -> set[str]:
    """The tables in which something of the household can be read."""
    columns = conn.execute(
        """
        SELECT c.table_name, c.column_name, c.data_type
          FROM information_schema.columns c
          JOIN information_schema.tables t USING (table_schema, table_name)
         WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
           AND c.data_type IN ('text', 'jsonb', 'bytea', 'character varying')
        """
    ).fetchall()
    found = set()
    for table, column, kind in columns:
        words = f"encode({column}, 'escape')" if kind == "bytea" else f"{column}::text"
        query = f"SELECT count(*) FROM {table} WHERE {words} ~* %s"  # noqa: S608 - names of our own schema
        pattern = "Tám Hiền|Tam Hien|Bờ Kinh|0909 ?888|VG-HIEN"
        row = conn.execute(cast(LiteralString, query), (pattern,)).fetchone()
        if row and row[0]:
            found.add(table)
    return found


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("vi", "hộ sản xuất đã xoá tên theo yêu cầu"),
        ("en", "producer, forgotten at their own wish"),
        ("zh", "生产者（已应其要求删除姓名）"),
    ],
)
def test_the_page_keeps_the_goods_and_says_why_nobody_is_named(
    signed_in: As, world: World, client: TestClient, household: int, lot: dict[str, Any], lang: str, words: str
) -> None:
    before = page(client, lot, lang)

    forget(signed_in, world, household)

    after = page(client, lot, lang)
    assert NAME in before
    assert NUMBER in before
    assert PHONE in before
    assert words in after
    assert not [word for word in (NAME, ADDRESS, PHONE, NUMBER, sha256(SCAN).hexdigest()) if word in after]
    assert "VietGAP" in after
    assert lot["number"] in after


def test_the_scan_of_a_forgotten_household_is_gone(
    signed_in: As, world: World, client: TestClient, household: int, lot: dict[str, Any]
) -> None:
    way = f"/paper/{sha256(SCAN).hexdigest()}"
    assert 200 == client.get(way).status_code

    forget(signed_in, world, household)

    assert 410 == client.get(way).status_code


def test_a_merged_lot_keeps_the_share_of_somebody_forgotten(
    signed_in: As,
    world: World,
    office: TestClient,
    client: TestClient,
    goods: Goods,
    household: int,
    lot: dict[str, Any],
) -> None:
    inputs = [{"lot_id": goods.lot_id, "kg": 30}, {"lot_id": lot["id"], "kg": 10}]
    body = {"kind": "merge", "inputs": inputs, "outputs": [{"kg": 40}], "producer_id": goods.party_id}
    merged = post(office, "lot-changes", **body)[0]

    forget(signed_in, world, household)

    text = page(client, merged)
    assert "hộ sản xuất đã xoá tên theo yêu cầu, " in text
    assert "25 %" in text
    assert NAME not in text


def test_the_log_still_verifies_and_the_proof_still_holds(
    signed_in: As,
    world: World,
    conn: store.Connection,
    household: int,
    lot: dict[str, Any],
    settings: Settings,
    tmp_path: Path,
    now: datetime,
) -> None:
    with witness_on_loopback(tmp_path / "state") as witness:
        house = house_log(settings.log_dir, witness)
        Keeper(house).run(one_pool(conn), now)
    files = b"".join(path.read_bytes() for path in sorted(Path(settings.log_dir).rglob("*")) if path.is_file())

    forget(signed_in, world, household)
    Monitor(house).check(one_pool(conn), now)

    assert 0 == signed_in(world.admin).get("/api/v1/log").json()["check"]["count"]
    assert not [word for word in (NAME, ADDRESS, PHONE, NUMBER) if word.encode() in files]


def test_who_must_still_be_reached_cannot_be_forgotten(
    signed_in: As, world: World, office: TestClient, goods: Goods, household: int, lot: dict[str, Any]
) -> None:
    case = open_recall(office, lot["id"])

    assert (409, "party.in_open_recall") == forget(signed_in, world, household)
    office.post(f"/api/v1/recall-cases/{case}/close", json={"note": "Xong"})
    assert (409, "party.in_open_recall") == forget(signed_in, world, household)  # buyers still read the recall
    office.post(f"/api/v1/lots/{lot['id']}/recall/lift", json={"reason": "Mẫu đạt"})
    assert (204, "") == forget(signed_in, world, household)


def test_who_cannot_be_forgotten_again_yet_is_told_and_waits_on_the_list(
    office: TestClient, conn: store.Connection, household: int, lot: dict[str, Any], now: datetime
) -> None:
    """An older back-up in which the goods are recalled: the recall ends first, then the list is applied once more."""
    [(born,)] = conn.execute("SELECT created_at FROM party WHERE id = %s", (household,)).fetchall()
    known = [Forgotten(Kind.PARTY, household, born)]
    case = open_recall(office, lot["id"])

    refused = erasures.apply(conn, known, now)

    assert ([], ["party.in_open_recall"]) == (list(refused.again), [code for _, code in refused.refused])
    assert "party" in holding(conn)
    office.post(f"/api/v1/recall-cases/{case}/close", json={"note": "Xong"})
    office.post(f"/api/v1/lots/{lot['id']}/recall/lift", json={"reason": "Mẫu đạt"})
    assert [household] == [one.id for one in erasures.apply(conn, known, now).again]
    assert "party" not in holding(conn)


def test_companies_and_owners_of_brands_are_not_forgotten(
    signed_in: As, world: World, office: TestClient, goods: Goods, household: int
) -> None:
    post(office, "brands", name="Bưởi Tám Hiền", kind="ordinary", owner_id=household)

    assert (409, "party.not_a_person") == forget(signed_in, world, goods.party_id)
    assert (409, "party.owns_brand") == forget(signed_in, world, household)


def test_nothing_new_is_made_in_a_forgotten_name(
    signed_in: As, world: World, office: TestClient, goods: Goods, household: int, lot: dict[str, Any]
) -> None:
    forget(signed_in, world, household)
    office = signed_in(world.officer)
    ids = {"product_id": goods.product_id, "harvest_id": goods.harvest_id, "producer_id": household}
    change = {"kind": "household", "name": NAME, **UNIT}

    refused = [
        office.post("/api/v1/lots", json={**ids, "quantity_kg": 5}).status_code,
        office.put(f"/api/v1/parties/{household}", json=change).status_code,
        forget(signed_in, world, household)[0],
    ]
    office = signed_in(world.officer)
    printed = office.post(f"/api/v1/lots/{lot['id']}/labels", json={"stock": "a4-24", "count": 1})

    assert [404, 404, 404] == refused
    assert (409, "lot.producer_forgotten") == (printed.status_code, printed.json()["code"])
    assert household not in [each["id"] for each in office.get("/api/v1/parties").json()]


def test_a_line_of_the_record_loses_a_name_and_nothing_else(
    conn: store.Connection, world: World, household: int
) -> None:
    statements: tuple[LiteralString, ...] = (
        "UPDATE audit_line SET action = 'x'",
        "UPDATE audit_line SET detail = '{}'",
        'UPDATE audit_line SET detail = detail || \'{"name": "khác"}\'',
        "DELETE FROM audit_line",
    )
    for tried in statements:
        with pytest.raises(RestrictViolation), conn.transaction():
            conn.execute(tried)
