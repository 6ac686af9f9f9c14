"""What people do on the pages, taps and typing as they do them, and what is in the house afterwards."""

from datetime import datetime, time

import pytest
from fixtures.api import As, World
from fixtures.browsing import Open, words
from fixtures.device_care import insert_letter
from fixtures.farm import place_device
from fixtures.furnished import furnish
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import ButtonGroup

from nongso import store
from nongso.text import say
from ui import pages


@pytest.fixture
def farm(conn: store.Connection, world: World, now: datetime) -> World:
    furnish(conn, world, now, days=2)
    return world


def open_page(app: AppTest, name: str, part: str = "") -> AppTest:
    app.run()
    app.switch_page(pages.file_of(name))
    app.run()
    if part:
        tabs = app.get("button_group")[0]
        assert isinstance(tabs, ButtonGroup)
        tabs.set_value(part).run()
    return app


def test_a_farmer_says_that_an_alert_was_seen(open_app: Open, farm: World, signed_in: As) -> None:
    page = open_page(open_app(farm.farmer), "alerts")
    alert = signed_in(farm.farmer).get("/api/v1/alerts").json()[0]

    page.button(key=f"seen-{alert['id']}").click().run()

    assert [] == list(page.exception)
    assert say("vi", "alerts.done") in words(page)
    assert farm.farmer.name == signed_in(farm.farmer).get("/api/v1/alerts").json()[0]["acknowledged_by"]


@pytest.mark.parametrize(("typed", "kilograms"), [("1,5", 1.5), ("1.5", 1.5), ("120", 120.0)])
def test_a_typed_number_is_what_was_meant(
    open_app: Open, farm: World, signed_in: As, typed: str, kilograms: float
) -> None:
    page = open_page(open_app(farm.farmer), "harvests", "new")
    page.selectbox(key="harvest-field-0").set_value(farm.field_id)
    page.text_input(key="harvest-quantity-0").set_value(typed).run()

    page.button(key="harvest-save-0").click().run()

    assert [] == list(page.exception)
    assert kilograms == signed_in(farm.farmer).get("/api/v1/harvests").json()[0]["quantity_kg"]


@pytest.mark.parametrize("typed", ["1.234", "mười", "-3", "0"])
def test_a_number_that_could_be_two_or_none_is_asked_about(
    open_app: Open, farm: World, signed_in: As, typed: str
) -> None:
    page = open_page(open_app(farm.farmer), "harvests", "new")
    before = signed_in(farm.farmer).get("/api/v1/harvests").json()
    page.selectbox(key="harvest-field-0").set_value(farm.field_id)
    page.text_input(key="harvest-quantity-0").set_value(typed).run()

    page.button(key="harvest-save-0").click().run()

    assert say("vi", "ui.incomplete") in words(page)
    assert before == signed_in(farm.farmer).get("/api/v1/harvests").json()


def test_a_devices_password_is_shown_once(open_app: Open, farm: World) -> None:
    page = open_page(open_app(farm.officer), "devices", "new")
    page.text_input(key="device-id-0").set_value("tram-moi")
    page.text_input(key="device-name-0").set_value("Trạm mới")
    page.selectbox(key="device-kind-0").set_value("soil")
    page.text_input(key="device-interval-0").set_value("15").run()

    page.button(key="device-save-0").click().run()

    assert [] == list(page.exception)
    assert say("vi", "device.credential_once") in words(page)
    assert "tram-moi" in words(page)
    page.button(key="credential-taken").click().run()
    assert say("vi", "device.credential_once") not in words(page)


def test_what_the_api_refuses_stands_beside_the_button(open_app: Open, farm: World) -> None:
    page = open_page(open_app(farm.officer), "devices", "new")
    page.text_input(key="device-id-0").set_value("kenh-18")
    page.text_input(key="device-name-0").set_value("Lần nữa")
    page.selectbox(key="device-kind-0").set_value("canal")
    page.text_input(key="device-interval-0").set_value("15").run()

    page.button(key="device-save-0").click().run()

    assert [] == list(page.exception)
    assert "Đã có rồi" in " ".join(error.value for error in page.error)


def test_a_lot_is_made_of_a_harvest_with_what_the_api_proposes(open_app: Open, farm: World, signed_in: As) -> None:
    office = signed_in(farm.officer)
    harvest = office.get("/api/v1/harvests").json()[0]["id"]
    product = office.get("/api/v1/products").json()[0]["id"]
    page = open_page(open_app(farm.officer), "lots", "new")
    page.selectbox(key="lot-harvest-0").set_value(harvest).run()
    page.selectbox(key=f"lot-product-{harvest}-0").set_value(product)
    page.selectbox(key="lot-producer-0").set_value(office.get("/api/v1/parties").json()[0]["id"]).run()
    page.text_input(key=f"lot-quantity-{harvest}-{product}-0").set_value("12,5").run()

    page.button(key=f"lot-save-{harvest}-{product}-0").click().run()

    assert [] == list(page.exception)
    assert 12.5 in [lot["quantity_kg"] for lot in office.get("/api/v1/lots").json()]


