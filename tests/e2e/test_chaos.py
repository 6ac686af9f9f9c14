"""The short chaos run: parts are killed for half a minute, then nothing that was promised is missing."""

import json
import os
import subprocess
import sys

from fixtures.waiting import LIMIT_S

KILLING_S = 20


def test_nothing_promised_is_lost_when_everything_is_killed() -> None:
    words = ["chaos", "--minutes", str(KILLING_S / 60), "--seed", "3", "--json"]

    ended = subprocess.run(
        [sys.executable, "-m", "nongso", *words],
        env={**os.environ, "NONGSO_LANG": "en"},
        capture_output=True,
        timeout=KILLING_S + LIMIT_S,
        check=False,
    )
    report = json.loads(ended.stdout)

    assert (0, True) == (ended.returncode, report["holds"])
    assert 0 == report["missing_with_receipts"]
    assert 0 < sum(report["kills"].values())
    assert 0 < report["readings_stored"]
