"""The HTTP server of the demo's page; it is read-only."""

import json
import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from deploy.bundle.bundle import Bundle
from deploy.demo.shown import shown
from deploy.integration import javascript

_PAGE = Path(__file__).parent / "page"
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".wasm": "application/wasm",
}
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    # With these two a browser gives the page its finer clock, where the address is a secure one.
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    # Nothing is loaded from elsewhere, and nothing that the user shows or says to the page can be sent there.
    "Content-Security-Policy": "default-src 'self' 'unsafe-inline' 'wasm-unsafe-eval' data: blob:; form-action 'none'",
}


class DemoServer:
    """Serves one bundle's page in a thread, until it is closed."""

    def __init__(self, bundle: Bundle, *, litertjs: Path, address: str = "127.0.0.1", port: int = 0):
        """
        Args:
            litertjs: the folder with LiteRT.js's packages `core` and `wasm-utils`.
            address: where to listen; another than the loopback lets the network in.
            port: 0 takes a free one.

        Raises `ExportRefused` for a bundle that browsers cannot run, and `OSError` where the port is taken.
        """
        contents = {path.name: path.read_bytes() for path in _PAGE.iterdir()}
        contents |= javascript.files(bundle)
        contents["bundle.json"] = json.dumps(shown(bundle)).encode()
        self._http = ThreadingHTTPServer((address, port), partial(_Handler, contents, litertjs.resolve()))
        self._http.daemon_threads = True
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """The page's address."""
        address, port = self._http.server_address[:2]
        return f"http://{address}:{port}/"

    def close(self) -> None:
        """Stop listening."""
        self._http.shutdown()
        self._http.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, contents: dict[str, bytes], litertjs: Path, *arguments):
        self._contents, self._litertjs = contents, litertjs
        super().__init__(*arguments)

    def do_GET(self) -> None:
        name = urlsplit(self.path).path.strip("/") or "index.html"
        content = self._contents.get(name)
        if content is None and name.startswith("litertjs/"):
            path = (self._litertjs / name.removeprefix("litertjs/")).resolve()
            if path.is_relative_to(self._litertjs) and path.is_file():
                content = path.read_bytes()
        if content is None:
            return self._send(404, b"nothing here", "text/plain")
        self._send(200, content, _TYPES.get(Path(name).suffix, "application/octet-stream"))

    def _send(self, status: int, content: bytes, kind: str) -> None:
        self.send_response(status)
        for header, value in {"Content-Type": kind, "Content-Length": str(len(content)), **_HEADERS}.items():
            self.send_header(header, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *_) -> None:
        """Say nothing: the address that was printed stays in sight."""
