"""Checkpoints: three lines, one spelling, one log."""

import pytest

from traceability.log.checkpoint import (
    BadCheckpoint,
    Checkpoint,
    OtherLog,
    open_checkpoint,
    parse_checkpoint,
    sign_checkpoint,
)
from traceability.log.keys import SignatureType, SignerKey
from traceability.log.merkle import EMPTY_ROOT

LOG = SignerKey("example.vn/log", SignatureType.NOTE, bytes(32))
EMPTY = Checkpoint(LOG.name, 0, EMPTY_ROOT)
ROOT = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


def test_a_checkpoint_is_read_as_it_was_signed() -> None:
    checkpoint = Checkpoint(LOG.name, 7, EMPTY_ROOT, ("an extension",))

    assert open_checkpoint(sign_checkpoint(checkpoint, LOG), LOG.verifier) == checkpoint


@pytest.mark.parametrize(
    "text",
    [
        f"o\n{7}\n",
        f"\n7\n{ROOT}\n",
        f"o\n07\n{ROOT}\n",
        f"o\n-7\n{ROOT}\n",
        f"o\n\u0667\n{ROOT}\n",
        f"o\n9223372036854775808\n{ROOT}\n",
        f"o\n7\n{ROOT[:-1]}\n",
        "o\n7\nAAAA\n",
        f"o\n7\n{ROOT}",
        f"o\n7\n{ROOT}\n\nlate\n",
    ],
)
def test_a_misspelt_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadCheckpoint):
        parse_checkpoint(text)


def test_a_key_signs_for_its_own_log_only() -> None:
    with pytest.raises(OtherLog):
        sign_checkpoint(Checkpoint("example.vn/other", 0, EMPTY_ROOT), LOG)


def test_a_checkpoint_of_another_log_is_not_believed() -> None:
    other = SignerKey("example.vn/other", SignatureType.NOTE, LOG.seed)

    with pytest.raises(OtherLog):
        open_checkpoint(sign_checkpoint(EMPTY, LOG), other.verifier)
