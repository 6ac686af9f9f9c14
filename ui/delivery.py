"""The layer between Streamlit and the browser: our page around their scripts, everything compressed once, strangers kept out.

Streamlit sends its scripts as they are (2.6 MB for the first screen) and calls its page English; docs/ui.md has the figures.
"""

import gzip
import re
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlsplit

import fontpkg_be_vietnam_pro
import streamlit
from anyio import to_thread
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from nongso.look import tokens
from nongso.settings import Settings
from nongso.text import say
from ui.pages import NAMES
from ui.session import COOKIE

STATIC = Path(streamlit.__file__).parent / "static"
FONTS = fontpkg_be_vietnam_pro.ROOT / "files"
LOOK = Path(__file__).parent / "look"
TYPES = {".js": "text/javascript", ".css": "text/css", ".ttf": "font/ttf"}
FOR_EVER = (
    "public, max-age=31536000, immutable"  # the names of Streamlit's files hold their hashes; a font never changes
)
LOADING = '<div class="ns-load" aria-hidden="true"><i></i><i></i><i></i></div>'  # until their scripts take over
LATE = ("Html", "purify.es", "PageLink")  # what draws a first screen; Streamlit asks for it only once it has the words
THEME_COLOUR = "#fbfaf5"
PATHS = frozenset({"/", *(f"/{name}" for name in NAMES)})


class Delivery:
    """Wraps the app that Streamlit makes."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and not self.is_own(Headers(scope=scope)):
            await send({"type": "websocket.close", "code": 1008})
            return
        answer = await self.find_answer(scope)
        await (answer or self.app)(scope, receive, send)

    async def find_answer(self, scope: Scope) -> Response | None:
        """What we answer ourselves; None for everything that is Streamlit's."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return None
        headers, path = Headers(scope=scope), scope["path"]
        if file := find_file(path):
            packed = await to_thread.run_sync(compressed, file)
            return answer(packed, headers, TYPES[file.suffix], FOR_EVER)
        if not is_page(path, headers):
            return None
        if COOKIE not in cookie_parser(headers.get("cookie", "")):
            return RedirectResponse(self.sign_in_url(scope), 303)
        if path not in PATHS:
            return RedirectResponse("/", 303)
        return answer(index(self.settings), headers, "text/html", "no-cache")

    def is_own(self, headers: Headers) -> bool:
        """A page of another site must not open a connection with our reader's cookie."""
        origin = headers.get("origin")
        own = {headers.get("host", ""), urlsplit(self.settings.ui_url).netloc}
        return origin is None or urlsplit(origin).netloc in own

    def sign_in_url(self, scope: Scope) -> str:
        query = f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else ""
        wanted = self.settings.ui_url + quote(scope["path"]) + query
        return f"{self.settings.public_url}/sign-in?next={quote(wanted, safe='')}"


def find_file(path: str) -> Path | None:
    """The file of Streamlit's scripts and styles or of our font behind a path; None for anything else."""
    if path.startswith("/fonts/"):
        file = FONTS / path.removeprefix("/fonts/")
    elif path.startswith("/static/"):
        file = STATIC / path.lstrip("/")
    else:
        return None
    known = file.suffix in TYPES and ".." not in file.parts and file.is_file()
    return file if known else None


@cache
def compressed(file: Path) -> bytes:
    """Done once a file and kept in memory: all files together are 6 MB, what our pages ask for is some 1.5 MB."""
    return gzip.compress(file.read_bytes(), 9, mtime=0)


def warm_up(settings: Settings) -> None:
    """Pack what a first screen asks for, so that the first reader after a start does not wait for it."""
    page = gzip.decompress(index(settings)).decode()
    for path in re.findall(r"(?:src|href)=\"\.?(/static/[^\"]+)\"", page):
        if file := find_file(path):
            compressed(file)


def late_scripts() -> str:
    """Links that have the browser fetch LATE beside the other scripts and not after them."""
    names = [file.name for part in LATE for file in sorted((STATIC / "static" / "js").glob(f"{part}.*.js"))]
    return "".join(f'<link rel="modulepreload" crossorigin href="./static/js/{name}">' for name in names)


def answer(packed: bytes, headers: Headers, media_type: str, caching: str) -> Response:
    kept = {"Cache-Control": caching, "Vary": "Accept-Encoding"}
    if "gzip" not in headers.get("accept-encoding", ""):
        return Response(gzip.decompress(packed), media_type=media_type, headers=kept)
    return Response(packed, media_type=media_type, headers={**kept, "Content-Encoding": "gzip"})


def is_page(path: str, headers: Headers) -> bool:
    """A person's browser asks for a page, not a program for a file or for our health."""
    return "text/html" in headers.get("accept", "") and not path.startswith(("/_stcore/", "/static/", "/media/"))


@cache
def index(settings: Settings) -> bytes:
    """Streamlit's index.html as ours, in gzip: language, title, our styles, no font of theirs, a way on without script.

    The styles stand in the page itself, so that nothing jumps when the scripts arrive.
    """
    lang = settings.lang
    styles = tokens() + (LOOK / "app.css").read_text(encoding="utf-8")
    light = f'<a href="{settings.public_url}/m">{say(lang, "ui.light_page")}</a>'
    changes = {
        r"<!--.*?-->": "",
        r'<html lang="en">': f'<html lang="{lang}">',
        r"<title>.*?</title>": f'<title>Nông Số</title><meta name="theme-color" content="{THEME_COLOUR}">',
        r'<link\s+rel="preload"[^>]*as="font"[^>]*>': "",
        r"</head>": f"{late_scripts()}<style>{styles}</style></head>",
        r'<div id="root"></div>': f'<div id="root">{LOADING}</div>',
        r"<noscript>.*?</noscript>": f"<noscript><p>{say(lang, 'ui.no_script')} {light}</p></noscript>",
    }
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    for theirs, ours in changes.items():
        page = re.sub(theirs, lambda _, ours=ours: ours, page, flags=re.DOTALL)
    return gzip.compress(page.encode(), 9, mtime=0)
