"""Labels that each carry a serial: what their codes hold, what stands under them, and the single codes of a batch for other people's presses."""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence

from nongso.store.serial_batches import PressJob
from traceability.gs1 import link, local
from traceability.gs1.elements import Element
from traceability.labels import qr, verify
from traceability.labels.layout import Box
from traceability.labels.press import Label
from traceability.labels.verify import Printed, Symbology

PNG_DOTS = 8  # a module of 0.42 mm at 500 dpi
SVG_MODULE_MM = 0.5
CHECK_DPI = 203  # single codes are read back as the coarsest printer would draw them


def mint(count: int) -> list[str]:
    """Random serials, all different: ten characters of Crockford's base 32, of those whose check character is a letter or a digit."""
    serials: set[str] = set()
    while len(serials) < count:
        serials.add(local.mint()[: local.LENGTH])
    return list(serials)


def code_of(serial: str) -> str:
    """The short code under a label: the serial and its check character, so that a slip of the finger is noticed. It opens /t/{code}."""
    return local.encode(local.value(serial))


def uri_of(gtin: str | None, serial: str, public_url: str) -> str:
    """What the code holds, in capitals: /01/{gtin}/21/{serial}, or /T/{code} for a producer without GTIN."""
    if gtin is None:
        return link.with_capital_host(f"{public_url}/T/{code_of(serial)}")
    return link.with_capital_host(link.build((Element("01", gtin), Element("21", serial)), public_url))


def epc_of(gtin: str | None, serial: str, public_url: str) -> str:
    """The labelled piece in events: the canonical GS1 Digital Link, or an address of ours."""
    if gtin is None:
        return f"{public_url}/t/{code_of(serial)}"
    return link.build((Element("01", gtin), Element("21", serial)))


def labels_of(job: PressJob, serials: Sequence[str], public_url: str) -> Iterator[Label]:
    """The labels of a batch in the order of its sheets."""
    for serial in serials:
        yield Label(
            uri_of(job.gtin, serial, public_url),
            job.product_name,
            job.producer_name,
            job.lot_number,
            job.harvested_on,
            local.grouped(code_of(serial)),
            job.office_name,
            job.gtin if job.bars else None,
        )


def archive(job: PressJob, serials: Sequence[str], public_url: str, kind: str) -> bytes:
    """A ZIP of every code as SVG or PNG and a table of them: number, serial, short code, address. Raises Unreadable before anything is given out."""
    table, packed = io.StringIO(), io.BytesIO()
    lines = csv.writer(table)
    lines.writerow(("number", "serial", "code", "uri"))
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:
        for number, serial in enumerate(serials, start=1):
            uri = uri_of(job.gtin, serial, public_url)
            code = qr.encode(uri)
            verify.check(drawn(number, code), CHECK_DPI)
            picture = qr.svg(code, SVG_MODULE_MM) if kind == "svg" else qr.png(code, PNG_DOTS)
            bundle.writestr(f"{number:05}-{serial}.{kind}", picture)
            lines.writerow((number, serial, code_of(serial), uri))
        bundle.writestr("labels.csv", table.getvalue())
    return packed.getvalue()


def drawn(number: int, code: qr.Code) -> Printed:
    """A code by itself, a module of half a millimetre."""
    side = SVG_MODULE_MM
    boxes = tuple(Box(start * side, row * side, length * side, side) for row, start, length in code.runs())
    return Printed(number, code.text, Symbology.QR, boxes, qr.QUIET_ZONE * side)
