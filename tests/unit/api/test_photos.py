"""A photo from any phone becomes small, upright and silent about the camera."""

import random
from io import BytesIO

import pytest
from PIL import Image

from api.photos import MOST_BYTES, BadPhoto, small_webp


def photo(width: int, height: int, kind: str = "JPEG", mode: str = "RGB", **more: object) -> bytes:
    """Noise, which compresses worse than any fruit."""
    noise = random.Random(4).randbytes(width * height * len(mode))
    out = BytesIO()
    Image.frombytes(mode, (width, height), noise).save(out, kind, **more)
    return out.getvalue()


def opened(webp: bytes) -> Image.Image:
    return Image.open(BytesIO(webp), formats=["WEBP"])


@pytest.mark.parametrize(("kind", "mode"), [("JPEG", "RGB"), ("PNG", "RGBA"), ("WEBP", "RGB"), ("PNG", "L")])
def test_any_photo_becomes_a_small_webp(kind: str, mode: str) -> None:
    webp = small_webp(photo(1600, 1200, kind, mode))

    assert len(webp) <= MOST_BYTES
    with opened(webp) as image:
        assert image.width <= 960


def test_photo_is_turned_upright_and_loses_what_the_camera_wrote() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "camera"

    with opened(small_webp(photo(40, 20, exif=exif.tobytes()))) as image:
        assert (20, 40) == image.size
        assert {} == dict(image.getexif())


def test_small_photo_is_not_blown_up() -> None:
    with opened(small_webp(photo(40, 20))) as image:
        assert (40, 20) == image.size


@pytest.mark.parametrize("content", [b"", b"no picture", b"<svg/>", photo(40, 20)[:200], photo(4, 4, "GIF", "L")])
def test_what_is_no_photo_is_refused(content: bytes) -> None:
    with pytest.raises(BadPhoto):
        small_webp(content)


def test_bomb_is_refused_before_it_is_opened() -> None:
    out = BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")

    with pytest.raises(BadPhoto):
        small_webp(out.getvalue())
