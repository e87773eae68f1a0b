"""What a bundle has locked, opened by the code beside it: in a browser, on Java, and in Python by its script."""

import base64
import functools
import http.server
import json
import subprocess
import sys
import threading

import pytest

from deploy.packing.encryption import locked
from tests.deploy.integration.test_kotlin import COMPILER, needs_compiler
from tests.page import needs_chromium, opened

KEY = bytes(range(32))
NAME = "integration/javascript/model.tflite"
CONTENT = bytes(range(256)) * 3


@pytest.fixture
def folder(tmp_path):
    """A locked bundle's files."""
    for name, content in locked({NAME: CONTENT, "labels.txt": b"zero\n"}, KEY).items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (tmp_path / "index.html").write_text("<!doctype html>")
    return tmp_path


@needs_chromium
def test_javascript_opens_it_with_the_key_alone(folder):
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, opened() as page:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page.open(f"http://127.0.0.1:{server.server_port}")
        found = page.run(f"""
            const {{decrypted}} = await import('/integration/javascript/decrypt.js');
            const locked = await (await fetch('/{NAME}.locked')).arrayBuffer();
            const key = Uint8Array.from({{length: 32}}, (_, i) => i);
            const found = await decrypted(locked, {json.dumps(NAME)}, key);
            const other = await decrypted(locked, 'model.tflite', key).catch(error => error.name);
            const wrong = await decrypted(locked, {json.dumps(NAME)}, new Uint8Array(32)).catch(error => error.name);
            return [btoa(String.fromCharCode(...found)), other, wrong];""")
        server.shutdown()
    assert base64.b64decode(found[0]) == CONTENT
    assert found[1:] == ["OperationError", "OperationError"]


_MAIN = """
import potstill.decrypted
import java.io.File

fun main(arguments: Array<String>) {
    val (file, name, key) = arguments
    try {
        System.out.write(decrypted(File(file).readBytes(), name, File(key).readBytes()))
        System.out.flush()
    } catch (error: javax.crypto.AEADBadTagException) {
        print("refused")
    }
}
"""


@needs_compiler
def test_kotlin_opens_it_with_the_key_alone(folder):
    main = folder / "Main.kt"
    main.write_text(_MAIN)
    (library,) = COMPILER.parent.glob("kotlin-stdlib-*.jar")
    built = str(folder / "built")
    flags = ["-no-stdlib", "-no-reflect", "-Werror", "-cp", str(library), "-d", built]
    command = ["java", "-cp", str(COMPILER), "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler", *flags]
    done = subprocess.run([*command, folder / "integration/kotlin/Decrypt.kt", main], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr

    def ran(name: str, key: bytes) -> bytes:
        (folder / "key").write_bytes(key)
        program = ["java", "-cp", f"{built}:{library}", "MainKt", folder / f"{NAME}.locked", name, folder / "key"]
        return subprocess.run(program, capture_output=True, check=True).stdout

    assert ran(NAME, KEY) == CONTENT
    assert ran(NAME, bytes(32)) == ran("model.tflite", KEY) == b"refused"


def test_python_writes_it_to_a_file_or_says_why_not(folder):
    script, output = folder / "integration/python/decrypt.py", folder / "out"
    for key, status in ((KEY, 0), (bytes(32), 1)):
        (folder / "key").write_bytes(key)
        command = [sys.executable, script, folder / f"{NAME}.locked", "--key", folder / "key", "--output", output]
        ended = subprocess.run(command, capture_output=True, text=True)
        assert ended.returncode == status
    assert output.read_bytes() == CONTENT
    assert ended.stderr.startswith(f"error: {NAME} does not open with this key")
