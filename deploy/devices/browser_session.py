"""The session of a measuring page: its token, its current job, and its answers."""

import re
import secrets
import threading
import time
from dataclasses import dataclass

_POLL_SECONDS = 5.0
# A page that asked for nothing and answered nothing for so long is gone; a job may take a while.
_IDLE_SECONDS, _JOB_SECONDS = 12.0, 45.0
_REPLACED = "This page is no longer the one that measures. Open the newest address."
_BROWSERS = re.compile(r"\b(Edg|OPR|SamsungBrowser|Firefox|FxiOS|CriOS|HeadlessChrome|Chrome|Version)/(\d+)")
_PLATFORM = re.compile(r"\(([^)]*)\)")


@dataclass(kw_only=True)
class _Job:
    """A file that the page measures."""

    name: str
    file: bytes
    number: int
    count: int
    started: float | None = None
    """By the monotonic clock, when the page took it."""


class BrowserSession:
    """Hands jobs to one page and takes its answers. A page joins with a token that works once.

    The page then holds a session of its own. Only while no page is there does a new token invite another.
    """

    def __init__(self, expected_description: str | None):
        """
        Args:
            expected_description: the only page's description of itself that may join; None lets any join.
        """
        self._changed = threading.Condition()
        self._token = secrets.token_urlsafe(16)
        self._session: str | None = None
        self._description: str | None = None
        self._expected, self._over = expected_description, False
        self._seen = 0.0
        self._job: _Job | None = None
        self._answer: dict | None = None

    def token(self) -> str:
        """The token that a page can join with now; another whenever a page has gone."""
        with self._changed:
            if self._session is not None and not self._present():
                self._token, self._session, self._description = secrets.token_urlsafe(16), None, None
            return self._token

    def page(self) -> str | None:
        """The page's description of its device; None without a page."""
        with self._changed:
            return self._description if self._present() else None

    def put(self, model_bytes: bytes, number: int, count: int) -> str:
        """Give the page a file to measure; returns the job's name."""
        with self._changed:
            self._job = _Job(name=secrets.token_urlsafe(8), file=model_bytes, number=number, count=count)
            self._answer = None
            self._changed.notify_all()
            return self._job.name

    def take(self, job: str) -> dict | None:
        """The page's answer to a job, with `wall_ms` by this clock; None when the page has gone."""
        with self._changed:
            while self._answer is None or self._answer["job"] != job:
                if not self._present():
                    return None
                self._changed.wait(0.2)
            return self._answer

    def end(self) -> None:
        """Answer the page's requests with that it is over."""
        with self._changed:
            self._over = True
            self._changed.notify_all()

    # Requests of the page; each gives (status, JSON value or text).

    def join(self, request: dict) -> tuple[int, object]:
        """Let a page in that has the token, or the session of the page that is there."""
        description = _description_of(request.get("about"))
        with self._changed:
            if self._session is not None and _equal(request.get("session"), self._session):
                # The same tab, loaded again or doubled: the newest one goes on, with what was begun.
                self._session, self._seen = secrets.token_urlsafe(16), time.monotonic()
                self._changed.notify_all()
                return 200, {"session": self._session}
            if self._session is not None and self._present():
                return 409, "Another page measures already. Close that one, and open the address that then appears."
            if self._session is not None or not _equal(request.get("token"), self._token):
                return 403, "This address does not work, or no longer. Open the newest one that the computer shows."
            if self._expected is not None and description != self._expected:
                return 409, f"This is another device: {description}; {self._expected} was added under this name."
            self._session, self._description = secrets.token_urlsafe(16), description
            self._seen = time.monotonic()
            self._changed.notify_all()
            return 200, {"session": self._session}

    def next(self, request: dict) -> tuple[int, object]:
        """The next job; waits a while for one."""
        with self._changed:
            if self._is_session(request):
                self._seen = time.monotonic()
                self._changed.wait_for(
                    lambda: self._over or self._job is not None or not self._is_session(request), _POLL_SECONDS
                )
            if self._over:
                return 200, {"over": True}
            if not self._is_session(request):
                return 403, _REPLACED
            self._seen = time.monotonic()
            if self._job is None:
                return 200, {}
            job = self._job
            job.started = self._seen
            return 200, {"job": {"id": job.name, "file": job.name, "number": job.number, "count": job.count}}

    def result(self, request: dict) -> tuple[int, object]:
        """Take the answer to a job."""
        with self._changed:
            if not self._is_session(request):
                return 403, _REPLACED
            self._seen = time.monotonic()
            job = self._job
            if job is not None and request.get("job") == job.name and job.started is not None:
                self._answer = {**request, "wall_ms": 1e3 * (self._seen - job.started)}
                self._job = None
                self._changed.notify_all()
            return 200, {}

    def file(self, name: str, session: str) -> bytes | None:
        """The bytes of the current job's file; None for another name or session."""
        with self._changed:
            job = self._job
            if job is None or job.name != name or not self._is_session({"session": session}):
                return None
            return job.file

    def _is_session(self, request: dict) -> bool:
        return self._session is not None and _equal(request.get("session"), self._session)

    def _present(self) -> bool:
        busy = self._job is not None and self._job.started is not None
        patience = _JOB_SECONDS if busy else _IDLE_SECONDS
        return self._session is not None and time.monotonic() - self._seen < patience


def _equal(claimed: object, secret: str) -> bool:
    return isinstance(claimed, str) and secrets.compare_digest(claimed.encode(), secret.encode())


def _description_of(claims: object) -> str:
    """A page's description of its device in a line: browser, platform, graphics (which names a phone's chip), cores."""
    fields = claims if isinstance(claims, dict) else {}
    agent, graphics, cores = (str(fields.get(key) or "")[:300] for key in ("agent", "graphics", "cores"))
    browser, platform = _BROWSERS.search(agent), _PLATFORM.search(agent)
    parts = [" ".join(browser.groups()).replace("Version", "Safari") if browser else "a browser"]
    parts += [platform[1]] if platform else []
    parts += [graphics] if graphics else []
    parts += [f"{cores} cores"] if cores.isdecimal() and cores != "0" else []
    return ", ".join("".join(c for c in part if c.isprintable())[:80].strip() for part in parts)
