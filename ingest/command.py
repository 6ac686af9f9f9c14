"""`nongso ingest`: the collector, from the broker into the database, until it is told to end."""

import argparse
import gc
import os
import signal
import threading
import time
from dataclasses import replace
from pathlib import Path

from ingest import topics
from ingest.broker import Account, Session
from ingest.bulletin import Bulletin
from ingest.http import Door
from ingest.http_desk import Desk
from ingest.http_server import Server
from ingest.meter import Meter
from ingest.orders import Orders
from ingest.siding import Siding
from ingest.spool import HIGH_WATER, Spool
from ingest.tuning import Tuning
from ingest.writer import Pace, Writer
from nongso.commands.database import database_url
from nongso.journal import note
from nongso.settings import Settings

CLIENT_ID = "nongso-ingest"
TIDY_S = 10.0


def ingest(argv: list[str]) -> int:
    """Run until SIGTERM or SIGINT: 0 after everything that arrived is safe and acknowledged."""
    chosen = parse(argv)
    settings = Settings.from_env(os.environ)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    collector = Collector(settings, chosen)
    collector.start()
    tidy = Tidy()
    while not stopping.wait(1.0) and collector.is_alive():
        collector.tend()
        tidy.tend()
    return collector.stop()


class Tidy:
    """From now on circles of dead objects are looked for by the clock only.

    A batch makes 200,000 small objects that live until its COMMIT. Python would walk through them every few hundred and find nothing:
    a third of the writer's time (docs/bench.md).
    """

    def __init__(self) -> None:
        gc.collect()
        gc.freeze()
        gc.disable()
        self._due = 0.0

    def tend(self) -> None:
        if time.monotonic() >= self._due:
            gc.collect()
            self._due = time.monotonic() + TIDY_S


class Collector:
    """The threads of one collector: a writer, its sessions, the carrier of orders and, where asked for, an HTTP server."""

    def __init__(self, settings: Settings, chosen: argparse.Namespace) -> None:
        self._meter = Meter()
        if chosen.metrics_port is not None:
            self._meter.serve(chosen.metrics_host, chosen.metrics_port)
        file = chosen.spool or settings.data_dir / "spool" / f"{chosen.client_id}.sqlite"
        spool, siding = Spool(file, chosen.spool_limit), Siding(file.with_suffix(".siding"))
        pace = Pace(batch=chosen.batch, linger_s=chosen.linger_ms / 1000)
        self._writer = Writer(database_url(settings), spool, siding, self._meter, Bulletin(chosen.client_id), pace)
        group = chosen.share or (chosen.client_id if chosen.sessions > 1 else None)
        accounts = connections(settings, chosen.client_id, chosen.sessions, group)
        self._sessions = [Session(account, filters, self._writer.put) for account, filters in accounts]
        self._tuning = Tuning(database_url(settings), self._sessions[0], accounts[0][1], group)
        self._http = None
        if chosen.http is not None:
            self._http = Server(chosen.http, Door(Desk(database_url(settings), self._meter), self._writer.put))
        answers = replace(accounts[0][0], client_id=f"{chosen.client_id}-orders")
        self._orders = Orders(database_url(settings), answers)
        self._thread = threading.Thread(target=self._writer.run, args=(self._sessions[0],), name="writer", daemon=True)

    def start(self) -> None:
        self._thread.start()
        for session in self._sessions:
            session.start()
        self._orders.start()
        if self._http is not None:
            self._http.start()

    def tend(self) -> None:
        """Called every second."""
        self._tuning.tend()

    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def stop(self) -> int:
        """Settle what has arrived, acknowledge it, leave the broker. 1 when the writer had died of something unforeseen."""
        died = not self._thread.is_alive()
        if self._http is not None:
            self._http.stop()
        self._orders.stop()
        self._writer.stop()
        self._thread.join()
        for session in self._sessions:
            session.stop()
        note("ingest.stopped", died=died)
        return int(died)


def connections(settings: Settings, client_id: str, count: int, group: str | None) -> list[tuple[Account, list[str]]]:
    """Who connects and listens to what. Births and wills go to the first only, unshared, so that it is told the retained ones too."""
    readings = [topics.subscription(channel, group) for channel in (topics.UP, topics.SENML, topics.RAW)]
    found = []
    for number in range(count):
        name = client_id if number == 0 else f"{client_id}-{number}"
        account = Account(settings.mqtt_url, name, settings.mqtt_username, settings.mqtt_password)
        found.append((account, [*readings, topics.subscription(topics.STATUS)] if number == 0 else readings))
    return found


def parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="nongso ingest")
    parser.add_argument("--client-id", default=CLIENT_ID, help="name of the persistent session at the broker")
    parser.add_argument("--share", metavar="GROUP", help="share the load with other collectors of this group")
    parser.add_argument(
        "--sessions", type=int, default=1, metavar="N", help="connections to the broker; more than 1 share the load"
    )
    parser.add_argument("--batch", type=int, default=Pace().batch, metavar="N", help="messages a transaction at most")
    parser.add_argument(
        "--linger-ms", type=float, default=Pace().linger_s * 1000, help="how long a small batch waits for more"
    )
    parser.add_argument("--spool", type=Path, metavar="FILE", help="where messages wait while the database is away")
    parser.add_argument(
        "--spool-limit", type=int, default=HIGH_WATER, metavar="N", help="messages the spool holds at most"
    )
    parser.add_argument("--http", metavar="HOST:PORT", help="take readings over HTTP too")
    parser.add_argument("--metrics-port", type=int, metavar="PORT", help="answer /metrics on this port")
    parser.add_argument("--metrics-host", default="127.0.0.1", metavar="HOST")
    return parser.parse_args(argv)
