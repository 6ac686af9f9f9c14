"""What the passport's bench opens: one office with a field, a station with thirty days behind it, and lots from one harvest."""

from datetime import date, datetime, timedelta

from nongso import clock, store
from nongso.brands import BrandKind
from nongso.people import Role, Viewer
from nongso.readings import Flag, SeriesKey
from nongso.store import (
    admin_units,
    brands,
    devices,
    harvests,
    lots,
    parties,
    people,
    places,
    products,
    readings,
    rollups,
    series,
)
from nongso.store.admin_units import AdminUnit
from nongso.store.brands import BrandDraft
from nongso.store.devices import DeviceDraft
from nongso.store.lots import LotDraft
from nongso.store.parties import PartyDraft
from nongso.store.people import NewAccount
from nongso.store.places import FieldDraft
from nongso.store.products import ProductDraft
from nongso.store.readings import Row
from traceability.growing import DAYS, MEASURES
from traceability.gs1 import local

UNIT = ("90001", date(2025, 7, 1))
NO_SECRET = "!"  # noqa: S105 - matches nothing: nobody signs in to the bench
LOTS = 200
DEVICE = "bench-1"


def furnish(conn: store.Connection) -> list[str]:
    """The short codes of the lots."""
    now = clock.utc_now()
    admin_units.insert_unit(conn, AdminUnit(*UNIT, None, "Xã Cái Cối", "xã", None, None, ""))
    office = places.insert_office(conn, "bench", "Phòng Kinh tế xã Cái Cối", "0275 000 000", *UNIT)
    account = people.insert(conn, office, NewAccount("bench", "Bench", Role.ADMIN, "vi", NO_SECRET))
    keeper = Viewer(account, office, Role.ADMIN, "Bench")
    farm = places.insert_farm(conn, keeper, "Hộ Ba Tư", *UNIT)
    field = places.insert_field(conn, keeper, farm, FieldDraft("Vườn", "pomelo", date(2020, 3, 1), 8000.0, None))
    furnish_days(conn, keeper, field, now)
    return furnish_lots(conn, keeper, field, now)


def furnish_days(conn: store.Connection, keeper: Viewer, field: int, now: datetime) -> None:
    """An hourly value of every property of the passport, summed to days as the worker does it."""
    start = now - timedelta(days=DAYS + 2)
    devices.insert(conn, keeper.office_id, DeviceDraft(DEVICE, "soil", "Trạm", 3600, NO_SECRET), start)
    devices.move(conn, keeper, DEVICE, [field], start)
    keys = [SeriesKey(DEVICE, name, None) for name in MEASURES]
    hours = [start + timedelta(hours=hour) for hour in range((DAYS + 2) * 24)]
    for series_id in series.resolve(conn, keys).values():
        micros = [int(hour.timestamp() * 1e6) for hour in hours]
        readings.insert(conn, [Row(series_id, at, 1 + at % 7 / 10, Flag.NONE, at) for at in micros])
    while rollups.refresh(conn, 1000):
        pass


def furnish_lots(conn: store.Connection, keeper: Viewer, field: int, now: datetime) -> list[str]:
    today = clock.local_day(now)
    draft = PartyDraft("cooperative", "Hợp tác xã Cái Cối", "Ấp 3", "", False, *UNIT)
    party = parties.insert_party(conn, keeper, draft)
    brand = brands.insert_brand(conn, keeper, BrandDraft("Bưởi", "", BrandKind.COLLECTIVE, "4-1", party, None, None))
    product = products.insert_product(conn, keeper, ProductDraft(brand, "Bưởi da xanh", "", None, "pomelo", "", 21))
    harvest = harvests.insert_harvest(conn, keeper, field, today, 5000, now)
    codes = [local.mint() for _ in range(LOTS)]
    for number, code in enumerate(codes):
        lot = LotDraft(product, harvest, party, f"B-{number}", code, f"https://host/t/{code}", 100, today, None)
        lots.insert_lot(conn, keeper, lot, now)
    return codes
