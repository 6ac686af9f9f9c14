"""A message as the broker handed it over, before anybody read it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """`received_us`: when it reached us, microseconds since 1970 UTC."""

    topic: str
    payload: bytes
    received_us: int
    retained: bool = False
