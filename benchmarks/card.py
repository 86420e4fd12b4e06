"""The widget: how much a browser loads, and how soon after the answer the first figures are on the screen."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from benchmarks.measure import Goal, Of, Result, median, percentile
from benchmarks.office import ANNA, Office
from tests.support.chromium import FLAGS, executable

KB = 1000
MOST_RAW, MOST_GZIPPED = 60.0, 20.0
MOST_MILLISECONDS = 300.0
SLOW = 30_000

# A message sent in a frame's callback is heard after that frame was painted.
WATCH = """
performance.setResourceTimingBufferSize(2000);
new MutationObserver((_, observer) => {
  if (!document.querySelector('.stockgate .sg-nums')) return;
  observer.disconnect();
  requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => { window.benchPainted = performance.now(); };
    channel.port2.postMessage(0);
  });
}).observe(document, { childList: true, subtree: true });
"""
TOOK = """() => {
  const answers = performance.getEntriesByType('resource').filter((one) => one.name.includes('/panel?figures='));
  return window.benchPainted - answers[0].responseEnd;
}"""


def sizes(archive: Path) -> list[Result]:
    """`script.js` as it is in the built archive; what is loaded only when needed is in the details."""
    with zipfile.ZipFile(archive) as opened:
        scripts = {name: opened.read(name) for name in opened.namelist() if name.endswith(".js")}
    packed = {name: len(gzip.compress(content, 9, mtime=0)) / KB for name, content in scripts.items()}
    raw = {name: len(content) / KB for name, content in scripts.items()}
    details: dict[str, object] = {"raw_kB": raw, "gzipped_kB": packed}
    return [
        Result("script.js", raw["script.js"], "kB", Goal(Of.MEASURED, most=MOST_RAW), details=details),
        Result("script.js, gzipped", packed["script.js"], "kB", Goal(Of.MEASURED, most=MOST_GZIPPED)),
    ]


def first_figures(office: Office, deals: dict[int, int], repetitions: int, say: Callable[[str], None]) -> list[Result]:
    """In Chromium, in the CRM's page: from the end of the first panel answer until figures were painted. The deals were
    opened before, so the first answer is the cached one. `deals`: number of lines → deal."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        try:
            return [_of(office, browser, lines, deal, repetitions, say) for lines, deal in deals.items()]
        finally:
            browser.close()


def _of(
    office: Office, browser: Browser, lines: int, deal_id: int, repetitions: int, say: Callable[[str], None]
) -> Result:
    say(f"the card of {lines} lines in Chromium")
    context = browser.new_context(base_url=office.town.at.crm, locale="ru-RU")
    context.set_default_timeout(SLOW)
    context.request.post("/_sandbox/session", data={"user_id": ANNA})
    context.add_init_script(WATCH)
    took = []
    for _ in range(repetitions + 1):
        page = context.new_page()
        page.goto(f"/leads/detail/{deal_id}?widgets=open")
        page.wait_for_function("window.benchPainted !== undefined")
        took.append(float(page.evaluate(TOOK)))
        page.close()
    context.close()
    measured = took[1:]
    return Result(
        f"first figures in the card, {lines} lines, p95",
        percentile(measured, 95),
        "ms",
        Goal(Of.MEASURED, most=MOST_MILLISECONDS),
        details={"p50_ms": median(measured), "repetitions": repetitions},
    )
