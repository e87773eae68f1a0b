"""The small server that a measuring page talks to."""

import json
import re
import secrets
import threading
import time
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

_PAGE = Path(__file__).parent / "page"
_POLL_SECONDS = 5.0
# A page that asked for nothing and answered nothing for so long is gone; a job may take a while.
_IDLE_SECONDS, _JOB_SECONDS = 12.0, 45.0
_MAX_BODY_BYTES = 100_000
_REPLACED = "This page is no longer the one that measures. Open the newest address."
_TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript", ".wasm": "application/wasm"}


class BrowserServer:
    """Hands jobs to one page and takes its answers. A page joins with a token that works once.

    The page then holds a session of its own. Only while no page is there does a new token invite another.
    """

    def __init__(self, *, litertjs: Path, address: str, port: int, known_as: str | None):
        self._changed = threading.Condition()
        self._token, self._session, self._about = secrets.token_urlsafe(16), None, None
        self._known_as, self._over = known_as, False
        self._seen = 0.0
        self._job: dict | None = None
        self._file, self._answer = b"", None
        handler = partial(_Handler, self, litertjs.resolve())
        self._http = ThreadingHTTPServer((address, port), handler)
        self._http.daemon_threads = True
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._http.server_address[1]

    def invitation(self) -> str:
        """The address that a page can join at now; another whenever a page has gone."""
        with self._changed:
            if self._session is not None and not self._present():
                self._token, self._session, self._about = secrets.token_urlsafe(16), None, None
            return f"http://{self._http.server_address[0]}:{self.port}/?token={self._token}"

    def page(self) -> str | None:
        """What the page that is there says of itself; None without one."""
        with self._changed:
            return self._about if self._present() else None

    def put(self, model_bytes: bytes, number: int, count: int) -> str:
        """Give the page a file to measure; returns the job's name."""
        with self._changed:
            name = secrets.token_urlsafe(8)
            self._job = {"id": name, "file": name, "number": number, "count": count}
            self._file, self._answer = model_bytes, None
            self._changed.notify_all()
            return name

    def take(self, job: str) -> dict | None:
        """The page's answer to a job, with `wall_ms` by this clock; None when the page has gone."""
        with self._changed:
            while self._answer is None or self._answer["job"] != job:
                if not self._present():
                    return None
                self._changed.wait(0.2)
            return self._answer

    def close(self) -> None:
        """Tell the page that it is over, and stop listening."""
        with self._changed:
            self._over = True
            self._changed.notify_all()
        # Time for the page's waiting request to be answered.
        time.sleep(0.3)
        self._http.shutdown()
        self._http.server_close()

    # What the page asks; each gives (status, JSON value or text).

    def join(self, asked: dict) -> tuple[int, object]:
        about = _described(asked.get("about"))
        with self._changed:
            if self._session is not None and _equal(asked.get("session"), self._session):
                # The same tab, loaded again or doubled: the newest one goes on, with what was begun.
                self._session, self._seen = secrets.token_urlsafe(16), time.monotonic()
                self._changed.notify_all()
                return 200, {"session": self._session}
            if self._session is not None and self._present():
                return 409, "Another page measures already. Close that one, and open the address that then appears."
            if self._session is not None or not _equal(asked.get("token"), self._token):
                return 403, "This address does not work, or no longer. Open the newest one that the computer shows."
            if self._known_as is not None and about != self._known_as:
                return 409, f"This is another device: {about}; {self._known_as} was added under this name."
            self._session, self._about = secrets.token_urlsafe(16), about
            self._seen = time.monotonic()
            self._changed.notify_all()
            return 200, {"session": self._session}

    def next(self, asked: dict) -> tuple[int, object]:
        with self._changed:
            if self._is_session(asked):
                self._seen = time.monotonic()
                self._changed.wait_for(
                    lambda: self._over or self._job is not None or not self._is_session(asked), _POLL_SECONDS
                )
            if self._over:
                return 200, {"over": True}
            if not self._is_session(asked):
                return 403, _REPLACED
            self._seen = time.monotonic()
            if self._job is None:
                return 200, {}
            self._job["started"] = self._seen
            return 200, {"job": {key: self._job[key] for key in ("id", "file", "number", "count")}}

    def result(self, asked: dict) -> tuple[int, object]:
        with self._changed:
            if not self._is_session(asked):
                return 403, _REPLACED
            self._seen = time.monotonic()
            if self._job is not None and asked.get("job") == self._job["id"] and "started" in self._job:
                self._answer = {**asked, "wall_ms": 1e3 * (self._seen - self._job["started"])}
                self._job = None
                self._changed.notify_all()
            return 200, {}

    def file(self, name: str, session: str) -> bytes | None:
        with self._changed:
            known = self._job is not None and self._job["file"] == name and self._is_session({"session": session})
            return self._file if known else None

    def _is_session(self, asked: dict) -> bool:
        return self._session is not None and _equal(asked.get("session"), self._session)

    def _present(self) -> bool:
        busy = self._job is not None and "started" in self._job
        patience = _JOB_SECONDS if busy else _IDLE_SECONDS
        return self._session is not None and time.monotonic() - self._seen < patience


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, server: BrowserServer, litertjs: Path, *arguments):
        self._jobs, self._litertjs = server, litertjs
        super().__init__(*arguments)

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        if asked.path.startswith("/files/"):
            session = parse_qs(asked.query).get("session", [""])[0]
            content = self._jobs.file(asked.path.removeprefix("/files/"), session)
            return self._send(404, b"no such file") if content is None else self._send(200, content)
        root, name = _PAGE, asked.path.strip("/") or "index.html"
        if name.startswith("litertjs/"):
            root, name = self._litertjs, name.removeprefix("litertjs/")
        path = (root / name).resolve()
        if not path.is_relative_to(root) or not path.is_file():
            return self._send(404, b"nothing here")
        self._send(200, path.read_bytes(), _TYPES.get(path.suffix, "application/octet-stream"))

    def do_POST(self) -> None:
        answer = {"/join": self._jobs.join, "/next": self._jobs.next, "/result": self._jobs.result}.get(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        if answer is None or not 0 < length <= _MAX_BODY_BYTES:
            self.close_connection = True
            return self._send(400, b"not understood")
        try:
            asked = json.loads(self.rfile.read(length))
            if not isinstance(asked, dict):
                raise ValueError
        except ValueError:
            return self._send(400, b"not understood")
        status, value = answer(asked)
        if isinstance(value, str):
            return self._send(status, value.encode())
        self._send(status, json.dumps(value).encode(), "application/json")

    def _send(self, status: int, content: bytes, kind: str = "text/plain; charset=utf-8") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        # With these a browser gives the page its finer clock, where the address is a secure one.
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_) -> None:
        pass


def _equal(given: object, secret: str) -> bool:
    return isinstance(given, str) and secrets.compare_digest(given.encode(), secret.encode())


_BROWSERS = re.compile(r"\b(Edg|OPR|SamsungBrowser|Firefox|FxiOS|CriOS|HeadlessChrome|Chrome|Version)/(\d+)")
_PLATFORM = re.compile(r"\(([^)]*)\)")


def _described(about: object) -> str:
    """What a page says of its device, in a line: browser, platform, graphics (which names a phone's chip), cores."""
    fields = about if isinstance(about, dict) else {}
    agent, graphics, cores = (str(fields.get(key) or "")[:300] for key in ("agent", "graphics", "cores"))
    browser, platform = _BROWSERS.search(agent), _PLATFORM.search(agent)
    parts = [" ".join(browser.groups()).replace("Version", "Safari") if browser else "a browser"]
    parts += [platform[1]] if platform else []
    parts += [graphics] if graphics else []
    parts += [f"{cores} cores"] if cores.isdecimal() and cores != "0" else []
    return ", ".join("".join(c for c in part if c.isprintable())[:80].strip() for part in parts)
