"""Settings from the environment: frozen, every problem reported at once, no default for a secret."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from nongso.errors import InvalidInput

PREFIX = "NONGSO_"
FEWEST_DAYS, MOST_DAYS = 31, 36_500  # late readings of a month are ordinary


class BadSettings(InvalidInput):
    """`problems` is one text with a clause for each value that cannot be used."""

    code = "settings"


@dataclass(frozen=True, slots=True)
class Settings:
    """What an entry point needs to know. docs/settings.md explains each; a test holds the two against each other."""

    database_url: str | None  # None: the embedded PostgreSQL under data_dir
    data_dir: Path
    mqtt_url: str
    mqtt_username: str | None
    mqtt_password: str | None
    api_host: str
    api_port: int
    ui_host: str
    ui_port: int
    api_url: str  # where the UI reaches the API
    public_url: str  # what a label carries and a buyer's phone opens
    ui_url: str  # where a person is sent after signing in
    retention_days: int | None  # readings older than this are dropped; None: kept for ever
    broker_auth_dir: Path | None  # where Mosquitto's password and ACL files are kept up to date; None: nowhere
    lang: str
    log_dir: Path  # the tamper-evident log's files, which anybody may have
    forecast_url: str | None = None  # where the worker fetches weather forecasts, Open-Meteo's shape; None: nowhere
    log_key: str | None = None  # its secret key; only the worker needs it, and without one no log is kept
    log_witnesses: tuple[tuple[str, str], ...] = ()  # where each listens, and its public key
    scan_area_header: str | None = None  # in which our own proxy says "latitude,longitude" of a visitor
    webhook_private_hosts: frozenset[str] = frozenset()  # hosts inside the house that EPCIS webhooks may still reach

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Read NONGSO_* (and the `_FILE` twins of secrets). Raises BadSettings naming every bad value at once."""
        source = _Source(environ)
        api_port = source.port("API_PORT", 8100)
        ui_port = source.port("UI_PORT", 8501)
        data_dir = Path(source.text("DATA_DIR", ".nongso")).absolute()
        settings = cls(
            database_url=source.secret("DATABASE_URL"),
            data_dir=data_dir,
            mqtt_url=source.url("MQTT_URL", "mqtt://127.0.0.1:1883", ("mqtt", "mqtts")),
            mqtt_username=source.get("MQTT_USERNAME"),
            mqtt_password=source.secret("MQTT_PASSWORD"),
            api_host=source.text("API_HOST", "127.0.0.1"),
            api_port=api_port,
            ui_host=source.text("UI_HOST", "127.0.0.1"),
            ui_port=ui_port,
            api_url=source.url("API_URL", f"http://127.0.0.1:{api_port}", ("http", "https")),
            public_url=source.url("PUBLIC_URL", f"http://localhost:{api_port}", ("http", "https")),
            ui_url=source.url("UI_URL", f"http://localhost:{ui_port}", ("http", "https")),
            retention_days=source.days("RETENTION_DAYS"),
            broker_auth_dir=source.folder("BROKER_AUTH_DIR"),
            lang=source.choice("LANG", "vi", ("vi", "en")),
            forecast_url=source.maybe_url("FORECAST_URL", ("http", "https", "file")),
            log_dir=source.folder("LOG_DIR") or data_dir / "tamper-log",
            log_key=source.secret("LOG_KEY"),
            log_witnesses=source.pairs("LOG_WITNESSES"),
            scan_area_header=source.get("SCAN_AREA_HEADER"),
            webhook_private_hosts=frozenset(source.text("WEBHOOK_PRIVATE_HOSTS", "").replace(",", " ").split()),
        )
        source.finish()
        return settings

    @property
    def secure_cookies(self) -> bool:
        """Cookies go over HTTPS only wherever the public address is HTTPS."""
        return self.public_url.startswith("https://")

    @property
    def broker_user(self) -> tuple[str, str] | None:
        """The house's own user name and password at the broker."""
        return (self.mqtt_username, self.mqtt_password) if self.mqtt_username and self.mqtt_password else None


class _Source:
    """Reads values and gathers what is wrong with them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.problems: list[str] = []

    def get(self, name: str) -> str | None:
        return self.environ.get(PREFIX + name) or None

    def text(self, name: str, default: str) -> str:
        return self.get(name) or default

    def folder(self, name: str) -> Path | None:
        raw = self.get(name)
        return Path(raw).absolute() if raw else None

    def secret(self, name: str) -> str | None:
        """The value itself, or the content of the file that `<name>_FILE` names."""
        path = self.get(f"{name}_FILE")
        if path is None:
            return self.get(name)
        try:
            return Path(path).read_text(encoding="utf-8").strip() or None
        except (OSError, UnicodeDecodeError) as fault:
            self.problems.append(f"{PREFIX}{name}_FILE={path}: {type(fault).__name__}")
            return None

    def port(self, name: str, default: int) -> int:
        raw = self.get(name)
        if raw is None:
            return default
        if raw.isascii() and raw.isdigit() and 0 < int(raw) < 65536:
            return int(raw)
        self.problems.append(f"{PREFIX}{name}={raw}: 1..65535")
        return default

    def days(self, name: str) -> int | None:
        """A number of days; none when it is not given."""
        raw = self.get(name)
        if raw is None:
            return None
        if raw.isascii() and raw.isdigit() and FEWEST_DAYS <= int(raw) <= MOST_DAYS:
            return int(raw)
        self.problems.append(f"{PREFIX}{name}={raw}: {FEWEST_DAYS}..{MOST_DAYS}")
        return None

    def url(self, name: str, default: str, schemes: tuple[str, ...]) -> str:
        raw = self.text(name, default).rstrip("/")
        parts = urlsplit(raw)
        if parts.scheme not in schemes or not parts.hostname:
            self.problems.append(f"{PREFIX}{name}={raw}: {'|'.join(schemes)}://…")
        return raw

    def maybe_url(self, name: str, schemes: tuple[str, ...]) -> str | None:
        """An address, or none when it is not given; a `file` has a path in place of a host."""
        raw = self.get(name)
        if raw is None:
            return None
        parts = urlsplit(raw)
        if parts.scheme not in schemes or not (parts.path if parts.scheme == "file" else parts.hostname):
            self.problems.append(f"{PREFIX}{name}={raw}: {'|'.join(schemes)}://…")
        return raw

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        raw = self.text(name, default)
        if raw not in allowed:
            self.problems.append(f"{PREFIX}{name}={raw}: {'|'.join(allowed)}")
        return raw

    def pairs(self, name: str) -> tuple[tuple[str, str], ...]:
        """Addresses, each followed by a key; commas are spaces."""
        words = self.text(name, "").replace(",", " ").split()
        urls, keys = words[::2], words[1::2]
        if len(urls) != len(keys) or not all(url.startswith(("http://", "https://")) for url in urls):
            self.problems.append(f"{PREFIX}{name}: http(s)://… vkey, http(s)://… vkey")
            return ()
        return tuple(zip(urls, keys, strict=True))

    def finish(self) -> None:
        if self.problems:
            raise BadSettings(problems="; ".join(self.problems))
