"""Code that decrypts what a bundle has locked: beside the Python, JavaScript and Kotlin that would load it."""

from deploy.integration.rendering import rendered


def files() -> dict[str, bytes]:
    """Files by their names in the bundle."""
    return {
        "integration/python/decrypt.py": rendered("python/decrypt.py"),
        "integration/javascript/decrypt.js": rendered("javascript/decrypt.js"),
        "integration/kotlin/Decrypt.kt": rendered("kotlin/Decrypt.kt"),
    }
