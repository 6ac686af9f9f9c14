"""The demo's office, its people, a farm with three fields and the devices of the simulated fleet.

Everything is made once and found again at the next start; all names and numbers are invented.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from nongso import clock, store
from nongso.demo.office import Office
from nongso.demo.people import Person, of_role
from nongso.passwords import hash_password
from nongso.people import Role
from nongso.settings import Settings
from nongso.store import admin_units, people, places
from nongso.store.admin_units import AdminUnit

SLUG = "caicoi"
PHONE = "0270 000 0000"
NEW_TREE = date(2025, 7, 1)  # the day the district tier ended
PROVINCE = AdminUnit("990", NEW_TREE, None, "Tỉnh Mẫu", "tỉnh", None, None, "")
COMMUNE = AdminUnit("99001", NEW_TREE, None, "Xã Cái Cối", "xã", "990", NEW_TREE, "")
FARM = "Vườn ruộng nhà Ba Tư"
HISTORY = timedelta(days=60)
CANAL_NAME, PUMP_NAME = "Kênh Cái Cối", "Máy bơm điện"
CANAL = {"kind": "canal", "capacity_m3_h": 60, "is_saline": True, "price_vnd_m3": 0}
PUMP = {"price_vnd_hour": 18_000}
VALVE_MM_H = 6.0  # the simulated garden's rate
PLANTED_DAYS_AGO = {"pomelo": 2200, "rice": 62, "leaf_vegetable": 25}


@dataclass(frozen=True, slots=True)
class Fleet:
    """What the simulator says it is made of, so that what is registered and what speaks cannot differ."""

    fields: Sequence[Mapping[str, Any]]
    devices: Sequence[Mapping[str, Any]]


def found_office(conn: store.Connection, crew: Sequence[Person]) -> None:
    """The office with its unit and people: what an installer does once, by `nongso user`."""
    if places.find_office(conn, SLUG) is not None:
        return
    with store.transaction(conn):
        for unit in (PROVINCE, COMMUNE):
            admin_units.insert_unit(conn, unit)
        office = places.insert_office(conn, SLUG, "Phòng Kinh tế xã Cái Cối", PHONE, COMMUNE.code, COMMUNE.valid_from)
        for person in crew:
            account = people.NewAccount(person.login, person.name, person.role, "vi", hash_password(person.password))
            people.insert(conn, office, account)


def register_farm(fleet: Fleet, settings: Settings, crew: Sequence[Person]) -> Path:
    """Farm, fields and devices by the API; the file with the devices' passwords."""
    credentials = settings.data_dir / "demo-devices.json"
    with Office(settings.api_url, of_role(crew, Role.ADMIN)) as office:
        unit = {"unit_code": COMMUNE.code, "unit_valid_from": COMMUNE.valid_from.isoformat()}
        farm = office.named("/api/v1/farms", FARM, unit)
        farmer = next(row for row in office.list("/api/v1/accounts") if row["role"] == Role.FARMER)
        office.put(f"/api/v1/farms/{farm}/members/{farmer['id']}", {})
        fields = {field["slug"]: _field(office, farm, field) for field in fleet.fields}
        _save(credentials, _register_devices(office, fleet, fields, _load(credentials)))
        _lay_pipes(office, farm, fleet, fields)
    return credentials


def _field(office: Office, farm: int, field: Mapping[str, Any]) -> int:
    planted = clock.local_day(clock.utc_now()) - timedelta(days=PLANTED_DAYS_AGO.get(field["crop"], 30))
    body = {
        "crop": field["crop"],
        "area_m2": field["area_m2"],
        "boundary": field["boundary"],
        "planted_on": planted.isoformat(),
    }
    return office.named("/api/v1/fields", field["name"], body, f"/api/v1/farms/{farm}/fields")


def _register_devices(office: Office, fleet: Fleet, fields: Mapping[str, int], known: dict[str, str]) -> dict[str, str]:
    """Register what is not there; a device whose password this folder lost gets another."""
    there = {row["device"]["id"] for row in office.list("/api/v1/devices")}  # type: ignore[index]
    passwords = dict(known)
    for device in fleet.devices:
        name = device["id"]
        if name not in there:
            passwords[name] = str(office.post("/api/v1/devices", _device_body(device, fields))["password"])
        elif name not in passwords:
            passwords[name] = str(office.post(f"/api/v1/devices/{name}/rotate", {})["password"])
    return passwords


def _lay_pipes(office: Office, farm: int, fleet: Fleet, fields: Mapping[str, int]) -> None:
    """A zone for every valve, by the canal behind its master valve and one pump; people may open it, the house only advises for two weeks."""
    there = {zone["valve_id"] for zone in office.list("/api/v1/irrigation")}
    pipes = [device for device in fleet.devices if device["kind"] == "valve"]
    valves = [device for device in pipes if not device["master"] and device["id"] not in there]
    if not valves:
        return
    master = next((device["id"] for device in pipes if device["master"]), None)
    canal = {**CANAL, "master_valve_id": master}
    source = office.named(f"/api/v1/farms/{farm}/water-sources", CANAL_NAME, canal)
    pump = office.named(f"/api/v1/water-sources/{source}/pumps", PUMP_NAME, PUMP)
    areas = {field["slug"]: field["area_m2"] for field in fleet.fields}
    for valve in valves:
        area = areas[valve["field"]]
        body = {
            "name": valve["name"],
            "valve_id": valve["id"],
            "source_id": source,
            "pump_id": pump,
            "method": "drip",
            "area_m2": area,
            "flow_m3_h": area * VALVE_MM_H / 1000,
        }
        zone = office.post(f"/api/v1/fields/{fields[valve['field']]}/irrigation-zones", body)
        office.put(f"/api/v1/irrigation/zones/{zone['id']}/mode", {"mode": "manual"})


def _device_body(device: Mapping[str, Any], fields: Mapping[str, int]) -> dict[str, object]:
    """Weather and canal stations stand in no field: they serve all of them."""
    served = [fields[device["field"]]] if device["field"] else list(fields.values())
    return {
        "id": device["id"],
        "kind": device["kind"],
        "name": device["name"],
        "expected_interval_s": int(device["expected_interval_s"]),
        "field_ids": served,
        "accept_from": (clock.utc_now() - HISTORY).isoformat(),
    }


def _load(file: Path) -> dict[str, str]:
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def _save(file: Path, passwords: dict[str, str]) -> None:
    unfinished = file.with_suffix(".new")
    unfinished.touch(mode=0o600)
    unfinished.write_text(json.dumps(passwords), encoding="utf-8")
    unfinished.replace(file)
