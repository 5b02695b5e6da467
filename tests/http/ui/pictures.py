"""How are the pictures of the page in the documentation made? `python -m tests.http.ui.pictures`."""

import json
import shutil
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.http.ui.conftest import NAMES, served
from tests.http.ui.fake import HOSTILE, Fake, unwell

ASSETS = Path(__file__).parents[3] / "docs" / "assets"
LOOKS = 20_000  # milliseconds, for the lines of the rates
PICTURES: tuple[tuple[str, str, dict[str, Any], bool], ...] = (
    ("page-light", "#/", {"color_scheme": "light", "viewport": {"width": 1280, "height": 1160}}, False),
    ("page-dark", "#/", {"color_scheme": "dark", "viewport": {"width": 1280, "height": 1160}}, False),
    (
        "page-connector",
        "#/connectors/geo-enricher",
        {"color_scheme": "light", "viewport": {"width": 1280, "height": 860}},
        True,
    ),
    ("page-phone", "#/", {"color_scheme": "light", "viewport": {"width": 390, "height": 1300}}, False),
)


def _tame(fake: Fake) -> Fake:
    """Replace the texts that want to be markup: they are for tests."""
    fake.connectors = json.loads(json.dumps(fake.connectors).replace(json.dumps(HOSTILE)[1:-1], "record 88"))
    fake.worker = json.loads(
        json.dumps(fake.worker).replace(json.dumps(HOSTILE)[1:-1], "").replace("</pre>", "")
    )
    return fake


def take() -> None:
    """Write the pictures."""
    path = next(filter(None, map(shutil.which, NAMES)))
    with served(_tame(unwell())) as url, sync_playwright() as started:
        browser = started.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for name, where, options, whole in PICTURES:
            context = browser.new_context(**options)
            page = context.new_page()
            page.goto(f"{url}/ui/{where}")
            page.wait_for_selector("h1", state="attached")
            page.wait_for_timeout(LOOKS)
            page.screenshot(path=ASSETS / f"{name}.png", full_page=whole)
            context.close()
        browser.close()


if __name__ == "__main__":
    take()
