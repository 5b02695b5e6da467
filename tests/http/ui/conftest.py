"""A headless Chromium, one for all tests of the page, and workers for it to look at."""

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
import uvicorn

from tests.http.ui.fake import Fake

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DEADLINE = 30_000  # milliseconds
playwright.expect.set_options(timeout=DEADLINE)  # it has a deadline of its own, of 5 s


@pytest.fixture(scope="module")  # while it lives, no test of its process may run an event loop
def browser() -> Iterator["playwright.Browser"]:
    path = os.environ.get("CONNECTSDK_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        reason = "Chromium is not on the PATH: install it, or name it in CONNECTSDK_CHROMIUM"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(
            executable_path=path, args=["--no-sandbox"] if os.geteuid() == 0 else []
        )
        yield browser
        browser.close()


class Visit:
    """A page of the browser, and everything it asked for and complained about.

    Attributes:
        page: What is driven.
        address: Of the operator's page.
        requested: Addresses that were asked for.
        answered: Addresses whose answer is there, or will never be.
        complaints: Errors of the console, exceptions, and what the content security policy refused.
    """

    def __init__(self, page: "playwright.Page", address: str) -> None:
        self.page = page
        self.address = address
        self.requested: list[str] = []
        self.answered: list[str] = []
        self.complaints: list[str] = []
        page.set_default_timeout(DEADLINE)
        page.on("request", lambda request: self.requested.append(request.url))
        page.on("requestfinished", lambda request: self.answered.append(request.url))
        page.on("requestfailed", lambda request: self.answered.append(request.url))
        page.on(
            "console",
            lambda line: self.complaints.append(line.text) if line.type in {"error", "warning"} else None,
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))

    @property
    def answered_all(self) -> bool:
        """Whether no request is under way."""
        return len(self.answered) == len(self.requested)

    def open(self, where: str = "") -> "playwright.Page":
        self.page.goto(self.address + where)
        self.page.wait_for_selector("h1", state="attached")
        return self.page

    def row(self, name: str) -> "playwright.Locator":
        return self.page.locator("[data-row]").filter(
            has=self.page.get_by_role("link", name=name, exact=True)
        )


Visiting = Callable[..., Visit]


@pytest.fixture
def visit(browser: "playwright.Browser") -> Iterator[Visiting]:
    """Returns a page that looks at a worker: a fake one, or the address of a real one."""
    with ExitStack() as stack:

        def start(worker: Fake | str, **options: object) -> Visit:
            url = worker if isinstance(worker, str) else stack.enter_context(served(worker))
            context = browser.new_context(**{"viewport": {"width": 1280, "height": 860}, **options})
            stack.callback(context.close)
            return Visit(context.new_page(), f"{url}/ui/")

        yield start


@contextmanager
def served(fake: Fake) -> Iterator[str]:
    """Serve a fake worker in a thread, at a free port."""
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(fake.app(), log_config=None, lifespan="off", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [opened]}, daemon=True)
        thread.start()
        until(lambda: server.started)
        yield f"http://127.0.0.1:{opened.getsockname()[1]}"
        server.should_exit = True
        thread.join(30)


def until(reached: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for a condition."""
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, "not reached in time"
        time.sleep(0.01)
