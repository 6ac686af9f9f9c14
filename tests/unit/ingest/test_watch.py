"""A batch through the watch: messages, moments, commits that failed."""

from ingest.watch import Watch
from nongso.readings import Flag, SeriesKey
from nongso.store.readings import Row

MINUTE_US = 60_000_000
KEYS = ("water.temperature", "water.ec", "water.salinity", "water.level", "air.temperature", "air.dew_point")
IDS = {key: number for number, key in enumerate(KEYS)}


def watch() -> Watch:
    found = Watch()
    found.begin({SeriesKey("sonde-1", key, None): number for key, number in IDS.items()})
    return found


def moment(minute: int, **values: float) -> list[Row]:
    at_us = minute * MINUTE_US
    return [Row(IDS[key.replace("__", ".")], at_us, value, 0, at_us) for key, value in values.items()]


def flags(watching: Watch, *messages: list[Row]) -> list[list[str]]:
    """The flags of every row, all messages in one batch that is committed."""
    rows = [row for message in messages for row in message]
    owners = [number for number, message in enumerate(messages) for _ in message]
    findings = watching.judge(rows, owners)
    watching.keep(findings)
    return [[flag.name or "" for flag in Flag(row.flags)] for row in findings.rows]


def test_a_sonde_with_a_wrong_temperature_is_wrong_about_its_salt() -> None:
    found = flags(
        watch(),
        moment(0, water__temperature=31.5, water__ec=50_680, water__salinity=33.0),
        moment(15, water__salinity=24.0, water__ec=38_900, water__temperature=50.0),
    )

    assert [[], [], []] == found[:3]
    assert [["CROSS"], ["CROSS"], ["RATE"]] == found[3:]


def test_fresh_again_is_not_read_from_a_lifted_sonde() -> None:
    found = flags(
        watch(),
        moment(0, water__temperature=29.0, water__ec=9_000, water__salinity=5.0, water__level=1.3),
        moment(15, water__temperature=30.0, water__ec=4, water__salinity=0.0, water__level=0.0),
    )

    assert [["CROSS"], ["CROSS"], ["CROSS"], []] == found[4:]


def test_a_conductivity_of_air_alone_is_no_water() -> None:
    assert [["CROSS"]] == flags(watch(), moment(0, water__ec=4))


def test_the_present_and_the_past_of_one_message_are_looked_at_in_order_of_time() -> None:
    found = flags(
        watch(),
        [*moment(20, air__temperature=28.0), *moment(0, air__temperature=27.0), *moment(10, air__temperature=60.0)],
    )

    assert [[], [], ["RATE"]] == found


def test_readings_of_different_moments_do_not_contradict_each_other() -> None:
    found = flags(watch(), [*moment(0, air__temperature=18.0), *moment(10, air__dew_point=19.5, air__temperature=20.0)])

    assert [[], [], []] == found


def test_a_batch_that_was_not_committed_leaves_no_trace() -> None:
    watching = watch()
    flags(watching, moment(0, air__temperature=20.0))
    rows = moment(10, air__temperature=45.0)

    first, again = watching.judge(rows, [0]), watching.judge(rows, [0])

    assert first == again
    assert Flag.RATE in Flag(again.rows[0].flags)


def test_a_spike_of_an_earlier_batch_is_named() -> None:
    watching = watch()
    flags(watching, moment(0, air__temperature=20.0))
    flags(watching, moment(10, air__temperature=45.0))

    findings = watching.judge(moment(20, air__temperature=20.5), [0])

    assert [(IDS["air.temperature"], 10 * MINUTE_US)] == findings.spikes
