"""Every page opens for each role, in both languages, with data and without, and says so when the API is away."""

import re
from datetime import datetime

import pytest
from fixtures.api import World
from fixtures.browsing import Open, app_with, words
from fixtures.furnished import furnish
from psycopg import sql
from streamlit.testing.v1 import AppTest

from nongso import store
from nongso.people import Role, Viewer
from nongso.text import say
from ui import pages

ROLES = list(Role)
OPENED_WITH = {
    "field": "field",
    "lot": "lot",
    "device": "device",
    "press": "harvest",
    "batch": "batch",
    "case": "case",
}  # pages that show one thing, and the name of its id in their address


def viewer(world: World, role: Role) -> Viewer:
    return {
        Role.FARMER: world.farmer,
        Role.OFFICER: world.officer,
        Role.ADMIN: world.admin,
        Role.INSPECTOR: world.inspector,
    }[role]


def open_page(app: AppTest, name: str) -> AppTest:
    app.run()
    app.switch_page(pages.file_of(name))
    return app.run()


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_a_role_opens_without_data(open_app: Open, world: World, role: Role, lang: str) -> None:
    app = open_app(viewer(world, role), lang)
    for page in pages.for_role(role):
        opened = open_page(app, page.name)

        assert [] == list(opened.exception), page.name
        if page.name in OPENED_WITH:
            assert say(lang, "ui.missing.title") in words(opened)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_a_role_opens_with_data(
    open_app: Open, world: World, conn: store.Connection, now: datetime, role: Role, lang: str
) -> None:
    furnish(conn, world, now, days=2)
    lot = conn.execute("SELECT max(id) FROM lot").fetchone()
    app = open_app(viewer(world, role), lang)
    app.query_params["field"] = str(world.field_id)
    app.query_params["lot"] = str(lot[0]) if lot else ""
    app.query_params["device"] = "kenh-18"
    for name, table in (("harvest", "harvest"), ("batch", "serial_batch"), ("case", "label_case")):
        app.query_params[name] = str(newest(conn, table))
    for page in pages.for_role(role):
        opened = open_page(app, page.name)

        assert [] == list(opened.exception), page.name
        assert say(lang, "ui.missing.title") not in words(opened), page.name


def newest(conn: store.Connection, table: str) -> int:
    row = conn.execute(sql.SQL("SELECT max(id) FROM {}").format(sql.Identifier(table))).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize("role", ROLES)
def test_a_page_of_another_role_is_not_there(open_app: Open, world: World, role: Role) -> None:
    app = open_app(viewer(world, role)).run()
    for name in pages.NAMES - {page.name for page in pages.for_role(role)}:
        with pytest.raises(ValueError, match="page"):
            app.switch_page(pages.file_of(name))


@pytest.mark.parametrize("role", ROLES)
def test_the_page_says_so_when_the_api_is_away(api_away: str, role: Role, monkeypatch: pytest.MonkeyPatch) -> None:
    app = app_with(f"session of {role}", api_away, monkeypatch).run()

    assert [] == list(app.exception)
    assert say("vi", "ui.away.title") in words(app)


def test_nobody_signed_in_is_led_to_the_sign_in(open_app: Open) -> None:
    app = open_app(None).run()

    assert [] == list(app.exception)
    assert say("vi", "ui.signed_out.title") in words(app)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_session_that_ended_shows_nothing_any_more(
    open_app: Open, world: World, conn: store.Connection, lang: str
) -> None:
    """The token is asked about by every run, not only by the first; the reader is still spoken to in their language."""
    app = open_app(world.farmer, lang).run()
    conn.execute("DELETE FROM session")

    app.run()

    assert say(lang, "ui.signed_out.title") in words(app)
    assert "Vườn bưởi" not in words(app)


def test_a_field_of_somebody_else_is_not_found(open_app: Open, world: World) -> None:
    app = open_app(world.farmer)
    app.query_params["field"] = str(world.neighbours_field_id)

    opened = open_page(app, "field")

    assert say("vi", "ui.missing.title") in words(opened)


def test_an_inspector_is_offered_nothing_that_changes_anything(
    open_app: Open, world: World, conn: store.Connection, now: datetime
) -> None:
    furnish(conn, world, now, days=2)
    lot = conn.execute("SELECT max(id) FROM lot").fetchone()
    app = open_app(world.inspector)
    app.query_params["field"], app.query_params["lot"] = str(world.field_id), str(lot[0]) if lot else ""
    app.query_params["device"] = "kenh-18"
    frame = {"side-lang", "side-out", "more-lang", "more-out"}
    for page in pages.for_role(Role.INSPECTOR):
        opened = open_page(app, page.name)

        deeds = {str(button.key) for button in opened.button} - frame
        assert set() == {deed for deed in deeds if not re.match(r"tile-|wishes-|.+-page-", deed)}, page.name
        assert not [
            part for part in ("new_field", "new_farm", "new_unit") if say("vi", f"places.{part}") in words(opened)
        ]
