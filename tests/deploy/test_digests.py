import hashlib

from deploy.digests import key_of, sha256_of


def test_equal_values_have_equal_keys_in_any_order_and_others_do_not():
    assert key_of({"a": 1, "b": (2, 3)}) == key_of({"b": [2, 3], "a": 1}) != key_of({"a": 1, "b": [3, 2]})
    assert len(key_of(None, digits=10)) == 10
    assert sha256_of(b"potstill") == hashlib.sha256(b"potstill").hexdigest()
