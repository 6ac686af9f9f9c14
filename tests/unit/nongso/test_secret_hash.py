"""Secrets are held against Mosquitto's own hashes, for HTTP."""

import pytest

from nongso.mosquitto import matches, password_hash, user_name


def test_only_the_secret_itself_matches() -> None:
    hashed = password_hash("sesame")

    assert (True, False) == (matches("sesame", hashed), matches("poppy", hashed))


@pytest.mark.parametrize("hashed", ["", "$7$", "$7$101$x$y", "$6$101$c2FsdA==$aGFzaA==", "$7$0$c2FsdA==$aGFzaA=="])
def test_what_is_no_hash_matches_nothing(hashed: str) -> None:
    assert not matches("sesame", hashed)


def test_each_device_has_two_names() -> None:
    assert ("TN-01", "TN-01!b") == (user_name("TN-01", "a"), user_name("TN-01", "b"))
