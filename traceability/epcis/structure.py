"""Rules for what is made of other fields: which ones belong, which must be there, where an extension may stand."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from traceability.epcis.layout import REPEATED, SINGLE_OR_MANY
from traceability.epcis.node import Node, Scalar, is_declared, is_extension
from traceability.epcis.problem import Problem, Reason, step
from traceability.epcis.value_rules import Rule, shown


@dataclass(frozen=True, slots=True)
class Structure:
    """An object of the standard: its fields with a rule each, those it cannot do without, and whether extensions may stand beside them."""

    fields: Mapping[str, Rule]
    required: tuple[str, ...] = ()
    extensible: bool = False

    def check(self, node: Node, path: str) -> Iterator[Problem]:
        if node.value is not None or not node.children:
            yield Problem(path, Reason.NOT_AN_OBJECT, shown(node))
            return
        yield from self.members(node, path)

    def members(self, node: Node, path: str) -> Iterator[Problem]:
        for name in self.required:
            if node.find(name) is None:
                yield Problem(step(path, name), Reason.MISSING)
        for child, place in placed(node, path):
            if (rule := self.fields.get(child.name)) is not None:
                yield from rule(child, place)
            elif fault := self.name_fault(child.name):
                yield Problem(place, fault, child.name)
        yield from repetitions(node, path)

    def name_fault(self, name: str) -> Reason | None:
        if not is_extension(name):
            return Reason.UNKNOWN_NAME
        if not self.extensible:
            return Reason.NO_EXTENSION_HERE
        return None if is_declared(name) else Reason.UNDECLARED_PREFIX


def placed(node: Node, path: str) -> Iterator[tuple[Node, str]]:
    """The children with the pointer to each: what comes several times is an array in JSON."""
    total = Counter(child.name for child in node.children)
    seen: Counter[str] = Counter()
    for child in node.children:
        place = step(path, child.name)
        if total[child.name] > 1 or child.name in REPEATED - SINGLE_OR_MANY:
            place = step(place, seen[child.name])
        seen[child.name] += 1
        yield child, place


def repetitions(node: Node, path: str) -> Iterator[Problem]:
    total = Counter(child.name for child in node.children)
    for name, count in total.items():
        if count > 1 and name not in REPEATED and not is_extension(name):
            yield Problem(step(path, name), Reason.TWICE, name)


def list_rule(item_name: str, rule: Rule) -> Rule:
    """A rule for a list whose items follow `rule`; an empty list is as good as none."""

    def check(node: Node, path: str) -> Iterator[Problem]:
        if node.value is not None:
            yield Problem(path, Reason.NOT_A_LIST, shown(node))
        for position, item in enumerate(node.children):
            place = step(path, position)
            if item.name == item_name:
                yield from rule(item, place)
            else:
                yield Problem(place, Reason.UNKNOWN_NAME, item.name)

    return check


def distinct_rule(item_name: str, rule: Rule) -> Rule:
    """As `list_rule`, and nothing twice (JSON schema: uniqueItems)."""
    items = list_rule(item_name, rule)

    def check(node: Node, path: str) -> Iterator[Problem]:
        yield from items(node, path)
        seen: set[Scalar] = set()
        for position, item in enumerate(node.children):
            if item.value is not None and item.value in seen:
                yield Problem(step(path, position), Reason.LISTED_TWICE, shown(item))
            elif item.value is not None:
                seen.add(item.value)

    return check


def extensions_only(node: Node, path: str) -> Iterator[Problem]:
    """Instance and lot master data: every member has a namespace (EPCIS 2.0 §7.3)."""
    if node.value is not None:
        yield Problem(path, Reason.NOT_AN_OBJECT, shown(node))
    for child, place in placed(node, path):
        if not is_declared(child.name):
            fault = Reason.UNDECLARED_PREFIX if is_extension(child.name) else Reason.NO_NAMESPACE
            yield Problem(place, fault, child.name)
