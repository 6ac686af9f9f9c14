"""Opens, updates and closes alerts: plays what arrived through the rules of each field and station, and looks at every device.

Where the rules stand is kept in the store, so a restart begins where the last turn ended.
What cannot be looked at freezes: a rule without a reading neither opens nor closes anything.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from nongso import store
from nongso.alerting import device as device_rules
from nongso.alerting import waiting
from nongso.alerting.arming import arm_all
from nongso.alerting.catalogue import DIARY_RULES, RULES, mutes
from nongso.alerting.device import DeviceLook
from nongso.alerting.history import Episode, Played, Track, forget_rules, play
from nongso.alerting.machine import Look, State
from nongso.alerting.rule import Armed, Setting
from nongso.alerting.scene import Day, Place
from nongso.alerting.waiting import LOOKED_BACK, DiaryLook
from nongso.alerting.wire import from_json, to_json
from nongso.clock import local_day
from nongso.forecast import nearest
from nongso.root_zone import MOST_DAYS
from nongso.rules import Signal
from nongso.store import alerts, diary, forecasts, rules
from nongso.store.alerts import Details, Target
from nongso.store.days import whole_days
from nongso.store.rules import StoredTrack, Watched
from nongso.text import find

TAIL = timedelta(hours=1)  # as long a reading may come late and still alarm: what is newer is played again
WARM_UP = timedelta(hours=26)  # how far back a place that was never played begins: a day of rain, and the wait for it
DAYS_BACK = 31
SEASON_DAYS = 150


def run_once(pool: store.Pool, now: datetime) -> int:
    """Judge everything once; how many alerts were opened or closed. Does nothing while another process judges."""
    with store.connection(pool) as conn:
        if not alerts.try_lock(conn):
            return 0
        open_now = set(alerts.list_open_targets(conn))
        tracks, settings = rules.list_tracks(conn), rules.list_all_settings(conn)
        places = rules.list_watched(conn, now)
        changed = 0
        for watched in places:
            changed += judge_place(conn, watched, tracks, settings, open_now, now)
        changed += close_abandoned(conn, places, open_now, now)
        looks = device_rules.look_at_all(devices := alerts.list_health(conn, now), now)
        names = {device.device_id: device.device_name for device in devices}
        changed += sum(apply(conn, look, names[look.device_id], open_now, now) for look in looks)
        return changed + judge_diaries(conn, open_now, now)


def judge_diaries(conn: store.Connection, open_now: set[Target], now: datetime) -> int:
    """What sprays forbid. An alert whose spray was taken back, or is long past, ends."""
    fields = diary.list_sprayed(conn, local_day(now) - LOOKED_BACK)
    looks = waiting.look_at_all(fields, now)
    changed = sum(apply_diary(conn, look, open_now, now) for look in looks)
    known = {field.field_id for field in fields}
    over = [target for target in open_now if target.rule in DIARY_RULES and target.field_id not in known]
    return changed + sum(alerts.close(conn, target, now) for target in over)


def apply_diary(conn: store.Connection, look: DiaryLook, open_now: set[Target], now: datetime) -> bool:
    """True when a field's alert was opened or closed."""
    target = Target(look.rule, field_id=look.field_id)
    if look.signal is Signal.CLEAR or look.spray is None:
        return target in open_now and alerts.close(conn, target, now)
    said: dict[str, str | float] = {"key": f"alert.{look.rule}", "product": look.spray.product}
    if look.day is not None:
        said |= {"day": look.day.isoformat(), "days": look.days}
    else:
        said["until"] = look.spray.open_at.isoformat()
    return alerts.open_or_update(conn, target, look.severity, said, now)


def judge_place(
    conn: store.Connection,
    watched: Watched,
    tracks: Mapping[tuple[int | None, str | None], StoredTrack],
    settings: Mapping[int, Sequence[Setting]],
    open_now: set[Target],
    now: datetime,
) -> int:
    """Play what a place's sensors sent; nothing is played while nothing new came and no rule was taken away."""
    place = watched.place
    stored = tracks.get((place.field_id, place.device_id))
    armed = arm_all(place, settings.get(place.office_id, ()), now)
    track = from_json(stored.body) if stored else Track(now - WARM_UP)
    known = {*track.states, *(target.rule for target in open_now if is_of(target, place))}
    gone = known - {each.rule.slug for each in armed}
    if stored and stored.heard_at >= watched.heard_at and not gone:
        return 0
    start = forget_rules(track, gone)
    played = play_on(conn, watched, armed, start, now)
    rules.put_track(conn, place, watched.heard_at, to_json(played.settled))
    return reconcile(conn, place, played, open_now, now)


