"""Any text is a sheet with faults, or none at all: never another exception."""

import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st

from nongso import device_sheet
from nongso.device_sheet import BadSheet, Place
from nongso.text import say

CELLS = st.one_of(st.sampled_from(("A1", "soil", "600", "Rau Láng", "TRAM", "", "a;b")), st.text(max_size=12))
ROWS = st.lists(st.lists(CELLS, max_size=8), max_size=6)


@given(rows=ROWS, delimiter=st.sampled_from(",;\t"), headed=st.booleans())
@settings(derandomize=True, max_examples=100, deadline=None)
def test_any_text_is_told_what_is_wrong_with_it(rows: list[list[str]], delimiter: str, headed: bool) -> None:
    header = [["id", "name", "kind", "interval_s", "fields", "groups", "gateway"]] if headed else []
    text = "\n".join(delimiter.join(row) for row in [*header, *rows])

    with contextlib.suppress(BadSheet):
        sheet = device_sheet.read(text, [Place(1, "Hộ Út Láng", "Rau Láng")], ["TRAM"], [])
        for fault in sheet.faults:
            assert say("vi", f"device_sheet.{fault.problem}", row=fault.row, value=fault.value)
