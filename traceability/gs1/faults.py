"""What can be wrong with one GS1 value: each class is one reason a reader can act on, with the `ai` and the `value` it is about."""

from nongso.errors import InvalidInput


class BadValue(InvalidInput):
    """A value that its application identifier does not allow."""

    code = "gs1.value"


class WrongLength(BadValue):
    code = "gs1.length"


class NotDigits(BadValue):
    code = "gs1.not_digits"


class WrongCharacter(BadValue):
    code = "gs1.character"


class WrongCheckDigit(BadValue):
    code = "gs1.check_digit"


class WrongCheckPair(BadValue):
    code = "gs1.check_pair"


class WrongCompanyPrefix(BadValue):
    code = "gs1.company_prefix"


class WrongDate(BadValue):
    code = "gs1.date"


class WrongTime(BadValue):
    code = "gs1.time"


class UnknownCountry(BadValue):
    code = "gs1.country"


class UnknownCurrency(BadValue):
    code = "gs1.currency"


class UnlistedCode(BadValue):
    """Not one of the few codes the standard lists for this place."""

    code = "gs1.unlisted"


class WrongCoordinate(BadValue):
    code = "gs1.coordinate"


class WrongZero(BadValue):
    """A zero where there must be none, or none where there must be one."""

    code = "gs1.zero"


class WrongPiece(BadValue):
    """A piece number above its total, or either of them zero or malformed."""

    code = "gs1.piece"


class WrongPercentCode(BadValue):
    code = "gs1.percent"


class WrongIban(BadValue):
    code = "gs1.iban"


class WrongCoupon(BadValue):
    code = "gs1.coupon"


class NeedsLetter(BadValue):
    code = "gs1.needs_letter"
