"""The office's page of the log: it agrees, or it names the event that does not; witnesses with their last cosignature."""

from datetime import datetime
from pathlib import Path

import pytest
from fixtures.api import World
from fixtures.browsing import Open, words
from fixtures.lots import insert_goods
from fixtures.tamper_log import LOG, WITNESS, house_log, one_pool, witness_on_loopback
from fixtures.trace_calls import insert_story
from streamlit.testing.v1 import AppTest

from nongso import store
from nongso.settings import Settings
from nongso.text import say
from ui import pages
from worker.tamper_log import Keeper, Monitor


@pytest.fixture
def kept(conn: store.Connection, world: World, settings: Settings, tmp_path: Path, now: datetime) -> Settings:
    insert_goods(conn, world.admin, world.field_id, None, now)
    insert_story(conn, world.admin, "near", now)
    with witness_on_loopback(tmp_path / "state") as witness:
        house = house_log(settings.log_dir, witness)
        Keeper(house).run(one_pool(conn), now)
        Monitor(house).run(one_pool(conn), now)
    return settings


def opened(app: AppTest) -> str:
    app.run()
    app.switch_page(pages.file_of("tamper_log"))
    app.run()
    assert [] == list(app.exception)
    return words(app) + " ".join(str(code.value) for code in app.code)


def test_it_says_that_all_agrees_and_who_witnesses(open_app: Open, world: World, kept: Settings) -> None:
    seen = opened(open_app(world.inspector))

    assert say("vi", "tamper_log.headline.good") in seen
    assert "Khớp lúc 10:45 22/11/2026" in seen
    assert WITNESS.name in seen
    assert str(LOG.verifier) in seen


def test_it_names_the_event_that_was_changed(
    open_app: Open, world: World, kept: Settings, conn: store.Connection, now: datetime
) -> None:
    conn.execute("ALTER TABLE event DISABLE TRIGGER event_append_only")
    conn.execute("UPDATE event SET body = jsonb_set(body, '{action}', '\"DELETE\"')")
    Monitor(house_log(kept.log_dir)).check(one_pool(conn), now)

    seen = opened(open_app(world.officer))

    assert say("vi", "tamper_log.headline.act") in seen
    assert "urn:uuid:near" in seen
