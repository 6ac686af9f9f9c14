"""The tamper-evident log as the office sees it: whether it agrees, how large it is, who witnesses it, and the key to publish."""

from html import escape

import streamlit as st

from nongso.rules import Level
from nongso.text import say
from nongso.text.format import moment, number
from ui import markup, session, states
from ui.calls.tamper_log import Check, Log, Witness, get_log

here = session.here()
lang = here.lang


def level_of(log: Log) -> Level:
    if log.check is not None and log.check.count:
        return Level.ACT
    waits = log.is_late or not log.witnesses or any(each.fault for each in log.witnesses)
    return Level.WATCH if waits or log.check is None else Level.GOOD


def told(check: Check | None) -> str:
    if check is None:
        return say(lang, "tamper_log.never_checked")
    if check.count:
        return say(lang, "tamper_log.differs", at=check.at, n=check.count, size=check.size)
    return say(lang, "tamper_log.agrees", at=check.at, size=check.size)


def signed(witness: Witness) -> str:
    if witness.cosigned_at is None:
        return say(lang, "tamper_log.never_signed")
    return say(lang, "tamper_log.signed", size=witness.size, at=witness.cosigned_at)


def witness_row(witness: Witness) -> str:
    state = markup.tag(Level.WATCH, witness.fault) if witness.fault else markup.tag(Level.GOOD, signed(witness))
    late = f"<p class='ns-small'>{escape(signed(witness))}</p>" if witness.fault else ""
    return f"<p><b>{escape(witness.name)}</b></p>{state}{late}"


log = get_log(here.door)
if not log.is_kept:
    st.html(markup.head(here.me.office_name, say(lang, "page.tamper_log")))
    states.empty(say(lang, "tamper_log.none"), say(lang, "tamper_log.none_hint"))
else:
    st.html(markup.head(say(lang, "page.tamper_log"), say(lang, f"tamper_log.headline.{level_of(log)}")))
    with st.container(key="panel-log-check", gap="small"):
        st.html(markup.tag(level_of(log), told(log.check)))
        for fault in log.check.faults if log.check else []:
            st.html(f"<p class='ns-reason'>{escape(fault.text)}</p>")
        st.html(markup.note(say(lang, "tamper_log.monitor_hint")))
    st.html(
        markup.facts(
            [
                (say(lang, "tamper_log.size"), number(lang, log.size)),
                (say(lang, "tamper_log.newest"), moment(lang, log.newest_at) if log.newest_at else "—"),
                (say(lang, "tamper_log.waiting"), number(lang, log.waiting)),
            ]
        )
    )
    st.html(markup.section(say(lang, "tamper_log.witnesses")))
    for place, witness in enumerate(log.witnesses):
        with st.container(key=f"panel-witness-{place}"):
            st.html(witness_row(witness))
    if not log.witnesses:
        st.html(markup.tag(Level.WATCH, say(lang, "tamper_log.no_witness")))
    st.html(markup.section(say(lang, "tamper_log.vkey")) + markup.note(say(lang, "tamper_log.vkey_publish")))
    st.code(log.vkey, language=None, wrap_lines=True)
