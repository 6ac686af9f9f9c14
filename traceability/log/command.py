"""`nongso log`, `nongso proof` and `nongso witness`: keys, checking a log, proofs, and being a witness, on the command line."""

import argparse
import json
import os
import sys
from dataclasses import asdict
from http.server import ThreadingHTTPServer
from pathlib import Path

from nongso.errors import Conflict, Forbidden, InvalidInput, NongsoError, Unavailable
from nongso.text import say
from traceability.log.audit import Audit, Fault, verify_log
from traceability.log.cosign import Asked, WitnessAddress, cosign_newest
from traceability.log.durable import only_writer, write_secret
from traceability.log.house_command import resume, verify_house
from traceability.log.keys import SignatureType, SignerKey, WrongKind, new_key, parse_skey, parse_vkey, write_skey
from traceability.log.lines import write_base64
from traceability.log.merkle import InclusionRefused
from traceability.log.proof import Shown, make_proof, parse_proof, verify_proof
from traceability.log.witness_server import Witness, load_witness, serve_witness

DONE, NO = 0, 1
KINDS = {"log": SignatureType.NOTE, "witness": SignatureType.COSIGNATURE}


class FileUnreadable(InvalidInput):
    code = "log.file_unreadable"


class FileExists(Conflict):
    """A key file is never overwritten."""

    code = "log.file_exists"


class BadListen(InvalidInput):
    code = "log.listen_bad"


class KeyNeeded(InvalidInput):
    """A folder from elsewhere is checked under a key that is known from elsewhere."""

    code = "log.key_needed"


class CannotListen(Unavailable):
    code = "log.cannot_listen"


def log(argv: list[str]) -> int:
    """`key`: a new key pair. `verify`: recompute a log, or this house's with its database. `cosign`: have witnesses sign. `resume`: after a restore."""
    arguments = log_parser().parse_args(argv)
    if arguments.command == "key":
        return print_new_key(arguments)
    deeds = {"cosign": cosign_folder, "verify": verify_any, "resume": resume}
    return deeds[arguments.command](arguments)


def verify_any(arguments: argparse.Namespace) -> int:
    """A folder stands for itself; without one the house's own log is held against its database."""
    if arguments.folder is None:
        return verify_house(arguments)
    if arguments.vkey is None:
        raise KeyNeeded()
    return verify_folder(arguments)


def proof(argv: list[str]) -> int:
    """`make`: the proof of one record. `verify`: check a proof file offline."""
    arguments = proof_parser().parse_args(argv)
    if arguments.command == "make":
        made = make_proof(arguments.folder, parse_vkey(arguments.vkey), arguments.index)
        sys.stdout.write(str(made))
        return DONE
    return verify_file(arguments)


def witness(argv: list[str]) -> int:
    """Serve add-checkpoint until stopped; prints the address it listens on and its own vkey first."""
    arguments = witness_parser().parse_args(argv)
    host, port = host_and_port(arguments.listen)
    logs = {key.name: key for key in map(parse_vkey, arguments.log)}
    signer = read_signer(arguments.key, SignatureType.COSIGNATURE)
    state: Path = arguments.state
    if not state.parent.is_dir():
        raise FileUnreadable(path=str(state))
    with (
        only_writer(state.with_name(f"{state.name}.lock")),
        bound_server(load_witness(signer, logs, state), host, port) as server,
    ):
        print(say(lang(), "log.witness_listens", host=host, port=str(server.server_address[1]), vkey=signer.verifier))
        sys.stdout.flush()
        server.serve_forever()
    return DONE


def print_new_key(arguments: argparse.Namespace) -> int:
    key = new_key(arguments.name, KINDS[arguments.kind])
    try:
        write_secret(arguments.out, write_skey(key) + "\n")
    except FileExistsError as fault:
        raise FileExists(path=str(arguments.out)) from fault
    except OSError as fault:
        raise FileUnreadable(path=str(arguments.out)) from fault
    print(json.dumps({"vkey": str(key.verifier)}) if arguments.json else key.verifier)
    return DONE


