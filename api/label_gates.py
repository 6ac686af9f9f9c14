"""What keeps labels from going onto goods: a recall, a brand or certificate that does not stand today, a failed inspection, a code over its yield, data and steps that nobody recorded."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from operator import attrgetter

from api.labels import get_printable
from nongso import store
from nongso.clock import local_day
from nongso.labels import LotIncomplete
from nongso.papers import Budget as YieldLevel
from nongso.papers import CertificateKind, CertificateLapsed, CertificateMissing, claimed, lapsed, yield_budget
from nongso.people import Viewer
from nongso.store import certificates, lots, passports, planting_codes
from nongso.store.lots import Lot
from nongso.store.passports import ProductFacts
from nongso.text import say
from nongso.text.format import number
from traceability.epcis.vocabulary import BIZ_STEP, DISPOSITION
from traceability.passport import Paper, judged, missing
from traceability.story import Step
from traceability.trace import Direction, GapKind
from traceability.trace_source import trace_of

DEEPEST = 200
INSPECTING = BIZ_STEP.expand("inspecting")
CONFORMANT, NON_CONFORMANT = DISPOSITION.expand("conformant"), DISPOSITION.expand("non_conformant")
HOLDING_BACK = frozenset({GapKind.ORIGIN, GapKind.OVERDRAWN})  # where goods are now speaks against no label


def check_releasable(
    conn: store.Connection, viewer: Viewer, lot_id: int, lang: str, reason: str, now: datetime
) -> None:
    """A recall, a brand and a certificate that the goods' words name cannot be argued with; what is only missing can, with a reason.

    Raises NotFound, LotRecalled, BrandExpired, BrandNotYet, CertificateMissing, CertificateLapsed or LotIncomplete.
    """
    lot = get_printable(conn, viewer, lot_id, now)
    facts = passports.find_lot_by_code(conn, lot.code)
    assert facts is not None
    product = passports.get_product(conn, lot.product_id)
    papers = judged(certificates.list_of_lot(conn, lot_id), local_day(now))
    claims = claims_of(product)
    check_claims(lang, lot, claims, papers)
    owed = [say(lang, f"lot.datum.{datum}") for datum in missing(product, facts)]
    owed += [*owed_papers(lang, product, claims, papers), *owed_steps(conn, viewer, lot, lang)]
    owed += owed_yield(conn, viewer, lot_id, lang)
    if owed and not reason:
        raise LotIncomplete(number=lot.number, data="; ".join(owed))


def claims_of(product: ProductFacts) -> tuple[CertificateKind, ...]:
    """What the names and the standard of a product say it is certified as: its label and its page carry them."""
    names = (product.product_name, product.product_name_en, product.brand_name, product.brand_name_en)
    return claimed(*names, product.standard)


def check_claims(lang: str, lot: Lot, claims: Sequence[CertificateKind], papers: Sequence[Paper]) -> None:
    """Each claim has a certificate of the producer that stands today."""
    lapsed_kinds = lapsed([(paper.certificate.kind, paper.validity) for paper in papers])
    for kind in claims:
        found = [paper for paper in papers if paper.certificate.kind == kind]
        named = {
            "product": lot.product_name,
            "producer": lot.producer_name,
            "kind": say(lang, f"certificate.kind.{kind}"),
        }
        if not found:
            raise CertificateMissing(**named)
        if kind in lapsed_kinds:
            state = say(lang, f"certificate.validity.{found[0].validity}")
            raise CertificateLapsed(**named, number=found[0].certificate.number, state=state)


def owed_papers(
    lang: str, product: ProductFacts, claims: Sequence[CertificateKind], papers: Sequence[Paper]
) -> Iterator[str]:
    """Certificates given to this very product that no longer stand: no word names them, yet buyers read that they ended."""
    own = [paper for paper in papers if paper.certificate.product_id == product.product_id]
    gone = lapsed([(paper.certificate.kind, paper.validity) for paper in own]) - {*claims, CertificateKind.TEST_RESULT}
    for paper in own:
        if paper.certificate.kind in gone:
            kind = say(lang, f"certificate.kind.{paper.certificate.kind}")
            state = say(lang, f"certificate.validity.{paper.validity}")
            yield say(lang, "label.owed.paper", kind=kind, number=paper.certificate.number, state=state)


def owed_steps(conn: store.Connection, viewer: Viewer, lot: Lot, lang: str) -> Iterator[str]:
    """Steps between the fields and this lot that nobody recorded, amounts that do not add up, and goods that failed their last inspection."""
    found = trace_of(conn, viewer, lot.epc_class, Direction.UP, None, DEEPEST)
    if not found.steps:
        yield say(lang, f"label.owed.{GapKind.ORIGIN}", name=lot.number)
    gaps = [gap for gap in found.gaps if gap.kind in HOLDING_BACK]
    failed = failed_inspections(found.steps, lot.epc_class)
    named = {*failed, *(gap.thing for gap in gaps)}
    numbers = {each.epc_class: each.number for each in lots.list_by_names(conn, viewer, named)}
    for gap in gaps:
        yield say(lang, f"label.owed.{gap.kind}", name=numbers.get(gap.thing, gap.thing))
    for thing, at in failed.items():
        yield say(lang, "label.owed.failed", name=numbers.get(thing, thing), day=local_day(at))


def owed_yield(conn: store.Connection, viewer: Viewer, lot_id: int, lang: str) -> Iterator[str]:
    """Planting-area codes under which more was issued in the lot's year than grows there: somebody else's fruit may be in it."""
    for year, code in planting_codes.list_of_lot(conn, viewer, lot_id):
        if code.area_m2 is None or code.ceiling_kg_ha is None:
            continue
        budget = yield_budget(code.area_m2, code.ceiling_kg_ha, code.issued_kg)
        if budget.level is YieldLevel.OVER:
            over_kg = number(lang, -budget.left_kg)
            yield say(lang, "label.owed.yield", code=code.code, year=str(year), over=over_kg)


def failed_inspections(steps: Sequence[Step], lot: str) -> dict[str, datetime]:
    """What did not pass its last inspection before it went into the lot, and when that was. None where the lot itself passed its own."""
    last = {
        part.key: step
        for step in sorted(steps, key=attrgetter("at", "id"))
        if step.biz_step == INSPECTING and step.disposition in (CONFORMANT, NON_CONFORMANT)
        for part in step.parts
    }
    if lot in last and last[lot].disposition == CONFORMANT:
        return {}
    return {thing: step.at for thing, step in last.items() if step.disposition == NON_CONFORMANT}