def test_a_sheet_of_labels_is_a_pdf_to_take(open_app: Open, farm: World, signed_in: As) -> None:
    lots = signed_in(farm.officer).get("/api/v1/lots").json()
    lot = next(lot["id"] for lot in lots if lot["recalled_at"] is None)
    app = open_app(farm.officer)
    app.query_params["lot"] = str(lot)
    page = open_page(app, "lot")
    page.selectbox(key=f"stock-{lot}-0").set_value("a4-24")
    page.text_input(key=f"count-{lot}-0").set_value("24").run()

    page.button(key=f"print-{lot}-0").click().run()

    assert [] == list(page.exception)
    assert page.session_state["sheet"][2].startswith(b"%PDF")


def test_the_other_language_is_one_tap_away(open_app: Open, world: World) -> None:
    page = open_app(world.farmer).run()

    page.button(key="side-lang").click().run()

    assert "Sign out" in words(page)
    assert "Đăng xuất" not in words(page)


def test_signing_out_ends_the_session(open_app: Open, world: World, conn: store.Connection) -> None:
    page = open_app(world.farmer).run()

    page.button(key="side-out").click().run()

    assert say("vi", "ui.signed_out.title") in words(page)
    assert (0,) == conn.execute("SELECT count(*) FROM session").fetchone()


def write_spray(page: AppTest, farm: World, dose: str) -> AppTest:
    pick(page, "diary-kind-0", "spray")
    page.selectbox(key="diary-field-0").set_value(farm.field_id)
    page.text_input(key="diary-spray-product-0").set_value("Regent")
    pick(page, "diary-spray-unit-0", "l")
    page.text_input(key="diary-spray-amount-0").set_value(dose)
    page.text_input(key="diary-spray-waiting_days-0").set_value("7")
    page.text_input(key="diary-spray-reentry_hours-0").set_value("24").run()
    return page.button(key="diary-save-0").click().run()


def pick(page: AppTest, key: str, value: object) -> None:
    group = next(group for group in page.get("button_group") if group.key == key)
    assert isinstance(group, ButtonGroup)
    group.set_value(value).run()


def test_a_form_sent_too_early_names_what_is_still_empty(open_app: Open, farm: World) -> None:
    """Only what must be there: neither what is filled in nor what is optional."""
    page = open_page(open_app(farm.farmer), "harvests", "new")
    page.selectbox(key="harvest-field-0").set_value(farm.field_id).run()

    page.button(key="harvest-save-0").click().run()

    assert say("vi", "ui.empty", fields=say("vi", "harvest.quantity")) in words(page)


def test_a_dose_typed_with_a_comma_is_said_back_and_kept(open_app: Open, farm: World, signed_in: As) -> None:
    page = write_spray(open_page(open_app(farm.farmer), "diary"), farm, "1,5")

    assert [] == list(page.exception)
    assert "Regent · 1,5 l" in words(page)
    assert 1.5 == signed_in(farm.farmer).get("/api/v1/diary").json()[0]["amount"]


def test_a_dose_that_could_be_two_is_not_written(open_app: Open, farm: World, signed_in: As) -> None:
    page = write_spray(open_page(open_app(farm.farmer), "diary"), farm, "1.500")

    assert say("vi", "ui.incomplete") in words(page)
    assert [] == signed_in(farm.farmer).get("/api/v1/diary").json()


def test_a_line_written_by_mistake_is_taken_back_and_stays_readable(open_app: Open, farm: World, signed_in: As) -> None:
    write_spray(open_page(open_app(farm.farmer), "diary"), farm, "1,5")
    entry = signed_in(farm.farmer).get("/api/v1/diary").json()[0]["id"]
    page = open_page(open_app(farm.farmer), "diary", "lines")
    page.button(key=f"void-{entry}-ask-0").click().run()
    page.text_input(key=f"void-{entry}-why-0").set_value("ghi nhầm thửa").run()

    page.button(key=f"void-{entry}-save-0").click().run()

    assert [] == list(page.exception)
    kept = {line["id"]: line for line in signed_in(farm.farmer).get("/api/v1/diary").json()}
    assert kept[entry]["superseded_by"] is not None


