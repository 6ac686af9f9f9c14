"""The database is away and the spool fills: the collector itself says that somebody is needed, and when nobody is any more."""

import json
import urllib.error
import urllib.request

from conftest import free_port
from fixtures.collector import house
from fixtures.waiting import LIMIT_S, wait_until

from ingest.broker import Account
from ingest.publisher import Publisher


def health(port: int) -> tuple[int, dict]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=LIMIT_S) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as fault:
        return fault.code, json.load(fault)


def test_a_filling_spool_calls_for_somebody_until_it_is_empty() -> None:
    with house() as servers:
        port = free_port()
        servers.postgres.stop()
        servers.collect("--spool-limit", "10", "--metrics-port", str(port))
        before = health(port)
        with Publisher(Account(servers.broker.url, "stranger"), 10, LIMIT_S) as publisher:
            for number in range(6):
                publisher.publish("ns/v1/office/nobody/up", b'{"n":%d}' % number)
            publisher.wait_confirmed()
        wait_until(lambda: health(port)[0] == 503)
        told = health(port)
        servers.postgres.start()
        wait_until(lambda: health(port)[0] == 200)
        wait_until(lambda: "event=ingest.level" in servers.log("ingest"))
        log = servers.log("ingest")

    assert (200, []) == (before[0], before[1]["faults"])
    assert ["spool_high"] == told[1]["faults"]
    assert "event=ingest.behind faults=spool_high" in log
