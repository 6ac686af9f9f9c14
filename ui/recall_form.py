"""Recalling a lot, and lifting that: a reason that buyers will read, and a second deliberate tap."""

from nongso.text import say
from ui import forms, frame, states
from ui.calls.lots import Lot, lift_recall, recall
from ui.session import Here


def show(here: Here, lot: Lot) -> None:
    lang = here.lang
    deed = "recall" if lot.recalled_at is None else "lift"
    reason = forms.line(say(lang, f"recall.{deed}.reason"), f"{deed}-reason-{lot.id}")
    question = say(lang, f"recall.{deed}.question", number=lot.number)
    with states.attempt(lang):
        if forms.confirmed(lang, f"{deed}-{lot.id}", say(lang, f"recall.{deed}.do"), question, ready=reason != ""):
            act = recall if lot.recalled_at is None else lift_recall
            act(here.door, lot.id, reason)
            frame.done(say(lang, f"recall.{deed}.done", number=lot.number))
