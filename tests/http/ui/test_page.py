"""Does the operator's page show what the worker says, and do what the operator asks?"""

import re
from urllib.parse import urlsplit

import pytest

from tests.http.ui.conftest import Visiting, playwright, until
from tests.http.ui.fake import HOSTILE, Fake, hostile, shop, unwell

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]
expect = playwright.expect

CONTRAST = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const read = (colour) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const light = ([r, g, b]) => { const [x, y, z] = [r, g, b].map((c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z; };
  const ground = (node) => { for (let at = node; at; at = at.parentElement) { const c = read(getComputedStyle(at).backgroundColor);
    if (c[3] === 255) return c; } return [255, 255, 255]; };
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let seen = 0;
  while (walker.nextNode()) { const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !node.checkVisibility() || node.closest(".hidden, noscript")) continue;
    const [one, two] = [light(read(getComputedStyle(node).color)), light(ground(node))].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (two + 0.05); seen += 1;
    if (ratio < 4.5) found.push(`${walker.currentNode.data.trim().slice(0, 40)}: ${ratio.toFixed(2)}`); }
  return [seen, found]; }"""


def test_the_page_asks_nobody_else_and_complains_of_nothing(visit: Visiting) -> None:
    visited = visit(shop())
    page = visited.open()
    for where in ("#/connectors/orders-to-warehouse", "#/plugins", "#/"):
        page.goto(visited.address + where)
        expect(page.locator("#view > *").first).to_be_visible()
    assert {urlsplit(url).netloc for url in visited.requested} == {urlsplit(visited.address).netloc}
    assert visited.complaints == []


def test_it_finds_the_folder(visit: Visiting) -> None:
    visited = visit(shop())
    visited.page.goto(visited.address.rstrip("/"))
    expect(visited.row("clickstream")).to_be_visible()


def test_states_rates_lag_and_dead_letters_are_shown(visit: Visiting) -> None:
    visited = visit(shop())
    visited.open()
    row = visited.row("orders-to-warehouse")
    expect(row).to_contain_text("Degraded")
    expect(row.locator("[data-label=Lag]")).to_have_text("72.8K")
    expect(row.locator("[data-label='Dead letters']")).to_have_text("172")
    expect(row.locator("[data-label='Records/s']")).to_have_text(re.compile(r"\d"))
    expect(row.locator("[data-label=Restarts]")).to_have_text("15")


def test_what_is_wrong_with_the_worker_is_told_and_explained(visit: Visiting) -> None:
    visited = visit(unwell())
    page = visited.open()
    notices = page.get_by_role("list", name="Notices")
    expect(notices).to_contain_text("3 calls of plugin code did not end and were left behind")
    expect(notices).to_contain_text("2 plugins cannot be used")
    expect(visited.row("geo-enricher")).to_contain_text("a record waits 12 min")
    notices.get_by_role("link", name="see why").click()
    expect(page.get_by_role("heading", name="Cannot be used 2")).to_be_visible()
    expect(page.locator("[data-key=unusable]")).to_contain_text("No module named 'snowflake'")
    page.goto(visited.address + "#/connectors/geo-enricher")
    expect(page.get_by_role("heading", name="It is stuck")).to_be_visible()
    expect(page.locator("[data-key=explained]")).to_contain_text("a connection without a timeout")
    expect(page.locator("[data-key=left]")).to_contain_text("2 calls of its code did not end")
    page.goto(visited.address + "#/connectors/clickstream")
    expect(page.get_by_role("heading", name="clickstream")).to_be_visible()
    expect(page.locator("[data-key=left], [data-key=explained]")).to_have_count(0)
    assert page.title() == "(2 failed) clickstream"


def test_a_worker_without_facts_is_shown_without_them(visit: Visiting) -> None:
    fake = shop()
    fake.knows_facts = False
    visited = visit(fake)
    visited.open()
    expect(visited.row("clickstream")).to_contain_text("Running")
    expect(visited.row("clickstream").locator("[data-label='Records/s']")).to_have_text("\u2013")
    assert visited.complaints == []


def test_why_it_failed_is_one_click_away_and_stays_open(visit: Visiting) -> None:
    visited = visit(shop())
    page = visited.open()
    why = page.locator("[data-key='why orders-to-warehouse'] details")
    why.locator("summary").click()
    expect(why.locator("pre")).to_contain_text("raise DataError")
    with page.expect_response("**/connectors?expand*"):
        pass
    expect(why.locator("pre")).to_be_visible()


def test_search_and_state_choose_connectors_and_are_kept_in_the_address(visit: Visiting) -> None:
    visited = visit(shop())
    page = visited.open()
    page.locator("#search").fill("SINK orders")
    expect(page.locator("tbody [data-row]")).to_have_count(1)
    page.locator("#search").fill("")
    page.get_by_role("radio", name="Failed 2").check()
    expect(page.locator("tbody [data-row]")).to_have_count(2)
    page.reload()
    expect(page.locator("tbody [data-row]")).to_have_count(2)
    page.locator("#search").fill("nothing at all")
    page.get_by_role("button", name="Show all").click()
    expect(page.locator("tbody [data-row]")).to_have_count(7)


@pytest.mark.parametrize(
    ("name", "button", "asked"),
    [
        ("clickstream", "Pause", "PUT /connectors/clickstream/pause?"),
        ("invoices-archive", "Resume", "PUT /connectors/invoices-archive/resume?"),
        ("clickstream", "Stop", "PUT /connectors/clickstream/stop?"),
        ("clickstream", "Restart", "POST /connectors/clickstream/restart?includeTasks=true&onlyFailed=false"),
        ("payments-audit", "Restart failed", "POST /connectors/payments-audit/restart?includeTasks=true&onlyFailed=true"),
    ],
)  # fmt: skip
def test_a_change_is_asked_for_once_more(visit: Visiting, name: str, button: str, asked: str) -> None:
    fake = shop()
    visited = visit(fake)
    page = visited.open()
    visited.row(name).get_by_text(button, exact=True).click()
    expect(page.get_by_role("dialog")).to_contain_text(name)
    page.get_by_role("button", name="Cancel").click()
    assert fake.asked == []
    visited.row(name).get_by_text(button, exact=True).click()
    page.locator("#confirm-yes").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("#toast")).to_contain_text(name)
    assert fake.asked == [asked]


def test_all_failed_connectors_that_are_shown_are_restarted(visit: Visiting) -> None:
    fake = shop()
    page = visit(fake).open()
    page.get_by_role("button", name="Restart all failed").click()
    page.locator("#confirm-yes").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert [asked.split("/")[2] for asked in fake.asked] == ["orders-to-warehouse", "payments-audit"]


def test_one_task_is_restarted(visit: Visiting) -> None:
    fake = shop()
    page = visit(fake).open("#/connectors/orders-to-warehouse")
    page.locator("[data-row-task='2'] button").click()
    page.locator("#confirm-yes").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert fake.asked == ["POST /connectors/orders-to-warehouse/tasks/2/restart?"]


def test_what_did_not_work_is_said_where_it_was_asked_for(visit: Visiting) -> None:
    fake = shop()
    visited = visit(fake)
    page = visited.open()
    visited.row("clickstream").get_by_text("Pause").click()
    fake.down = True
    page.locator("#confirm-yes").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("Worker is still starting up.")
    expect(page.locator("#confirm-yes")).to_be_enabled()


def test_a_worker_that_is_away_is_told_and_found_again(visit: Visiting) -> None:
    fake = shop()
    visited = visit(fake)
    page = visited.open()
    expect(visited.row("clickstream")).to_be_visible()
    fake.down = True
    expect(page.locator("#trouble")).to_contain_text("refuses to answer: Worker is still starting up.")
    expect(visited.row("clickstream")).to_be_visible()
    fake.down = False
    page.get_by_role("button", name="Try now").click()
    expect(page.locator("#trouble")).to_be_hidden()
    page.context.set_offline(True)
    expect(page.locator("#trouble")).to_contain_text("cannot be reached")
    page.context.set_offline(False)  # is noticed by itself
    expect(page.locator("#trouble")).to_be_hidden()


def test_a_token_is_asked_for_and_may_be_refused(visit: Visiting) -> None:
    fake = shop()
    fake.token = "a token"  # noqa: S105 - of a fake
    visited = visit(fake)
    page = visited.page
    page.goto(visited.address)
    dialog = page.get_by_role("dialog", name="Sign in")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#trouble")).to_contain_text("User cannot access the resource.")
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="Try now").click()
    page.locator("#token").fill("a token")
    page.keyboard.press("Enter")
    expect(visited.row("clickstream")).to_be_visible()
    expect(dialog).to_be_hidden()


def test_nothing_is_asked_while_updates_are_held_or_nobody_looks(visit: Visiting) -> None:
    visited = visit(shop())
    visited.page.clock.install()
    page = visited.open()
    expect(page.locator("#pulse")).to_have_text("Live")
    page.get_by_role("button", name="Hold").click()
    visited.row("clickstream").get_by_text("Pause", exact=True).click()
    with page.expect_response("**/connectors?expand*"):  # a change is looked at, once
        page.locator("#confirm-yes").click()
    before = len(visited.requested)
    page.clock.run_for(60_000)
    assert len(visited.requested) == before
    page.get_by_role("button", name="Hold").click()
    until(lambda: page.wait_for_timeout(20) or len(visited.requested) > before)
    page.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    before = len(visited.requested)
    page.clock.run_for(60_000)
    assert len(visited.requested) == before


def test_a_worker_that_fails_is_asked_less_and_less(visit: Visiting) -> None:
    fake = shop()
    visited = visit(fake)
    visited.page.clock.install()
    page = visited.open()
    expect(page.locator("#pulse")).to_have_text("Live")
    fake.down = True
    before = len(visited.requested)
    for _ in range(120):
        page.clock.run_for(1000)
        until(lambda: page.wait_for_timeout(5) or visited.answered_all)  # the worker's clock is another
    assert 3 <= len(visited.requested) - before <= 12


def test_secrets_are_not_shown(visit: Visiting) -> None:
    page = visit(shop()).open("#/connectors/orders-to-warehouse")
    expect(page.locator(".pairs")).to_contain_text("connection.password")
    shown = page.content()
    assert "hunter2" not in shown
    assert "WAREHOUSE_USER" not in shown
    expect(page.locator(".pairs")).to_contain_text("jdbc:postgresql://loader:••••••@db.internal:5432/shop")


def test_hostile_texts_stay_texts(visit: Visiting) -> None:
    visited = visit(hostile())
    page = visited.open()
    expect(page.get_by_role("link", name=HOSTILE, exact=True)).to_be_visible()
    for name in ("a/b?c#d%2F 100% ü", "javascript:alert(1)", "__proto__", "x" * 249, HOSTILE):
        page.goto(visited.address)
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
        for summary in page.locator("summary").all():
            summary.click()
        expect(page.locator("#h-offsets + table")).to_contain_text(HOSTILE)
    page.goto(visited.address + "#/plugins")
    expect(page.locator(".plugins")).to_contain_text([HOSTILE])
    assert page.locator("main img, main script").count() == 0
    assert "owned" not in page.title()
    assert visited.complaints == []


def test_the_policy_keeps_inline_scripts_out(visit: Visiting) -> None:
    page = visit(shop()).open()
    tried = page.evaluate(
        """() => { try { document.body.innerHTML = "<img src=x>"; return "done" } catch (error) { return error.name } }"""
    )
    assert tried == "TypeError"


def test_everything_works_by_keyboard(visit: Visiting) -> None:
    fake = shop()
    visited = visit(fake)
    page = visited.open()
    expect(visited.row("clickstream")).to_be_visible()
    press = page.keyboard.press
    press("Tab")
    expect(page.locator("#skip")).to_be_focused()
    press("/")
    page.keyboard.type("click")
    expect(page.locator("tbody [data-row]")).to_have_count(1)
    press("Escape")
    press("j")
    expect(visited.row("clickstream").get_by_role("link")).to_be_focused()
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    press("p")
    expect(page.locator("#confirm-no")).to_be_focused()
    press("Tab")
    press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert fake.asked == ["PUT /connectors/clickstream/pause?"]
    expect(visited.row("clickstream").get_by_text("Pause")).to_be_focused()
    press("s")
    press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert len(fake.asked) == 1


def test_single_keys_can_be_switched_off(visit: Visiting) -> None:
    visited = visit(shop())
    page = visited.open()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.locator("#keys-on").press("Space")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.reload()
    expect(visited.row("clickstream")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_tab_reaches_every_control_in_the_order_it_is_shown(visit: Visiting) -> None:
    page = visit(shop()).open()
    expect(page.locator("[data-row]").first).to_be_visible()
    places = []
    for _ in range(40):
        page.keyboard.press("Tab")
        found = page.evaluate(
            "(() => { const e = document.activeElement, b = e.getBoundingClientRect(); "
            "return e === document.body ? null : [Math.round(b.top + scrollY), e.dataset.action ?? e.id ?? e.tagName] })()"
        )
        if found is None:
            break
        places.append(found)
    actions = [name for _, name in places]
    assert {"skip", "hold", "help-open", "search", "pause", "restart", "stop", "restart-failed"} <= set(
        actions
    )
    rows = [top for top, name in places if name == "stop"]
    assert rows == sorted(rows)


def test_the_focus_stays_when_news_arrive(visit: Visiting) -> None:
    fake = shop()
    visited = visit(fake)
    visited.open()
    button = visited.row("search-index").get_by_text("Pause")
    button.focus()
    fake.add("aaa-first", "FirstSource")
    expect(visited.row("aaa-first")).to_be_visible()
    expect(button).to_be_focused()


def test_changes_are_told_to_screen_readers(visit: Visiting) -> None:
    fake = shop()
    visited = visit(fake)
    page = visited.open()
    expect(visited.row("clickstream")).to_be_visible()
    fake.connectors["clickstream"]["status"]["connector"]["state"] = "PAUSED"
    expect(page.locator("#spoken")).to_have_text("clickstream is paused, was running")
    for button in page.get_by_role("button").all():
        assert button.evaluate("e => (e.getAttribute('aria-label') ?? e.textContent).trim()")
    expect(page.get_by_role("table", name="Connectors").get_by_role("columnheader")).to_have_count(8)


@pytest.mark.parametrize("worker", [shop, hostile])
@pytest.mark.parametrize("where", ["", "#/connectors/orders-to-warehouse", "#/plugins"])
def test_a_phone_needs_no_sideways_scrolling(visit: Visiting, where: str, worker: type[Fake]) -> None:
    page = visit(worker(), viewport={"width": 360, "height": 780}, has_touch=True).open(where)
    expect(page.locator("#footer")).to_contain_text("Version")
    assert page.evaluate("document.documentElement.scrollWidth") == 360


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_can_be_read(visit: Visiting, scheme: str) -> None:
    visited = visit(shop(), color_scheme=scheme, reduced_motion="reduce")
    for where, last in (
        ("", ".table"),
        ("#/connectors/orders-to-warehouse", ".topics"),
        ("#/plugins", ".plugins"),
    ):
        page = visited.open(where)
        expect(page.locator("#footer")).to_contain_text("Version")
        expect(page.locator(last).first).to_be_visible()
        seen, low = page.evaluate(CONTRAST)
        assert low == []
        assert seen > 20


def test_dark_mode_looks_different_and_motion_can_be_reduced(visit: Visiting) -> None:
    grounds = set()
    for scheme in ("light", "dark"):
        page = visit(shop(), color_scheme=scheme, reduced_motion="reduce").open()
        grounds.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        assert page.evaluate("document.getAnimations().length") == 0
    assert len(grounds) == 2
