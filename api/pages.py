"""HTML without script: Jinja2 templates, text by key, styles inlined and named by their hash so that nothing else may style or run."""

import base64
import hashlib
from functools import cache, partial
from importlib import resources
from urllib.parse import urlsplit

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from nongso.look import tokens
from nongso.settings import Settings
from nongso.text import format as written
from nongso.text import say
from nongso.text.age import ago, lasting

BASE_SHEETS = ("page",)


class Pages:
    """Owns the template environment of one app."""

    def __init__(self, settings: Settings) -> None:
        self.public_url = settings.public_url
        self.form_targets = f"'self' {_origin(settings.ui_url)}"
        self.environment = Environment(
            loader=PackageLoader("api"),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,  # the templates are part of the program
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def answer(
        self, template: str, lang: str, *, status: int = 200, sheets: tuple[str, ...] = (), **values: object
    ) -> HTMLResponse:
        """A page: `templates/<template>` with `t`, `number`, `ago` … in the reader's language and `values`.

        `sheets` names more files of static/ to inline after the tokens and the page's own rules.
        """
        css, digest = style((*BASE_SHEETS, *sheets))
        html = self.environment.get_template(template).render(css=css, lang=lang, **speech(lang), **values)
        return HTMLResponse(html, status, headers={"Content-Security-Policy": self.policy(digest)})

    def part(self, template: str, lang: str, **values: object) -> Markup:
        """A part of a page, to be put into one with `{{ }}`."""
        html = self.environment.get_template(template).render(lang=lang, **speech(lang), **values)
        return Markup(html)  # noqa: S704 - written by our own template, which escapes what it is given

    def policy(self, style_digest: str) -> str:
        """Chrome holds form-action against the redirect after a form too, so the full app's address is named."""
        return (
            f"default-src 'none'; style-src 'sha256-{style_digest}'; img-src 'self' data:; font-src 'self'; "
            f"form-action {self.form_targets}; base-uri 'none'; frame-ancestors 'none'"
        )


def speech(lang: str) -> dict[str, object]:
    """The functions a template writes with, bound to the reader's language."""
    return {
        "t": partial(say, lang),
        "number": partial(written.number, lang),
        "day": partial(written.day, lang),
        "weekday": partial(written.weekday, lang),
        "moment": partial(written.moment, lang),
        "clock_time": written.clock_time,
        "lunar_day": written.lunar_day,
        "ago": partial(ago, lang),
        "lasting": partial(lasting, lang),
    }


@cache
def style(sheets: tuple[str, ...]) -> tuple[Markup, str]:
    """The house's tokens and `sheets` of static/ as one text to put between <style> tags, and its SHA-256 for the policy."""
    folder = resources.files("api") / "static"
    rules = [(folder / f"{sheet}.css").read_text(encoding="utf-8").strip() for sheet in sheets]
    css = "\n".join([tokens(), *rules])
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return Markup(css), digest  # noqa: S704 - our own file


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
