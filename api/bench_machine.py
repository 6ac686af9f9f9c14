"""What the machine itself takes away: a shared machine's processor nearly stands still for moments, and no program on it is quicker then."""

import time
from statistics import median

SLICE_S = 0.01
LOOKED_S = 4.0


def slow_share(seconds: float = LOOKED_S) -> float:
    """Share of the time in which one processor did less than half of its usual work, while nothing of ours ran beside it.

    A percentile above 1 minus this share is the machine's, not the program's.
    """
    begin, done = time.perf_counter(), list[int]()
    while (started := time.perf_counter()) < begin + seconds:
        count = 0
        while time.perf_counter() < started + SLICE_S:
            count += 1
        done.append(count)
    usual = median(done)
    return round(sum(count < usual / 2 for count in done) / len(done), 3)
