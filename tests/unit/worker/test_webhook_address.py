"""A webhook's name is looked up once and the message goes to the address that was judged (DNS rebinding)."""

import socket
from typing import NoReturn

import pytest

from traceability.epcis.destination import judge
from worker.webhooks import post


def test_a_name_that_changes_its_meaning_after_it_was_judged_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    meanings = iter(["93.184.216.34", "127.0.0.1"])
    reached: list[tuple[str, int]] = []

    def look_up(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(meanings), port))]

    def connect(address: tuple[str, int], timeout: float) -> NoReturn:
        reached.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", connect)

    with pytest.raises(ConnectionRefusedError):
        post(judge("https://hook.example/x", ()), b"{}", {})

    assert [("93.184.216.34", 443)] == reached