def test_an_alert_is_silenced_with_a_reason_and_an_end(open_app: Open, farm: World, signed_in: As) -> None:
    alert = next(each for each in signed_in(farm.farmer).get("/api/v1/alerts").json() if each["field_id"])
    page = open_page(open_app(farm.farmer), "alerts")
    page.button(key=f"silence-{alert['id']}-0").click().run()
    pick(page, f"silence-{alert['id']}-hours-0", 24)
    page.text_input(key=f"silence-{alert['id']}-reason-0").set_value("đang sửa cống").run()

    page.button(key=f"silence-{alert['id']}-save-0").click().run()

    assert [] == list(page.exception)
    [silence] = signed_in(farm.farmer).get("/api/v1/silences").json()
    assert (alert["rule"], "đang sửa cống") == (silence["rule"], silence["reason"])


def test_a_reading_called_wrong_waits_for_the_office(open_app: Open, farm: World, signed_in: As) -> None:
    series = signed_in(farm.farmer).get(f"/api/v1/fields/{farm.field_id}/series").json()
    canal = next(each["id"] for each in series if each["property"] == "water.salinity")
    page = open_page(open_app(farm.farmer), "doubts")
    page.selectbox(key="doubt-field-0").set_value(farm.field_id).run()
    page.selectbox(key=f"doubt-series-{farm.field_id}-0").set_value(canal)
    pick(page, f"doubt-hours-{farm.field_id}-0", 24)
    pick(page, f"doubt-way-{farm.field_id}-0", "by_hand")

    page.button(key=f"doubt-save-{farm.field_id}-0").click().run()

    assert [] == list(page.exception)
    [doubt] = signed_in(farm.officer).get("/api/v1/doubts").json()
    assert say("vi", "today.doubts.some", n=1) in words(open_page(open_app(farm.officer), "today"))
    office = open_page(open_app(farm.officer), "doubts")
    office.button(key=f"doubt-right-{doubt['id']}").click().run()
    assert [] == list(office.exception)
    assert "right" == signed_in(farm.officer).get("/api/v1/doubts").json()[0]["finding"]
    assert say("vi", "today.doubts.name") not in words(open_page(open_app(farm.officer), "today"))


def test_a_rule_is_tried_before_it_is_kept(open_app: Open, farm: World, signed_in: As) -> None:
    page = open_page(open_app(farm.officer), "rules", "change")
    page.selectbox(key="rule-0").set_value("salt").run()
    pick(page, "rule-for-salt-0", "field")
    page.selectbox(key="rule-field-salt-0").set_value(farm.field_id)
    page.text_input(key="rule-salt-limit-0").set_value("1,5").run()

    page.button(key="rule-try-do-salt-0").click().run()
    tried = [info.value for info in page.info]
    assert [] == signed_in(farm.officer).get("/api/v1/rule-settings").json()
    page.button(key="rule-keep-salt-0").click().run()

    assert [] == list(page.exception)
    assert "30 ngày" in tried[0]
    [setting] = signed_in(farm.officer).get("/api/v1/rule-settings").json()
    assert (farm.field_id, {"limit": 1.5}) == (setting["field_id"], setting["limits"])


def test_an_impossible_limit_is_refused_beside_the_button(open_app: Open, farm: World, signed_in: As) -> None:
    page = open_page(open_app(farm.officer), "rules", "change")
    page.selectbox(key="rule-0").set_value("salt").run()
    pick(page, "rule-for-salt-0", "all")
    page.text_input(key="rule-salt-limit-0").set_value("400").run()

    page.button(key="rule-keep-salt-0").click().run()

    assert [] == list(page.exception)
    assert "400" in " ".join(error.value for error in page.error)
    assert [] == signed_in(farm.officer).get("/api/v1/rule-settings").json()


def open_device(open_app: Open, farm: World, device: str, part: str) -> AppTest:
    app = open_app(farm.officer)
    app.query_params["device"] = device
    page = open_page(app, "device")
    pick(page, f"device-{device}-tab-0", part)
    return page


def test_two_samples_make_a_calibration(open_app: Open, farm: World, signed_in: As) -> None:
    page = open_device(open_app, farm, "kenh-18", "calibration")
    series = next(
        each["id"]
        for each in signed_in(farm.officer).get(f"/api/v1/fields/{farm.field_id}/series").json()
        if each["property"] == "water.salinity"
    )
    for name, typed in (("read-1", "1"), ("true-1", "1,2"), ("read-2", "3"), ("true-2", "3,6")):
        page.text_input(key=f"cal-{series}-{name}-0").set_value(typed)
    page.text_input(key=f"cal-{series}-note-0").set_value("dung dịch chuẩn").run()

    page.button(key=f"cal-{series}-save-0").click().run()

    assert [] == list(page.exception)
    [kept] = signed_in(farm.officer).get(f"/api/v1/series/{series}/calibrations").json()
    assert (pytest.approx(1.2), pytest.approx(0)) == (kept["gain"], kept["shift"])


