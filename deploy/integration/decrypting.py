"""Code that decrypts the locked files of a bundle, in Python, JavaScript and Kotlin."""

from deploy.integration.rendering import rendered


def files() -> dict[str, bytes]:
    """Files by their names in the bundle."""
    return {
        "integration/python/decrypt.py": rendered("python/decrypt.py"),
        "integration/javascript/decrypt.js": rendered("javascript/decrypt.js"),
        "integration/kotlin/Decrypt.kt": rendered("kotlin/Decrypt.kt"),
    }
