"""The proof page in headless Chromium, opened from disk without a network: it agrees with the Python verifier."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from traceability.log.checkpoint import Checkpoint, sign_checkpoint
from traceability.log.keys import SignatureType, SignerKey
from traceability.log.merkle import inclusion_proof, leaf_hash, tree_root
from traceability.log.note import cosign
from traceability.log.page import verifier_page
from traceability.log.proof import Proof

LOG = SignerKey("example.vn/log", SignatureType.NOTE, bytes(range(32)))
WITNESS = SignerKey("example.vn/witness", SignatureType.COSIGNATURE, bytes([2]) * 32)
STRANGER = SignerKey("example.vn/stranger", SignatureType.COSIGNATURE, bytes([3]) * 32)
AT = datetime(2026, 11, 22, 3, 45, tzinfo=UTC)
CHECK = """async ([file, log, witnesses, record]) => {
  try { await verifyProof(new TextEncoder().encode(file), log, witnesses, new TextEncoder().encode(record)); return "good"; }
  catch (fault) { return fault.key ?? String(fault); }
}"""


def proof_of(index: int, size: int) -> Proof:
    leaves = [leaf_hash(record_at(number)) for number in range(size)]
    checkpoint = Checkpoint(LOG.name, size, tree_root(leaves))
    note = sign_checkpoint(checkpoint, LOG).with_signatures([cosign(str(checkpoint), WITNESS, AT)])
    path = inclusion_proof(index, size, lambda level, place: tree_root(leaves[place << level : place + 1 << level]))
    return Proof(index, path, note, record_at(index))


def record_at(number: int) -> bytes:
    return f'{{"lô":"L{number}"}}'.encode()


@pytest.fixture(scope="module")
def browser_page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    file = tmp_path_factory.mktemp("page") / "verifier.html"
    file.write_text(verifier_page(LOG.verifier, [WITNESS.verifier]), encoding="utf-8")
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(file.as_uri())
    yield page
    page.close()


@pytest.fixture
def page(browser_page: Page) -> Page:
    browser_page.reload()
    return browser_page


def submit(page: Page, file: str) -> None:
    page.set_input_files("#file", {"name": "a.tlog-proof", "mimeType": "text/plain", "buffer": file.encode()})
    page.click("button.main")


def test_a_true_proof_shows_the_record_and_its_witness(page: Page) -> None:
    submit(page, str(proof_of(5, 11)))

    verdict = page.locator("#verdict")
    expect(verdict).to_have_class("good")
    expect(verdict).to_contain_text("CÒN NGUYÊN")
    expect(verdict).to_contain_text("10:45:00 22/11/2026")
    expect(verdict).to_contain_text('{"lô":"L5"}')


def test_an_altered_record_is_refused(page: Page) -> None:
    proof = proof_of(5, 11)
    submit(page, str(Proof(proof.index, proof.path, proof.note, record_at(6))))

    expect(page.locator("#verdict")).to_have_class("act")
    expect(page.locator("#verdict")).to_contain_text("BẰNG CHỨNG KHÔNG KHỚP")


def test_a_witness_that_has_not_signed_is_told(page: Page) -> None:
    page.fill("#witnesses", str(STRANGER.verifier))
    submit(page, str(proof_of(5, 11)))

    expect(page.locator("#verdict")).to_have_class("watch")
    expect(page.locator("#verdict")).to_contain_text("example.vn/stranger")


def test_a_file_that_is_no_proof_is_said_to_be_none(page: Page) -> None:
    submit(page, "xoài")

    expect(page.locator("#verdict")).to_have_class("watch")
    expect(page.locator("#verdict")).to_contain_text("không phải là bằng chứng")


def test_the_page_and_its_verdict_change_language(page: Page) -> None:
    submit(page, str(proof_of(0, 1)))
    page.click("#language")

    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("h1")).to_have_text("Check a proof")
    expect(page.locator("#verdict")).to_contain_text("UNALTERED")


def test_every_field_has_a_name_and_the_page_fits_a_phone(page: Page) -> None:
    for name in ("Tệp bằng chứng (.tlog-proof)", "Khoá công khai của sổ", "Khoá của các bên làm chứng", "Bản ghi"):
        expect(page.get_by_label(name, exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_page_agrees_with_python_on_every_place_of_small_trees(page: Page) -> None:
    keys = (str(LOG.verifier), [str(WITNESS.verifier)])
    for size in range(1, 10):
        for index in range(size):
            file = str(proof_of(index, size))
            assert page.evaluate(CHECK, [file, *keys, record_at(index).decode()]) == "good"
            assert page.evaluate(CHECK, [file, *keys, record_at(index + 1).decode()]) == "notIncluded"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("\n11\n", "\n12\n", "badSignature"),
        ("index 5", "index 05", "badProof"),
        ("index 5", "index 4", "notIncluded"),
        ("example.vn/log\n", "example.vn/lot\n", "otherLog"),
        ("— example.vn/log ", "— example.vn/lot ", "notSigned"),
        ("tlog-proof@v1", "tlog-proof@v2", "badProof"),
    ],
)
def test_an_altered_file_is_refused_for_its_reason(page: Page, old: str, new: str, fault: str) -> None:
    file = str(proof_of(5, 11)).replace(old, new, 1)

    found = page.evaluate(CHECK, [file, str(LOG.verifier), [str(WITNESS.verifier)], record_at(5).decode()])

    assert found == fault
