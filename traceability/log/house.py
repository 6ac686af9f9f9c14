"""The log of this house: its folder, its key and its witnesses, from the settings; and the public keys it lays beside its files."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nongso.errors import Conflict
from nongso.settings import Settings
from traceability.log.cosign import WitnessAddress
from traceability.log.durable import replace
from traceability.log.folder import folder_reader
from traceability.log.keys import SignatureType, SignerKey, VerifierKey, WrongKind, parse_skey, parse_vkey

VKEY, WITNESSES = "vkey", "witnesses"  # ours, beside C2SP's files: one key a line


class LogKeyChanged(Conflict):
    """The folder holds a log of another key: a new key is a new log, in a new folder."""

    code = "log.key_changed"


@dataclass(frozen=True, slots=True)
class HouseLog:
    """What the writer of the log needs."""

    folder: Path
    signer: SignerKey
    witnesses: Sequence[WitnessAddress]

    @property
    def key(self) -> VerifierKey:
        return self.signer.verifier


@dataclass(frozen=True, slots=True)
class PublicLog:
    """What anybody may know of the log: where it lies and whose signatures count."""

    folder: Path
    key: VerifierKey
    witnesses: tuple[VerifierKey, ...]


def open_log(settings: Settings) -> HouseLog | None:
    """The log this process writes, or None where the settings hold no key. Raises BadKey or WrongKind for a key that is none."""
    if settings.log_key is None:
        return None
    signer = parse_skey(settings.log_key)
    witnesses = tuple(WitnessAddress(url, parse_vkey(vkey)) for url, vkey in settings.log_witnesses)
    if signer.kind is not SignatureType.NOTE:
        raise WrongKind(key=signer.name)
    for witness in witnesses:
        if witness.key.kind is not SignatureType.COSIGNATURE:
            raise WrongKind(key=witness.key.name)
    return HouseLog(settings.log_dir, signer, witnesses)


def publish_keys(house: HouseLog) -> None:
    """Lay the public keys into the folder, for the pages and for whoever copies it. LogKeyChanged when another key is there."""
    read = folder_reader(house.folder)
    known = read(VKEY)
    if known is not None and known.decode().strip() != str(house.key):
        raise LogKeyChanged(folder=house.folder)
    told = {VKEY: f"{house.key}\n", WITNESSES: "".join(f"{witness.key}\n" for witness in house.witnesses)}
    house.folder.mkdir(parents=True, exist_ok=True)
    for path, text in told.items():
        if read(path) != text.encode():
            replace(house.folder, path, text.encode())


def find_public(folder: Path) -> PublicLog | None:
    """The log in a folder as its published keys name it; None where no log is kept."""
    read = folder_reader(folder)
    vkey = read(VKEY)
    if vkey is None:
        return None
    witnesses = (read(WITNESSES) or b"").decode().split()
    return PublicLog(folder, parse_vkey(vkey.decode().strip()), tuple(map(parse_vkey, witnesses)))