def play_on(conn: store.Connection, watched: Watched, armed: list[Armed], start: Track, now: datetime) -> Played:
    points = rules.list_points(conn, rules.starts(watched, start.until), now, rules.ALARMS)
    told = nearest(forecasts.list_holding(conn, watched.place.office_id, start.until, now), watched.point)
    return play(
        watched.place, armed, start, points, days_before(conn, watched, local_day(start.until), now), now - TAIL, told
    )


def days_before(conn: store.Connection, watched: Watched, since: date, now: datetime) -> list[Day]:
    """Whole days for the rules that look once a day; none unless a day ended since the track's end."""
    today = local_day(now)
    if since == today:
        return []
    return whole_days(conn, watched, today - timedelta(days=days_back(watched.place, today)), today - timedelta(days=1))


def days_back(place: Place, today: date) -> int:
    """A month; for a season's crop since it was planted, because degree-days are summed from there."""
    age = (today - place.planted_on).days if place.planted_on else 0
    return max(DAYS_BACK, age) if age <= SEASON_DAYS else max(DAYS_BACK, MOST_DAYS)


def reconcile(conn: store.Connection, place: Place, played: Played, open_now: set[Target], now: datetime) -> int:
    """Bring the alerts level with what was played. What is muted is closed as long as it is."""
    states = {slug: state for slug, state in played.live.states.items() if state.is_open}
    mute = {other for slug in states for other in mutes(slug)}
    for episode in played.episodes:
        if episode.closed_at is not None and episode.rule not in mute:
            keep_history(conn, place, episode, open_now)
    standing = {slug: state for slug, state in states.items() if slug not in mute}
    opened = sum(open_one(conn, place, slug, state) for slug, state in standing.items())
    over = [target for target in open_now if is_of(target, place) and target.rule not in standing]
    ends = {episode.rule: episode.closed_at for episode in played.episodes if episode.closed_at}
    return opened + sum(alerts.close(conn, target, ends.get(target.rule, now)) for target in over)


def open_one(conn: store.Connection, place: Place, slug: str, state: State) -> bool:
    assert state.opened_at is not None
    assert state.told is not None
    told = state.told
    return alerts.hold(
        conn, target_of(place, slug), told.severity, details(place, slug, told), state.opened_at, told.at
    )


def keep_history(conn: store.Connection, place: Place, episode: Episode, open_now: set[Target]) -> None:
    target = target_of(place, episode.rule)
    if target in open_now or episode.closed_at is None:
        return
    said = details(place, episode.rule, episode.worst)
    alerts.record(conn, target, episode.worst.severity, said, episode.opened_at, episode.closed_at)


def target_of(place: Place, slug: str) -> Target:
    return Target(slug, place.field_id, place.device_id)


def is_of(target: Target, place: Place) -> bool:
    """A rule over devices is not of a place, though its target may be the same station."""
    return target.rule in RULES and (target.field_id, target.device_id) == (place.field_id, place.device_id)


def close_abandoned(conn: store.Connection, places: Sequence[Watched], open_now: set[Target], now: datetime) -> int:
    """Alerts of fields and stations that lost their last sensor have nothing left to speak for them."""
    served = {(each.place.field_id, each.place.device_id) for each in places}
    over = [each for each in open_now if each.rule in RULES and (each.field_id, each.device_id) not in served]
    return sum(alerts.close(conn, target, now) for target in over)


def details(place: Place, slug: str, look: Look) -> Details:
    """The values of the alert's sentence; `key` is its text key, so that an old alert can always be read."""
    said: dict[str, str | float] = {"key": text_key(slug, look.variant)}
    if place.field_id is not None:
        said["crop"] = place.crop
    if look.value is not None:
        said |= {"value": look.value, "depth": abs(look.value)}
    if look.limit is not None:
        said |= {"limit": look.limit, "limit_depth": abs(look.limit)}
    return said | dict(look.more)


def text_key(slug: str, variant: str) -> str:
    """The sentence of a rule, or of one of its variants: beside the rule's own sentence where it has one, else below its name."""
    if not variant:
        return f"alert.{slug}"
    return f"alert.{slug}_{variant}" if find("vi", f"alert.{slug}") else f"alert.{slug}.{variant}"


def apply(conn: store.Connection, look: DeviceLook, name: str, open_now: set[Target], now: datetime) -> bool:
    """True when a device's alert was opened or closed."""
    target = Target(look.rule, device_id=look.device_id)
    if look.signal is Signal.RAISE or (look.signal is Signal.HOLD and target in open_now):
        said: dict[str, str | float] = {
            "key": f"alert.{look.rule}",
            "device": name,
            "since": look.since.isoformat(),
            "property": look.property or "",
        }
        if look.value is not None:
            said["value"] = look.value
        return alerts.open_or_update(conn, target, look.severity, said, now)
    return look.signal is Signal.CLEAR and target in open_now and alerts.close(conn, target, now)
