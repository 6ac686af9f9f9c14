"""One thing of a trace graph in words: its books, what happened to it in order, and what is unknown."""

from collections import defaultdict
from collections.abc import Mapping
from html import escape

from nongso.rules import Level
from nongso.text import find, say
from nongso.text.format import moment, number
from ui import markup
from ui.calls.chain import Balance, Edge, Step, Thing, Trace

STEPS_SHOWN = 12  # of one thing, the newest; a lot that was counted every day has hundreds
UNITS = {"KGM": "kg"}  # others are shown as the events write them


class TracePanel:
    """A trace sorted for reading: the steps by their id, edges and gaps by their thing."""

    def __init__(self, lang: str, found: Trace, names: Mapping[str, str]) -> None:
        self.lang = lang
        self.names = names
        self.steps = {step.event_id: step for step in found.steps}
        self.edges: dict[tuple[str, str], list[Edge]] = defaultdict(list)
        for edge in found.edges:
            self.edges[edge.thing, edge.event_id].append(edge)
        self.gaps: dict[str, list[str]] = defaultdict(list)
        for gap in found.gaps:
            level, word = (Level.ACT, "overdrawn") if gap.kind == "overdrawn" else (Level.WATCH, "unknown")
            tag = markup.tag(level, say(lang, f"trace.{word}"))
            self.gaps[gap.thing].append(f"<p>{tag} {escape(gap.text)}</p>")

    def thing(self, thing: Thing) -> str:
        lines = [f"<h3>{escape(self.names.get(thing.key, thing.key))}</h3>"]
        lines += [f"<p>{escape(self.book(balance))}</p>" for balance in thing.balance]
        earlier = len(thing.event_ids) - STEPS_SHOWN
        if earlier > 0:
            lines.append(markup.note(say(self.lang, "trace.earlier", n=earlier)))
        rows = "".join(self.step(thing, self.steps[event_id]) for event_id in thing.event_ids[-STEPS_SHOWN:])
        return "".join([*lines, f"<ol>{rows}</ol>", *self.gaps[thing.key]])

    def book(self, balance: Balance) -> str:
        left = balance.made - balance.used
        unit = self.unit(balance.uom)
        return say(self.lang, "trace.balance", made=balance.made, used=balance.used, left=left, unit=unit)

    def step(self, thing: Thing, step: Step) -> str:
        word = find(self.lang, f"trace.step.{step.biz_step}") or say(self.lang, "trace.step.other")
        amounts = [
            f"{number(self.lang, edge.quantity)} {self.unit(edge.uom)}"
            for edge in self.edges[thing.key, step.event_id]
            if edge.quantity is not None
        ]
        told = [moment(self.lang, step.at), word, *amounts, *filter(None, [step.place_name])]
        return f"<li>{escape(' · '.join(told))}</li>"

    def unit(self, uom: str | None) -> str:
        """Amounts without a unit count pieces (EPCIS 2.0 §7.3.3.3)."""
        return UNITS.get(uom, uom) if uom else say(self.lang, "trace.pieces")
