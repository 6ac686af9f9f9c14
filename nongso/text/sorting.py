"""Vietnamese order and search, the same on every database: a sort key and a folded form, made here and stored beside the name."""

import unicodedata

# The alphabet, with the tones in dictionary order: ngang, huyền, hỏi, ngã, sắc, nặng.
LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
RANK = {letter: chr(ord("A") + place) for place, letter in enumerate(LETTERS)}


def normal(text: str) -> str:
    """As stored: NFC, without space at the ends, inner runs of space as one."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def sort_key(text: str) -> str:
    """A string whose byte order is the Vietnamese order: letters first (a ă â … d đ …), tones only where the letters are equal."""
    letters, tones = [], []
    for letter, tone in map(_split_tone, normal(text).lower()):
        letters.append(RANK.get(letter, letter))
        tones.append(str(tone))
    return "".join(letters) + "\x01" + "".join(tones)


def fold(text: str) -> str:
    """For search: lower case, no marks, đ as d, so that `ruong ba tu` finds `Ruộng Ba Tư` however the tone mark was placed."""
    bare = "".join(
        mark for mark in unicodedata.normalize("NFD", normal(text).lower()) if not unicodedata.combining(mark)
    )
    return bare.replace("đ", "d")


def _split_tone(character: str) -> tuple[str, int]:
    """A letter without its tone mark, and the tone's rank: ậ → (â, 5)."""
    parts = unicodedata.normalize("NFD", character)
    tone = next((TONES[mark] for mark in parts if mark in TONES), 0)
    return unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in TONES)), tone
