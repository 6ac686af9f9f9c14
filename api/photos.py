"""A photo from any phone becomes a small WebP picture for the passport; the only importer of Pillow."""

from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from nongso.errors import InvalidInput

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 50_000_000  # of the newest phones; a picture of more is a bomb
MOST_BYTES = 30 * 1024  # so that the page with its picture opens in one breath on a weak link
SIZES = ((960, 720), (720, 540), (480, 360))
QUALITIES = (80, 65, 50, 35)


class BadPhoto(InvalidInput):
    """Bytes that are no JPEG, PNG or WebP picture, or one of more pixels than we open."""

    code = "photo.unreadable"


def small_webp(photo: bytes) -> bytes:
    """The picture upright, without anything the camera wrote into it (place, time, device), in at most 30 KiB. Raises BadPhoto."""
    image = opened(photo)
    for size in SIZES:
        fitted = ImageOps.contain(image, size) if image.width > size[0] or image.height > size[1] else image
        for quality in QUALITIES:
            webp = encoded(fitted, quality)
            if len(webp) <= MOST_BYTES:
                return webp
    return encoded(ImageOps.contain(image, (320, 240)), QUALITIES[-1])


def opened(photo: bytes) -> Image.Image:
    """Transparent parts become white."""
    try:
        with Image.open(BytesIO(photo), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise BadPhoto()
            upright = ImageOps.exif_transpose(image).convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as fault:
        raise BadPhoto() from fault
    flat = Image.new("RGBA", upright.size, "white")
    flat.alpha_composite(upright)
    return flat.convert("RGB")


def encoded(image: Image.Image, quality: int) -> bytes:
    out = BytesIO()
    image.save(out, "WEBP", quality=quality, method=4)
    return out.getvalue()