def verify_folder(arguments: argparse.Namespace) -> int:
    found = verify_log(arguments.folder, parse_vkey(arguments.vkey), [parse_vkey(text) for text in arguments.witness])
    print(json.dumps(audit_json(found)) if arguments.json else "\n".join(audit_lines(found)))
    return NO if found.faults else DONE


def audit_json(found: Audit) -> dict[str, object]:
    tree = found.checkpoint
    return {
        "valid": not found.faults,
        "origin": tree.origin if tree else None,
        "size": tree.size if tree else None,
        "root": write_base64(tree.root) if tree else None,
        "faults": [asdict(fault) for fault in found.faults],
        "uncovered": list(found.uncovered),
    }


def audit_lines(found: Audit) -> list[str]:
    lines = [fault_line(fault) for fault in found.faults]
    lines += [say(lang(), "log.audit_uncovered", path=path) for path in found.uncovered]
    tree = found.checkpoint
    if tree is not None and not found.faults:
        lines.append(say(lang(), "log.audit_whole", origin=tree.origin, size=tree.size, root=write_base64(tree.root)))
    return lines


def fault_line(fault: Fault) -> str:
    where = "" if fault.index is None else say(lang(), "log.audit_record", index=str(fault.index))
    return say(lang(), f"log.audit_{fault.wrong}", path=fault.path, where=where)


def cosign_folder(arguments: argparse.Namespace) -> int:
    witnesses = [WitnessAddress(url, parse_vkey(vkey)) for url, vkey in arguments.witness]
    asked = cosign_newest(arguments.folder, parse_vkey(arguments.vkey), witnesses)
    print(json.dumps([asked_json(one) for one in asked]) if arguments.json else "\n".join(map(asked_line, asked)))
    return NO if any(one.fault for one in asked) else DONE


def asked_json(one: Asked) -> dict[str, object]:
    return {"url": one.witness.url, "name": one.witness.key.name, "refusal": one.fault.code if one.fault else None}


def asked_line(one: Asked) -> str:
    if one.fault is None:
        return say(lang(), "log.cosigned", name=one.witness.key.name)
    return say(lang(), "log.not_cosigned", name=one.witness.key.name, reason=sentence(one.fault))


def verify_file(arguments: argparse.Namespace) -> int:
    """0 when the proof shows what it should, 1 when it is well-formed and does not."""
    witnesses = [parse_vkey(text) for text in arguments.witness]
    quorum = len(witnesses) if arguments.quorum is None else arguments.quorum
    record = read_bytes(arguments.record) if arguments.record else None
    made = parse_proof(read_bytes(arguments.file))
    try:
        shown = verify_proof(made, parse_vkey(arguments.vkey), witnesses, quorum, record)
    except (Forbidden, InclusionRefused) as fault:
        print_refusal(fault, arguments)
        return NO
    print(json.dumps(shown_json(shown)) if arguments.json else "\n".join(shown_lines(shown)))
    return DONE


def print_refusal(fault: NongsoError, arguments: argparse.Namespace) -> None:
    if arguments.json:
        print(json.dumps({"valid": False, "reason": fault.code}))
    else:
        print(say(lang(), "log.proof_refused", reason=sentence(fault)))


def shown_json(shown: Shown) -> dict[str, object]:
    return {
        "valid": True,
        "origin": shown.checkpoint.origin,
        "index": shown.index,
        "size": shown.checkpoint.size,
        "witnesses": [{"name": one.key.name, "at": one.at.isoformat() if one.at else None} for one in shown.witnesses],
        "record": shown.record.decode("utf-8", errors="replace"),
    }


def shown_lines(shown: Shown) -> list[str]:
    tree = shown.checkpoint
    lines = [say(lang(), "log.proof_holds", index=str(shown.index), origin=tree.origin, size=tree.size)]
    lines += [say(lang(), "log.proof_seen", name=one.key.name, at=one.at) for one in shown.witnesses]
    if not shown.witnesses:
        lines.append(say(lang(), "log.proof_unseen"))
    return [*lines, shown.record.decode("utf-8", errors="replace")]


