"""The small HTTP server of a measuring page: its files, LiteRT.js, and the page's requests."""

import json
import threading
import time
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from deploy.devices.browser_session import BrowserSession

_PAGE = Path(__file__).parent / "page"
_MAX_BODY_BYTES = 100_000
_TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript", ".wasm": "application/wasm"}


class BrowserServer:
    """Serves the page and passes its requests on, in threads, until it is closed."""

    def __init__(self, pages: BrowserSession, *, litertjs: Path, address: str, port: int):
        """
        Args:
            pages: answers the requests.
            litertjs: the folder with LiteRT.js's packages.
            address: where to listen.
            port: 0 takes a free one.
        """
        self._http = ThreadingHTTPServer((address, port), partial(_Handler, pages, litertjs.resolve()))
        self._http.daemon_threads = True
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """The page's address, without a token."""
        address, port = self._http.server_address[:2]
        return f"http://{address}:{port}/"

    def close(self) -> None:
        """Stop listening."""
        # Time for the page's waiting request to be answered.
        time.sleep(0.3)
        self._http.shutdown()
        self._http.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, pages: BrowserSession, litertjs: Path, *arguments):
        self._pages, self._litertjs = pages, litertjs
        super().__init__(*arguments)

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if url.path.startswith("/files/"):
            session = parse_qs(url.query).get("session", [""])[0]
            content = self._pages.file(url.path.removeprefix("/files/"), session)
            return self._send(404, b"no such file") if content is None else self._send(200, content)
        root, name = _PAGE, url.path.strip("/") or "index.html"
        if name.startswith("litertjs/"):
            root, name = self._litertjs, name.removeprefix("litertjs/")
        path = (root / name).resolve()
        if not path.is_relative_to(root) or not path.is_file():
            return self._send(404, b"nothing here")
        self._send(200, path.read_bytes(), _TYPES.get(path.suffix, "application/octet-stream"))

    def do_POST(self) -> None:
        answers = {"/join": self._pages.join, "/next": self._pages.next, "/result": self._pages.result}
        answer = answers.get(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        if answer is None or not 0 < length <= _MAX_BODY_BYTES:
            self.close_connection = True
            return self._send(400, b"not understood")
        try:
            request = json.loads(self.rfile.read(length))
            if not isinstance(request, dict):
                raise ValueError
        except ValueError:
            return self._send(400, b"not understood")
        status, value = answer(request)
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

    def log_message(self, format: str, *_) -> None:
        pass
