import subprocess
import sys

import pytest

from deploy.bundle.bundle import BundleRefused
from deploy.packing.folder import with_manifest
from deploy.packing.signing import require_signed, signed

FILES = with_manifest({"model.tflite": b"the model", "integration/python/predict.py": b"pass"})


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """A private key and its public key."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    folder, key = tmp_path_factory.mktemp("keys"), ec.generate_private_key(ec.SECP256R1())
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    private, public = folder / "key.pem", folder / "key.pub"
    private.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.TraditionalOpenSSL, plain))
    public.write_bytes(key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo))
    return private, public


def test_a_signed_bundle_is_known_by_the_public_key(keys):
    private, public = keys
    files = signed(FILES, private)
    assert files.keys() - FILES.keys() == {"model.sig"}
    require_signed(files, public)


def test_the_signature_is_model_signings_own(keys, tmp_path):
    private, public = keys
    from deploy.packing.folder import write_bundle

    write_bundle(tmp_path / "b", signed(FILES, private))
    (tmp_path / "b" / "model.sig").rename(tmp_path / "model.sig")
    command = [sys.executable, "-m", "model_signing", "verify", "key", "--signature", tmp_path / "model.sig"]
    ended = subprocess.run([*command, "--public_key", public, tmp_path / "b"], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("change", [{"model.tflite": b"another"}, {"more": b""}, {"model.sig": b"{}"}])
def test_a_change_is_refused(keys, change):
    private, public = keys
    with pytest.raises(BundleRefused, match="not signed by the key"):
        require_signed({**signed(FILES, private), **change}, public)


def test_another_key_and_none_are_refused(keys, tmp_path):
    private, public = keys
    with pytest.raises(BundleRefused, match="does not sign"):
        signed(FILES, public)
    with pytest.raises(BundleRefused, match="does not sign"):
        signed(FILES, tmp_path / "none")
    with pytest.raises(BundleRefused, match="not signed by the key"):
        require_signed(signed(FILES, private), private)
    with pytest.raises(BundleRefused, match=r"no model.sig"):
        require_signed(FILES, public)


def test_a_missing_package_says_how_to_install_it(keys, monkeypatch):
    monkeypatch.setitem(sys.modules, "model_signing", None)
    with pytest.raises(BundleRefused, match=r"pip install 'potstill\[signing\]'"):
        signed(FILES, keys[0])
