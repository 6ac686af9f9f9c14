"""The commands: keys, verify, proof, and what a script reads from them."""

import json
from pathlib import Path

import pytest

from nongso.errors import NongsoError
from traceability.log.command import BadListen, FileExists, FileUnreadable, WrongKind, log, proof, witness
from traceability.log.keys import SignatureType, SignerKey, parse_skey
from traceability.log.merkle import NotInTree
from traceability.log.proof import BadProof
from traceability.log.sequencer import append

LOG = SignerKey("example.vn/log", SignatureType.NOTE, bytes(range(32)))
VKEY = str(LOG.verifier)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    append(tmp_path / "log", [b'{"n":1}', b'{"n":2}'], LOG)
    return tmp_path / "log"


@pytest.fixture
def proof_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    proof(["make", str(folder), "1", "--vkey", VKEY])
    file = folder / "1.tlog-proof"
    file.write_text(capsys.readouterr().out, encoding="utf-8")
    return file


def test_a_new_key_is_secret_in_its_file_and_public_on_the_screen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "key"

    code = log(["key", "example.vn/log", "--out", str(file), "--json"])

    key = parse_skey(file.read_text(encoding="ascii").strip())
    assert code == 0
    assert file.stat().st_mode & 0o777 == 0o600
    assert json.loads(capsys.readouterr().out) == {"vkey": str(key.verifier)}


def test_a_key_file_is_never_overwritten(tmp_path: Path) -> None:
    log(["key", "example.vn/log", "--out", str(tmp_path / "key")])

    with pytest.raises(FileExists):
        log(["key", "example.vn/log", "--out", str(tmp_path / "key")])


def test_a_whole_log_verifies_with_0(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = log(["verify", str(folder), "--vkey", VKEY])

    assert (code, "2 bản ghi" in capsys.readouterr().out) == (0, True)


def test_an_altered_log_verifies_with_1_and_says_where(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = folder / "tile/entries/000.p/2"
    file.chmod(0o644)
    file.write_bytes(file.read_bytes().replace(b'"n":2', b'"n":3'))

    assert log(["verify", str(folder), "--vkey", VKEY]) == 1
    assert "tile/entries/000.p/2, từ bản ghi số 1" in capsys.readouterr().out
    assert log(["verify", str(folder), "--vkey", VKEY, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["faults"] == [
        {"path": "tile/entries/000.p/2", "wrong": "differs", "index": 1}
    ]


def test_a_proof_that_holds_gives_0_and_the_record(proof_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = proof(["verify", str(proof_file), "--vkey", VKEY, "--json"])

    answer = json.loads(capsys.readouterr().out)
    assert code == 0
    assert (answer["valid"], answer["index"], answer["record"]) == (True, 1, '{"n":2}')


def test_a_proof_that_does_not_hold_gives_1_and_the_reason(
    proof_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = proof_file.with_name("record")
    record.write_bytes(b'{"n":3}')

    code = proof(["verify", str(proof_file), "--vkey", VKEY, "--record", str(record), "--json"])

    assert code == 1
    assert json.loads(capsys.readouterr().out) == {"valid": False, "reason": "log.inclusion_refused"}


def test_every_witness_named_must_have_signed_unless_a_quorum_says_less(proof_file: Path) -> None:
    vkey = str(SignerKey("example.vn/witness", SignatureType.COSIGNATURE, bytes(32)).verifier)
    words = ["verify", str(proof_file), "--vkey", VKEY, "--witness", vkey]

    assert proof(words) == 1
    assert proof([*words, "--quorum", "0"]) == 0


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["verify", "FILE/nowhere", "--vkey", VKEY], FileUnreadable),
        (["verify", "FILE/checkpoint", "--vkey", VKEY], BadProof),
    ],
)
def test_bad_input_is_an_error(folder: Path, words: list[str], fault: type[NongsoError]) -> None:
    with pytest.raises(fault):
        proof([word.replace("FILE", str(folder)) for word in words])


def test_a_witness_does_not_start_with_a_log_key_or_no_address(tmp_path: Path) -> None:
    key = tmp_path / "key"
    log(["key", "example.vn/log", "--out", str(key)])
    words = ["--state", str(tmp_path / "state"), "--key", str(key), "--log", VKEY]

    with pytest.raises(WrongKind):
        witness(["--listen", "127.0.0.1:0", *words])
    with pytest.raises(BadListen):
        witness(["--listen", "127.0.0.1", *words])


def test_a_witness_whose_memory_has_no_folder_does_not_start(tmp_path: Path) -> None:
    key = tmp_path / "key"
    log(["key", "example.vn/witness", "--kind", "witness", "--out", str(key)])

    with pytest.raises(FileUnreadable):
        witness(["--listen", "127.0.0.1:0", "--state", str(tmp_path / "no/state"), "--key", str(key), "--log", VKEY])


def test_a_log_that_was_never_begun_cannot_be_cosigned(tmp_path: Path) -> None:
    with pytest.raises(NotInTree):
        log(["cosign", str(tmp_path / "nowhere"), "--vkey", VKEY, "--witness", "http://127.0.0.1:1", VKEY])