def test_a_second_password_stands_beside_the_first(open_app: Open, farm: World) -> None:
    page = open_device(open_app, farm, "kenh-18", "secret")
    pick(page, "rotation-days-kenh-18-0", 7)

    page.button(key="rotation-begin-kenh-18-0").click().run()

    assert [] == list(page.exception)
    assert say("vi", "device.credential_once") in words(page)


def test_work_on_a_device_is_announced_and_ended(open_app: Open, farm: World, signed_in: As) -> None:
    page = open_device(open_app, farm, "kenh-18", "work")
    pick(page, "work-hours-kenh-18-0", 2)
    page.text_input(key="work-reason-kenh-18-0").set_value("thay pin").run()

    page.button(key="work-save-kenh-18-0").click().run()

    assert [] == list(page.exception)
    [window] = signed_in(farm.officer).get("/api/v1/devices/kenh-18/maintenance").json()
    assert "thay pin" == window["reason"]


def test_a_brand_is_changed_and_keeps_what_was_not_touched(open_app: Open, farm: World, signed_in: As) -> None:
    before = signed_in(farm.officer).get("/api/v1/brands").json()[0]["brand"]
    page = open_page(open_app(farm.officer), "brands", "change")
    page.selectbox(key="brand-chosen-0").set_value(before["id"]).run()
    page.text_input(key=f"brand-{before['id']}-number-0").set_value("4-0999999-000").run()

    page.button(key=f"brand-{before['id']}-save-0").click().run()

    assert [] == list(page.exception)
    after = signed_in(farm.officer).get("/api/v1/brands").json()[0]["brand"]
    assert {**before, "registration_no": "4-0999999-000"} == after


def test_a_batch_key_is_shown_once(open_app: Open, farm: World, signed_in: As) -> None:
    page = open_page(open_app(farm.officer), "batches", "keys")
    page.text_input(key="key-name-0").set_value("Lô đầu dò")
    page.selectbox(key="key-kind-0").set_value("soil")
    page.text_input(key="key-most-0").set_value("50").run()

    page.button(key="key-save-0").click().run()

    assert [] == list(page.exception)
    assert "nsb_" in words(page)
    assert 50 == signed_in(farm.officer).get("/api/v1/provisioning-keys").json()[0]["most"]


def test_quiet_hours_are_wished_for(open_app: Open, farm: World, signed_in: As) -> None:
    page = open_page(open_app(farm.farmer), "wishes")
    page.get("time_input")[0].set_value(time(21, 0))
    page.get("time_input")[1].set_value(time(5, 0)).run()

    page.button(key="wishes-save-0").click().run()

    assert [] == list(page.exception)
    wishes = signed_in(farm.farmer).get("/api/v1/notification-wishes").json()["wishes"]
    assert ("21:00:00", "05:00:00") == (wishes["quiet_from"], wishes["quiet_to"])


def test_letters_are_looked_into_and_read_again_with_one_tap(
    open_app: Open, farm: World, conn: store.Connection, signed_in: As, now: datetime
) -> None:
    for device in ("soil-9", "soil-8", "soil-7"):
        place_device(conn, farm.admin, device, "soil", [], now)
        insert_letter(conn, farm.officer, device, now)
    [first, *others] = signed_in(farm.officer).get("/api/v1/dead-letters").json()
    page = open_page(open_app(farm.officer), "letters")

    page.button(key=f"letter-content-{first['letter']['id']}").click().run()
    shown = [block.value for block in page.code]
    page.button(key=f"letter-{first['letter']['id']}").click().run()
    page.button(key="letters-bad_json").click().run()

    assert [] == list(page.exception)
    assert ["{"] == shown
    asked = [
        each["letter"]["replay_requested_at"] for each in signed_in(farm.officer).get("/api/v1/dead-letters").json()
    ]
    assert None not in asked
    assert [None, None] == [each["letter"]["replay_requested_at"] for each in others]


def test_an_inspector_reads_letters_and_asks_for_nothing(
    open_app: Open, farm: World, conn: store.Connection, now: datetime
) -> None:
    for device in ("soil-9", "soil-8"):
        place_device(conn, farm.admin, device, "soil", [], now)
        insert_letter(conn, farm.officer, device, now)

    page = open_page(open_app(farm.inspector), "letters")

    assert 2 == sum(button.key.startswith("letter-content-") for button in page.button if button.key)
    assert [] == [
        b.key for b in page.button if b.key and b.key.startswith(("letters-bad", "letter-")) and "content" not in b.key
    ]
