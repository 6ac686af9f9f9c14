"""What a collector listens to, alone and with others."""

from ingest.dialects.languages import subscriptions
from nongso.store.integrations import Integration


def switched_on(kind: str, root: str | None, states: str | None = None) -> Integration:
    return Integration(1, 1, "xa-mot", kind, root, states, "Asia/Ho_Chi_Minh", "", False)


def test_collectors_of_a_group_share_what_stands_alone() -> None:
    shared = subscriptions([switched_on("tasmota", "tele")], "g")

    assert {"$share/g/tele/+/SENSOR", "$share/g/tele/+/LWT"} == shared


def test_every_collector_hears_what_later_messages_build_on() -> None:
    assert {"spBv1.0/#"} == subscriptions([switched_on("sparkplug", "spBv1.0")], "g")
    assert {"$share/g/ha/#", "ha/+/+/config", "ha/+/+/+/config"} == subscriptions(
        [switched_on("homeassistant", "ha")], "g"
    )


def test_announced_states_may_have_a_root_of_their_own() -> None:
    assert {"ha/#", "z2m/#"} <= subscriptions([switched_on("homeassistant", "ha", "z2m")], None)


def test_an_integration_by_webhook_only_listens_to_nothing() -> None:
    assert set() == subscriptions([switched_on("ttn", None)], None)
