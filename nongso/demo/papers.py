"""The papers of the demo's office: producers, a collective mark, two products, harvests and three lots, one of them recalled.

The GTIN is from GS1's range for examples (952); the vegetables have none and carry a code of our own.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from nongso import clock
from nongso.demo.office import Office
from nongso.demo.people import Person, of_role
from nongso.demo.seed import COMMUNE
from nongso.people import Role
from nongso.settings import Settings

COOPERATIVE = {
    "kind": "cooperative",
    "address": "Ấp 2, xã Cái Cối",
    "phone": "0270 000 0001",
    "phone_public": True,
    "unit_code": COMMUNE.code,
    "unit_valid_from": COMMUNE.valid_from.isoformat(),
}
MARK = {
    "kind": "collective",
    "name_en": "Cái Cối green pomelo",
    "registration_no": "4-2024-01234",
    "valid_from": "2024-03-12",
    "valid_to": "2034-03-12",
}
PLAIN_MARK = {"kind": "ordinary", "name_en": "Rau Láng greens"}
POMELO = {
    "name_en": "Green pomelo",
    "gtin": "09521234543213",
    "crop": "pomelo",
    "standard": "TCVN 11892-1:2017 VietGAP",
    "shelf_life_days": 21,
}
GREENS = {"name_en": "Mustard greens", "crop": "leaf_vegetable", "shelf_life_days": 3}


def fill(settings: Settings, crew: Sequence[Person]) -> str:
    """Make what is not there, as the officer would; the path of a label that is worth scanning."""
    with Office(settings.api_url, of_role(crew, Role.OFFICER)) as office:
        if not office.list("/api/v1/lots"):
            _write_papers(office)
        lot = next(row for row in office.list("/api/v1/lots") if row["gtin"] and row["recalled_at"] is None)
        return f"{settings.public_url}/01/{lot['gtin']}/10/{lot['number']}"


def _write_papers(office: Office) -> None:
    today = clock.local_day(clock.utc_now())
    grower = office.named("/api/v1/parties", "Hợp tác xã Cái Cối", COOPERATIVE)
    fields = {str(row["crop"]): row for row in office.list("/api/v1/fields")}
    mark = office.post("/api/v1/brands", {"name": "Bưởi da xanh Cái Cối", "owner_id": grower, **MARK})
    plain = office.post("/api/v1/brands", {"name": "Rau Láng", "owner_id": grower, **PLAIN_MARK})
    pomelo = office.post("/api/v1/products", {"name": "Bưởi da xanh Cái Cối", "brand_id": mark["id"], **POMELO})
    office.put(f"/api/v1/products/{pomelo['id']}/net", {"net_kg": 1.2})
    greens = office.post("/api/v1/products", {"name": "Cải xanh Rau Láng", "brand_id": plain["id"], **GREENS})
    _lot(office, pomelo, fields["pomelo"], grower, today - timedelta(days=12), 420)
    _lot(office, greens, fields["leaf_vegetable"], grower, today - timedelta(days=1), 60)
    recalled = _lot(office, greens, fields["leaf_vegetable"], grower, today - timedelta(days=2), 45)
    dry_run = office.get(f"/api/v1/recall-reach?lot={recalled['id']}")
    reason = "Thu hoạch trước khi hết thời gian cách ly"
    office.post("/api/v1/recall-cases", {"lot_ids": [recalled["id"]], "digest": dry_run["digest"], "reason": reason})


def _lot(
    office: Office, product: Mapping[str, Any], field: Mapping[str, Any], grower: int, day: date, kg: float
) -> dict[str, Any]:
    """A harvest of a day and the lot packed from it the day after, or on the same day when that is still to come."""
    harvest = {"field_id": field["id"], "harvested_on": day.isoformat(), "quantity_kg": kg}
    packed = min(day + timedelta(days=1), clock.local_day(clock.utc_now()))
    lot = {
        "product_id": product["id"],
        "harvest_id": office.post("/api/v1/harvests", harvest)["id"],
        "producer_id": grower,
        "quantity_kg": kg,
        "packed_on": packed.isoformat(),
    }
    return office.post("/api/v1/lots", lot)