def read_signer(path: Path, kind: SignatureType) -> SignerKey:
    """The secret key in a file. FileUnreadable, BadKey, or WrongKind when it is not of `kind`."""
    try:
        key = parse_skey(read_bytes(path).decode("ascii").strip())
    except UnicodeDecodeError as fault:
        raise FileUnreadable(path=str(path)) from fault
    if key.kind is not kind:
        raise WrongKind(key=key.name)
    return key


def read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise FileUnreadable(path=str(path)) from fault


def bound_server(watcher: Witness, host: str, port: int) -> ThreadingHTTPServer:
    try:
        return serve_witness(watcher, host, port)
    except OSError as fault:
        raise CannotListen(listen=f"{host}:{port}") from fault


def host_and_port(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise BadListen(listen=text)
    return host, int(port)


def sentence(fault: NongsoError) -> str:
    return say(lang(), f"error.{fault.code}", **fault.values)


def lang() -> str:
    return os.environ.get("NONGSO_LANG", "vi")


def log_parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="nongso log", description="Keys and checks of the tamper-evident log.")
    commands = top.add_subparsers(dest="command", required=True)
    key = commands.add_parser("key", help="make a key pair: the secret goes to a file, the vkey to the screen")
    key.add_argument("name", help="the log's origin or the witness's name, such as nongso.example.vn/log")
    key.add_argument("--out", type=Path, required=True, help="new file for the secret key (mode 0600)")
    key.add_argument("--kind", choices=sorted(KINDS), default="log")
    key.add_argument("--json", action="store_true")
    verify = commands.add_parser(
        "verify",
        help="recompute the tree and name everything wrong; without a folder also hold the database against it",
    )
    verify.add_argument(
        "folder", type=Path, nargs="?", help="a copy of a log; without it this house's own log and database"
    )
    verify.add_argument("--vkey", help="the log's public key; a folder needs it")
    verify.add_argument("--witness", action="append", default=[], metavar="VKEY")
    verify.add_argument("--json", action="store_true")
    cosign = commands.add_parser("cosign", help="have witnesses sign the newest checkpoint")
    cosign.add_argument("folder", type=Path)
    cosign.add_argument("--vkey", required=True, help="the log's public key")
    cosign.add_argument("--witness", action="append", nargs=2, required=True, metavar=("URL", "VKEY"))
    cosign.add_argument("--json", action="store_true")
    going_on = commands.add_parser("resume", help="say that the restored back-up is the newest, where no witness can")
    going_on.add_argument("--json", action="store_true")
    return top


def proof_parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="nongso proof", description="Proofs that a record is in a log (C2SP tlog-proof)."
    )
    commands = top.add_subparsers(dest="command", required=True)
    make = commands.add_parser("make", help="write the proof of one record to the standard output")
    make.add_argument("folder", type=Path)
    make.add_argument("index", type=int)
    make.add_argument("--vkey", required=True, help="the log's public key")
    verify = commands.add_parser("verify", help="check a proof file offline; exit code 1 when it does not hold")
    verify.add_argument("file", type=Path)
    verify.add_argument("--vkey", required=True, help="the log's public key")
    verify.add_argument("--witness", action="append", default=[], metavar="VKEY")
    verify.add_argument("--quorum", type=int, help="how many of the witnesses must have signed (default: all)")
    verify.add_argument("--record", type=Path, help="the record's exact bytes, instead of those in the proof")
    verify.add_argument("--json", action="store_true")
    return top


def witness_parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="nongso witness", description="Cosign the checkpoints of logs that only grow.")
    top.add_argument("--listen", required=True, metavar="HOST:PORT", help="port 0 lets the system choose")
    top.add_argument("--state", type=Path, required=True, help="file that remembers what was cosigned; keep it safe")
    top.add_argument("--key", type=Path, required=True, help="the witness's secret key (nongso log key --kind witness)")
    top.add_argument("--log", action="append", required=True, metavar="VKEY", help="a log to watch; may be repeated")
    return top
