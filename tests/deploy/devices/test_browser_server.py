"""The server that a measuring page talks to, asked as a page and as a stranger would ask."""

import json
import threading
import urllib.error
import urllib.request
from urllib.parse import parse_qs, urlsplit

import pytest

from deploy.devices import browser_session
from deploy.devices.browser import Browser
from deploy.devices.device import DeviceFailed
from deploy.devices.latency import Implausible
from deploy.errors import FileRefused

PHONE = {"agent": "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 Chrome/126.0.0.0 Mobile Safari/537.36",
         "graphics": "Adreno (TM) 750", "cores": 8}  # fmt: skip
GOOD = {"first_ms": 2.0, "warm_up_ms": 0.3, "rounds_ms": [0.25, 0.2, 0.3], "runs": 2, "took_ms": 4.0}


class Page:
    """What the page's script does, without a browser."""

    def __init__(self, address: str, answers, about=None):
        self._address, self._answers, self.told = urlsplit(address), list(answers), None
        token = parse_qs(self._address.query)["token"][0]
        status, self.joined = self.ask("/join", {"token": token, "about": about or PHONE})
        if status != 200:
            self.told = self.joined
            return
        self.session = {"session": self.joined["session"]}
        threading.Thread(target=self._work, daemon=True).start()

    def ask(self, path: str, body) -> tuple[int, object]:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        try:
            with urllib.request.urlopen(f"http://{self._address.netloc}{path}", content, 20) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def _work(self):
        while True:
            status, told = self.ask("/next", self.session)
            if status != 200 or told.get("over") or not self._answers:
                self.told = told
                return
            if "job" in told:
                job = told["job"]
                with urllib.request.urlopen(
                    f"http://{self._address.netloc}/files/{job['file']}?session={self.session['session']}"
                ) as file:
                    assert file.read()[4:8] == b"TFL3"
                answer = self._answers.pop(0)
                self.ask("/result", {**self.session, "job": job["id"], **answer})


@pytest.fixture
def browser(tmp_path, monkeypatch):
    """A browser device; whoever is invited opens `pages[i]`, a function of the address."""
    monkeypatch.setattr(browser_session, "_POLL_SECONDS", 0.2)
    monkeypatch.setattr(browser_session, "_IDLE_SECONDS", 1.0)
    monkeypatch.setattr(browser_session, "_JOB_SECONDS", 1.0)
    monkeypatch.setattr("deploy.devices.browser._WALL_SLACK_MS", 50)
    devices = []

    def make(*pages, **options):
        invited = []

        def invite(address):
            if len(invited) < len(pages):
                invited.append(pages[len(invited)](address))

        device = Browser(
            "my-phone", litertjs=tmp_path, litertjs_version="2.5.3", invite=invite, **{"patience_seconds": 5, **options}
        )
        devices.append(device)
        return device, invited

    yield make
    for device in devices:
        device.close()


def test_a_page_measures(browser, tiny_file):
    device, _ = browser(lambda address: Page(address, [GOOD] * 4))
    steps = []
    latency, _ = device.measure([tiny_file, tiny_file], lambda *step: steps.append(step))
    assert (latency.median_ms, latency.first_ms, latency.runs) == (0.2, 2.0, 12)
    assert latency.spread_ms == pytest.approx(0.1)
    assert latency.provenance.processor == "Chrome 126, Linux; Android 14; K, Adreno (TM) 750, 8 cores"
    assert (latency.provenance.kind, latency.provenance.runtime) == ("browser", "LiteRT.js 2.5.3")
    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_token_works_once_and_a_second_page_is_refused(browser, tiny_file):
    addresses = []
    device, _ = browser(lambda address: addresses.append(address) or Page(address, [GOOD] * 20))
    device.provenance()
    second = Page(addresses[0], [])
    assert second.told.startswith("Another page measures already")
    wrong = Page(addresses[0].split("?")[0] + "?token=guessed", [])
    assert wrong.told.startswith("Another page")
    assert device.measure([tiny_file])[0].median_ms == 0.2


