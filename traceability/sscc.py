"""The name of a crate or pallet: an SSCC under its packer's own GS1 company prefix, or a short code of ours."""

from traceability.gs1 import link, local
from traceability.gs1.digits import check_digit
from traceability.gs1.elements import Element
from traceability.lot_links import place_uri

LENGTH = 17  # digits before the check digit


def unit_name(taken: tuple[str, int] | None, public_url: str) -> tuple[str, str]:
    """Code and name in events. `taken`: company prefix and serial reference; None where the packer has no prefix.

    An SSCC is extension digit, company prefix and serial reference, 17 digits together, and the check digit
    (GS1 General Specifications §2.2.1). The extension digit counts on when the serial references are used up.
    """
    if taken is None:
        code = local.mint()
        return code, place_uri("unit", code, public_url)
    prefix, serial = taken
    places = LENGTH - 1 - len(prefix)
    extension, reference = divmod(serial, 10**places)
    body = f"{extension % 10}{prefix}{reference:0{places}}"
    sscc = body + check_digit(body)
    return sscc, link.build((Element("00", sscc),))
