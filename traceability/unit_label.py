"""What a buyer is told of one labelled piece: the lot's passport under the verdict of its own label, from facts and never from the serial alone."""

from dataclasses import replace

from nongso.labels import LabelState
from nongso.store.label_scans import LabelFacts
from traceability.passport import Passport, Verdict

OF_STATE = {
    LabelState.ALLOCATED: Verdict.NOT_ACTIVE,
    LabelState.PRINTED: Verdict.NOT_ACTIVE,
    LabelState.VOID: Verdict.VOID,
    LabelState.SUSPECT: Verdict.SUSPECT,
    LabelState.SOLD: Verdict.SOLD,
    LabelState.ACTIVE: Verdict.UNIT,
}


def with_label(passport: Passport, label: LabelFacts) -> Passport:
    """The passport of the lot as the holder of one of its labels reads it."""
    return replace(passport, verdict=unit_verdict(passport.verdict, label), unit=label)


def unit_verdict(of_lot: Verdict, label: LabelFacts) -> Verdict:
    """The gravest: a recall before everything, then what is wrong with the label, then with the lot."""
    of_label = OF_STATE[LabelState(label.state)]
    if of_lot is Verdict.RECALLED:
        return of_lot
    if of_label not in (Verdict.UNIT, Verdict.SOLD) or of_lot is Verdict.IN_BOOK:
        return of_label
    return of_lot
