"""Whatever is thrown at the GS1 readers is a value or an error of theirs, never another exception; and what is written reads back."""

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from nongso.errors import InvalidInput
from traceability.gs1 import compression, digits, elements, epc, link, local
from traceability.gs1.elements import Element
from traceability.labels import serials

profile = settings(derandomize=True, max_examples=100, deadline=None)
lots = st.text(st.sampled_from(digits.CHARACTERS_82), min_size=1, max_size=20)


@profile
@given(st.text() | st.text("01/ABC%?&=:.#\x1d()*").map(lambda tail: "https://a/01/09520123456788" + tail))
def test_readers_answer_or_refuse(text: str) -> None:
    for read in (link.parse, elements.parse, elements.parse_bracketed, epc.to_elements, local.parse, digits.gtin_14):
        with suppress(InvalidInput):
            read(text)


@profile
@given(lots, lots, lots)
def test_a_built_link_reads_back(lot: str, serial: str, internal: str) -> None:
    held = (Element("01", "09520123456788"), Element("10", lot), Element("21", serial), Element("99", internal))

    assert held == link.parse(link.build(held)).elements


@profile
@given(lots, lots)
def test_a_written_element_string_reads_back(lot: str, serial: str) -> None:
    held = (Element("01", "09520123456788"), Element("10", lot), Element("21", serial))

    assert held == elements.parse(elements.write(held))
    assert held == elements.parse_bracketed(elements.write_bracketed(held))


@profile
@given(st.text(st.sampled_from(compression.ALPHABET), min_size=1, max_size=40))
def test_any_segment_decompresses_to_a_valid_link_or_is_refused(segment: str) -> None:
    with suppress(InvalidInput):
        link.parse(compression.decompress(f"https://a/{segment}"))


@profile
@given(lots, lots, lots)
def test_a_compressed_link_reads_back(lot: str, serial: str, internal: str) -> None:
    held = {"01": "09520123456788", "10": lot, "21": serial, "99": internal}
    uri = link.build([Element(ai, value) for ai, value in held.items()])

    again = link.parse(compression.decompress(compression.compress(link.parse(uri))))

    assert held == {element.ai: element.value for element in again.elements}


@profile
@given(st.integers(0, 2**50 - 1), st.text(max_size=30))
def test_a_serials_short_code_leads_back_to_it_and_nothing_else_does(number: int, noise: str) -> None:
    serial = local.spell(number)
    if number % 37 < local.PRINTED_CHECKS:
        code = serials.code_of(serial)
        assert serial == local.parse(f" {code[:4].lower()}-{code[4:]} ")[: local.LENGTH]
        held = link.parse(serials.uri_of("09520123456788", serial, "https://id.example")).path
        assert (Element("01", "09520123456788"), Element("21", serial)) == held
    with suppress(InvalidInput):
        assert serials.code_of(local.parse(noise)[: local.LENGTH]) == local.parse(noise)