def test_a_tab_that_is_loaded_again_or_doubled_goes_on_in_place_of_the_first(browser, tiny_file):
    device, pages = browser(lambda address: Page(address, [GOOD] * 20))
    device.provenance()
    first = dict(pages[0].session)
    status, joined = pages[0].ask("/join", {"token": "spent", **first, "about": PHONE})
    assert status == 200
    pages[0].session = joined
    assert pages[0].ask("/next", first) == (403, browser_session._REPLACED)
    threading.Thread(target=pages[0]._work, daemon=True).start()
    assert device.measure([tiny_file])[0].median_ms == 0.2


def test_a_wrong_token_is_refused(browser):
    told = []
    device, _ = browser(
        lambda address: told.append(Page(address.split("?")[0] + "?token=guessed", []).told), patience_seconds=0.5
    )
    with pytest.raises(DeviceFailed, match="no page was opened"):
        device.provenance()
    assert told[0].startswith("This address does not work")


def test_strangers_get_nothing(browser, tiny_file):
    addresses = []
    device, _ = browser(lambda address: addresses.append(address) or Page(address, [GOOD] * 4))
    device.provenance()
    root = addresses[0].split("?")[0]
    stranger = Page.__new__(Page)
    stranger._address = urlsplit(root)
    assert stranger.ask("/next", {"session": "guessed"})[0] == 403
    assert stranger.ask("/result", {"session": None, "job": "x"})[0] == 403
    for body in (b"no json", b"[1]", b"x" * 200_000):
        assert stranger.ask("/join", body)[0] == 400
    for path in ("files/x?session=guessed", "../../../etc/passwd", "litertjs/../../secret", "none.js"):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(root + path)
    with urllib.request.urlopen(root) as page:
        assert b"Potstill" in page.read()


def test_a_page_that_went_away_is_waited_for_and_another_takes_over(browser, tiny_file):
    # The first answers once and goes; a new address invites the second.
    device, pages = browser(lambda address: Page(address, [GOOD]), lambda address: Page(address, [GOOD] * 5))
    latencies = device.measure([tiny_file] * 3)
    assert [latency.median_ms for latency in latencies] == [0.2] * 3
    assert len(pages) == 2


def test_nobody_comes_back(browser, tiny_file):
    device, _ = browser(lambda address: Page(address, [GOOD]), patience_seconds=0.5)
    with pytest.raises(DeviceFailed, match="no page was opened within 0 s|no page was opened within 1 s"):
        device.measure([tiny_file] * 3)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"rounds_ms": [0.2, float("nan")]}, "finite and above 0"),
        ({"rounds_ms": [0.2, -1.0]}, "finite and above 0"),
        ({"rounds_ms": []}, "finite and above 0"),
        ({"first_ms": 0}, "finite and above 0"),
        ({"runs": 0}, "finite and above 0"),
        ({"rounds_ms": [3_600_000.0]}, "its clock jumped"),
        ({"took_ms": 0.01}, "its clock jumped"),
        ({"rounds_ms": "fast"}, "an answer that is none"),
        ({"took_ms": None}, "an answer that is none"),
    ],
)
def test_timings_that_cannot_be_are_measured_again_and_then_refused(browser, tiny_file, wrong, told):
    device, _ = browser(lambda address: Page(address, [{**GOOD, **wrong}, GOOD, GOOD]))
    assert device.measure([tiny_file])[0].median_ms == 0.2
    device, _ = browser(lambda address: Page(address, [{**GOOD, **wrong}] * 5))
    with pytest.raises(Implausible, match=told):
        device.measure([tiny_file])


def test_what_the_page_cannot_run_is_told(browser, tiny_file):
    device, _ = browser(lambda address: Page(address, [{"error": "an input of int64, which LiteRT.js does not take"}]))
    with pytest.raises(FileRefused, match="my-phone cannot run the file: an input of int64"):
        device.measure([tiny_file])


def test_another_device_under_the_same_name_is_refused(browser, tiny_file):
    pages = []
    device, _ = browser(
        lambda address: pages.append(Page(address, [], about={**PHONE, "graphics": "Mali-G715"})),
        expected_description="Chrome 126, Linux; Android 14; K, Adreno (TM) 750, 8 cores",
        patience_seconds=0.5,
    )
    with pytest.raises(DeviceFailed):
        device.measure([tiny_file])
    assert pages[0].told.startswith("This is another device")


def test_the_page_is_told_that_it_is_over(browser):
    device, pages = browser(lambda address: Page(address, [GOOD]))
    device.provenance()
    device.close()
    assert pages[0].told == {"over": True}
