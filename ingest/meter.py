"""What the collector counts, for Prometheus; kept whether or not anybody asks."""

import time
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

from ingest import watchtower
from ingest.backlog import Backlog
from nongso.store.intake import Counts

OUTCOMES = ("stored", "duplicate", "conflict", "rejected")


class Meter:
    """One registry of its own, so that several collectors can live in one process (tests, bench)."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.backlog = Backlog()
        ProcessCollector(registry=self.registry)
        self.messages = Counter("nongso_ingest_messages", "Messages settled", registry=self.registry)
        self.items = Counter("nongso_ingest_items", "Items by what became of them", ["outcome"], registry=self.registry)
        self.batch_s = Histogram(
            "nongso_ingest_batch_seconds",
            "From a gathered batch to COMMIT",
            buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
            registry=self.registry,
        )
        self.stage_s = Counter(
            "nongso_ingest_stage_seconds", "Where the writer's time goes", ["stage"], registry=self.registry
        )
        self.spooled = Gauge("nongso_ingest_spooled_messages", "Messages waiting in the spool", registry=self.registry)
        self.oldest_s = Gauge(
            "nongso_ingest_oldest_unwritten_seconds", "Age of the oldest spooled message", registry=self.registry
        )
        self.unsafe_s = Gauge(
            "nongso_ingest_oldest_unacknowledged_seconds",
            "Age of the oldest message that is neither committed nor in the spool",
            registry=self.registry,
        )
        self.aside = Gauge(
            "nongso_ingest_aside_messages", "Messages of hurried devices in the siding", registry=self.registry
        )
        self.store_up = Gauge("nongso_ingest_store_up", "1 while the database answers", registry=self.registry)

    def settled(self, messages: int, counts: Counts, seconds: float) -> None:
        self.messages.inc(messages)
        for outcome in OUTCOMES:
            self.items.labels(outcome).inc(getattr(counts, outcome))
        self.batch_s.observe(seconds)
        self.store_up.set(1)

    def stopwatch(self) -> Callable[[str], None]:
        """Starts a watch; each call books the time since the last one under a stage."""
        last = time.perf_counter()

        def lap(stage: str) -> None:
            nonlocal last
            now = time.perf_counter()
            self.stage_s.labels(stage).inc(now - last)
            last = now

        return lap

    def waiting(self, backlog: Backlog) -> None:
        self.backlog = backlog
        self.spooled.set(backlog.spooled)
        self.aside.set(backlog.aside)
        self.oldest_s.set(backlog.oldest_s(time.time_ns() // 1000))

    def serve(self, host: str, port: int) -> None:
        """Answer /metrics and /health on a thread of its own."""
        watchtower.serve(host, port, self.registry, lambda: self.backlog)
