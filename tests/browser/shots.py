"""Pictures of every screen, to be looked at: `python tests/browser/shots.py FOLDER [WORD …]`.

A demo of its own runs in FOLDER/demo and is found again by the next call; WORDs choose screens whose names hold one of them.
Every picture is the whole page, named screen-size-language. What a program can see of their faults is written to FOLDER/remarks.txt.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from fixtures.busy_office import furnish
from fixtures.chromium import CHROMIUM, FLAGS
from fixtures.demo import Demo
from fixtures.waiting import LIMIT_S
from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, sync_playwright

from nongso.demo.people import Person
from nongso.people import Role
from nongso.text import catalogue
from ui import pages

SIZES = {"phone": (390, 844), "desk": (1280, 800)}
TALLEST = 12_000  # pixels
QUIET = "document.querySelectorAll('[data-testid=stSkeleton], [data-stale=true]').length === 0"
HEIGHT = (
    "Math.max(document.documentElement.scrollHeight, document.querySelector('[data-testid=stMain]')?.scrollHeight ?? 0)"
)
TABS = "[class*='-tab-'] [data-testid=stButtonGroup] button"
PRESSED = ("farmer-diary", "farmer-harvests", "officer-parties-1", "officer-certificates-1", "officer-rules-1")
EMPTY_UNIT = ("--unit", "99002", "--unit-name", "Xã Bến Ninh")
REMARKS = r"""() => {
  const shown = e => e.offsetParent !== null && e.getClientRects().length > 0;
  const name = e => (e.innerText || e.getAttribute('aria-label') || e.outerHTML).trim().slice(0, 60).replace(/\s+/g, ' ');
  const found = [];
  if (document.documentElement.scrollWidth > innerWidth) found.push('wide: ' + document.documentElement.scrollWidth);
  for (const e of document.querySelectorAll('a, button, input, select, summary, textarea, [role=radio]')) {
    const box = e.getBoundingClientRect();
    if (innerWidth < 768 && shown(e) && !e.closest('p, li, td, dd, label') && box.height > 1 && box.height < 43.5 && getComputedStyle(e).opacity !== '0')
      found.push('small: ' + Math.round(box.height) + ' ' + name(e));
  }
  for (const e of document.querySelectorAll('body *')) {
    const style = getComputedStyle(e);
    if (shown(e) && style.overflowX !== 'visible' && style.position !== 'absolute' && e.scrollWidth > e.clientWidth + 2 && e.innerText)
      found.push('cut: ' + name(e));
  }
  return found;
}"""
ODD = {
    "vi": (r"\d{4}-\d\d-\d\d", r"(?<![\d.])\d+\.\d{1,2}(?![\d.])", r"\b(?:the|and|of|is|with|from|for|not|your)\b"),
    "en": (r"\d{4}-\d\d-\d\d", r"(?<![\d,])\d+,\d{1,2}(?![\d,])", r"\b(?:của|không|và|chưa|đang|được|ngày)\b"),
}
KEY = re.compile(r"\b[a-z_]+(?:\.[a-z_]+)+\b")
KEYS = {name for key in catalogue("vi") for name in (key, key.removeprefix("property."))}


@dataclass(frozen=True, slots=True)
class Screen:
    """`role` is who looks, "" for anybody; `typed` is filled in by name and sent before the picture."""

    name: str
    role: str
    path: str
    typed: Mapping[str, str] | None = None
    langs: tuple[str, ...] = ("vi", "en")


def screens_of(ids: Mapping[str, str]) -> Iterator[Screen]:
    yield from full_app(ids)
    yield from light(ids)
    yield from buyers(ids)


def full_app(ids: Mapping[str, str]) -> Iterator[Screen]:
    """Every page of every menu, and those that open from them; the same for an office that has nothing yet."""
    opened = {
        "field": f"field={ids['field']}&series={ids['series']}", "lot": f"lot={ids['lot']}", "case": f"case={ids['case']}",
        "doubts": f"field={ids['field']}&series={ids['series']}", "press": f"harvest={ids['harvest']}",
        "device": f"device={ids['device']}", "batch": f"batch={ids['batch']}",
    }  # fmt: skip
    for role in ("farmer", "officer"):
        for page in pages.for_role(Role(role)):
            yield Screen(f"{role}-{page.name}", role, f"ui:/{page.name}?{opened.get(page.name, '')}")
            if page.name not in opened or page.name == "doubts":
                yield Screen(f"empty-{role}-{page.name}", f"empty-{role}", f"ui:/{page.name}")
    for name in ("parties", "people", "today"):
        yield Screen(f"admin-{name}", "admin", f"ui:/{name}")
    yield Screen("inspector-today", "inspector", "ui:/today")
    yield Screen("inspector-lot", "inspector", f"ui:/lot?lot={ids['lot']}")
    yield Screen("officer-recall", "officer", f"ui:/recalls?recall={ids['recall']}")
    yield Screen("officer-recall-new", "officer", f"ui:/recalls?lot={ids['lot']}")
    yield Screen("officer-lot-recalled", "officer", f"ui:/lot?lot={ids['recalled_lot']}")
    yield Screen("officer-lot-missing", "officer", "ui:/lot?lot=99999")
    yield Screen("farmer-people-forbidden", "farmer", "ui:/people")


def light(ids: Mapping[str, str]) -> Iterator[Screen]:
    """What is without script and behind the sign-in."""
    for role in ("farmer", "officer", "empty-farmer"):
        for name, path in {"home": "/m", "diary": "/m/diary", "pack": "/m/pack"}.items():
            yield Screen(f"light-{role}-{name}", role, f"api:{path}")
    yield Screen("light-why", "farmer", f"api:/m/why/{ids['field']}")
    yield Screen("light-why-garden", "farmer", f"api:/m/why/{ids['garden']}")
    yield Screen("light-diary-error", "farmer", "api:/m/diary", {"kind": "spray"})
    yield Screen("light-pack-error", "farmer", "api:/m/pack", {"kg": "nhiều"})
    yield Screen("light-claim-half", "officer", "api:/claim")
    yield Screen("light-claim-bad", "officer", f"api:/claim?d={ids['device']}&c=AAAA")
    yield Screen("light-sign-in", "", "api:/sign-in")
    yield Screen("light-sign-in-error", "", "api:/sign-in", {"login": "canbo", "password": "sai"})
    yield Screen("light-missing", "farmer", "api:/m/why/99999")
    yield Screen("recall-report", "officer", f"api:/recall-report/{ids['recall']}")
    yield Screen("recall-notice", "", f"api:{ids['notice']}")
    yield Screen("recall-notice-error", "", f"api:{ids['notice']}", {"held": "nhiều"})


def buyers(ids: Mapping[str, str]) -> Iterator[Screen]:
    """What anybody may see."""
    gtin, lot = f"/01/{ids['gtin']}", f"/01/{ids['gtin']}/10/{ids['number']}"
    paths = {
        "ask": "/t", "lot": lot, "lot-code": f"/t/{ids['code']}", "lot-greens": f"/t/{ids['greens']}",
        "recalled": f"/t/{ids['recalled']}", "product": gtin, "no-lot": f"{gtin}/10/KHONG-CO", "ghost": f"{gtin}/21/KHONGCO",
        "unknown": "/t/PPPP-PPPP-PPPP", "malformed": "/t/abc", "bad-gtin": "/01/123", "report": f"/report/{ids['code']}",
        **{f"label-{state}": f"{gtin}/21/{ids[f'serial_{state}']}" for state in ("active", "sold", "void", "printed")},
    }  # fmt: skip
    for name, path in paths.items():
        yield Screen(f"buyer-{name}", "", f"api:{path}", langs=("vi", "en", "zh"))
    yield Screen("buyer-report-error", "", f"api:{paths['report']}", {}, ("vi", "en", "zh"))
    yield Screen("buyer-log", "", "api:/log", langs=("vi", "en", "zh"))
    yield Screen("buyer-log-verify", "", "api:/log/verify", langs=("vi",))
    yield Screen("buyer-log-proof-missing", "", "api:/log/proof/999999")
    yield Screen("buyer-links-missing", "", f"api:{gtin}?linkType=gs1:masterData")
    yield Screen("buyer-nowhere", "", "api:/khong-co-trang-nay")
    yield Screen("board", "", "api:/board/99001")
    yield Screen("board-unknown", "", "api:/board/12345")


class Camera:
    """A browser with one context a person; `remarks` grow as pictures are taken."""

    def __init__(self, browser: Browser, addresses: Mapping[str, str], people: Mapping[str, Person], out: Path) -> None:
        self.browser, self.addresses, self.people, self.out = browser, addresses, people, out
        self.contexts: dict[str, BrowserContext] = {}
        self.remarks: list[str] = []

    def page(self, role: str, lang: str) -> Page:
        if role not in self.contexts:
            context = self.browser.new_context(locale="vi-VN")
            context.set_default_timeout(LIMIT_S * 1000)
            if role:
                person = self.people[role]
                body = {"login": person.login, "password": person.password}
                assert context.request.post(f"{self.addresses['api']}/api/v1/session", data=body).ok, role
            context.new_page()
            self.contexts[role] = context
        context = self.contexts[role]
        if role:
            context.request.put(f"{self.addresses['api']}/api/v1/session/lang", data={"lang": lang})
        return context.pages[0]

    def take(self, screen: Screen, lang: str) -> None:
        page, (host, _, path) = self.page(screen.role, lang), screen.path.partition(":")
        page.set_viewport_size({"width": 1280, "height": 800})
        mark = "&" if "?" in path else "?"
        page.goto(self.addresses[host] + path + ("" if host == "ui" else f"{mark}lang={lang}"))
        if screen.typed is not None:
            fill(page, screen.typed)
        settle(page)
        self.picture(page, screen.name, lang)
        if host == "ui":
            self.open_parts(page, screen.name, lang)

    def open_parts(self, page: Page, name: str, lang: str) -> None:
        """Every part of a page behind its pills; some forms sent empty."""
        if name in PRESSED:
            self.press(page, name, lang)
        count = page.locator(TABS).count()
        for number in range(1, count):
            page.set_viewport_size({"width": 1280, "height": 800})
            page.locator(TABS).nth(number).click()
            settle(page)
            self.picture(page, f"{name}-{number}", lang)
            if f"{name}-{number}" in PRESSED:
                self.press(page, f"{name}-{number}", lang)

    def press(self, page: Page, name: str, lang: str) -> None:
        main: Locator = page.locator("[data-testid=stMain] button[kind=primary]").last
        if main.count():
            main.click()
            settle(page)
            self.picture(page, f"{name}-error", lang)

    def picture(self, page: Page, name: str, lang: str) -> None:
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            settle(page)
            page.set_viewport_size({"width": width, "height": min(TALLEST, max(height, page.evaluate(HEIGHT)))})
            settle(page)
            page.screenshot(path=self.out / f"{name}-{size}-{lang}.png", full_page=True)
            seen = page.evaluate(REMARKS) + odd(page.locator("body").inner_text(), lang)
            self.remarks += [f"{name}-{size}-{lang}: {each}" for each in dict.fromkeys(seen)]


def settle(page: Page) -> None:
    page.wait_for_load_state("load")
    if page.locator("#root").count():
        page.locator("h1, [data-testid=stAlert]").first.wait_for()
    page.wait_for_timeout(250)  # Streamlit begins a run a moment after a tap, and says nothing of it before
    page.wait_for_function(QUIET)


def fill(page: Page, typed: Mapping[str, str]) -> None:
    """Send the page's main form with these words in it, past the browser's own checks."""
    page.evaluate("document.querySelectorAll('form').forEach(form => form.noValidate = true)")
    for name, words in typed.items():
        page.evaluate(
            "([name, words]) => document.querySelectorAll(`form [name=${name}]`).forEach(e => {"
            " if (e.type === 'radio') e.checked = e.value === words; else e.value = words; })",
            [name, words],
        )
    page.locator("form button.main, form button[type=submit], form button").first.click()


def odd(text: str, lang: str) -> list[str]:
    """Lines with a date, a number or a word that is not of this language."""
    patterns = re.compile("|".join(ODD.get(lang, ("\\d{4}-\\d\\d-\\d\\d",))))
    lines = [line for line in text.splitlines() if patterns.search(line) or KEYS.intersection(KEY.findall(line))]
    return [f"odd: {line.strip()[:140]}" for line in lines]


@contextmanager
def running(folder: Path) -> Iterator[tuple[dict[str, str], dict[str, Person], dict[str, str]]]:
    """The demo with a full office and an empty one: addresses, people by role, what pages are asked for."""
    kept = folder / "shots.json"
    demo = Demo(folder)
    try:
        ready = demo.start()
        people = {row["role"]: Person(**{**row, "role": Role(row["role"])}) for row in ready["people"]}
        if not kept.exists():
            ids = dict(furnish(ready["api"], list(people.values())).ids)
            kept.write_text(json.dumps({"ids": ids, "empty": found_empty(demo, people)}), encoding="utf-8")
        told = json.loads(kept.read_text(encoding="utf-8"))
        for row in told["empty"]:
            people[f"empty-{row['role']}"] = Person(**{**row, "role": Role(row["role"])})
        yield {"api": ready["api"], "ui": ready["ui"]}, people, told["ids"]
    finally:
        if demo.process is not None and demo.process.poll() is None:
            demo.stop()


def found_empty(demo: Demo, people: Mapping[str, Person]) -> list[dict[str, object]]:
    """A second office on its first day: an officer and a farmer, and nothing else."""
    assert demo.run("user", "office", "benninh", "--name", "Phòng Kinh tế xã Bến Ninh", *EMPTY_UNIT) == 0
    made = []
    for role, login, name in ((Role.OFFICER, "canbo2", "Phạm Thị Mười"), (Role.FARMER, "nongdan2", "Võ Văn Út")):
        person = Person(login, people[role].password, name, role)
        secret = demo.folder / "password"
        secret.write_text(person.password, encoding="utf-8")
        words = ("--role", role, "--name", name, "--office", "benninh", "--password-file", str(secret))
        assert demo.run("user", "add", login, *words) == 0
        secret.unlink()
        made.append(asdict(person))
    return made


def main(folder: str, *words: str) -> None:
    out = Path(folder).resolve()
    out.mkdir(parents=True, exist_ok=True)
    with running(out / "demo") as (addresses, people, ids), sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        camera = Camera(browser, addresses, people, out)
        chosen = [each for each in screens_of(ids) if not words or any(word in each.name for word in words)]
        for lang, screen in product(("vi", "en", "zh"), chosen):
            if lang in screen.langs:
                try:
                    camera.take(screen, lang)
                except Error as fault:  # one screen that does not come must not cost the others
                    camera.remarks.append(f"{screen.name}-{lang}: no picture: {fault.message.splitlines()[0]}")
        browser.close()
        (out / "remarks.txt").write_text("\n".join(camera.remarks) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
