"""The vault that ships: AES-256-GCM under a ring of keys, and the file that keeps its key."""

from __future__ import annotations

import base64
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from litehq_app.vault import KEY_BYTES, AesGcmVault, load_or_create_key
from litehq_core.domain.errors import ServiceUnavailable

OLD, NEW = b"o" * KEY_BYTES, b"n" * KEY_BYTES


@pytest.mark.parametrize("plain", [b"", b"x", bytes(range(256)) * 40])
def test_what_was_sealed_is_unsealed_and_never_the_same_twice(plain: bytes) -> None:
    vault = AesGcmVault([NEW])
    first, second = vault.seal(plain), vault.seal(plain)
    assert first != second
    assert vault.unseal(first) == vault.unseal(second) == plain


def test_any_change_is_refused() -> None:
    """``ports.vault``: ServiceUnavailable when the bytes were changed."""
    vault = AesGcmVault([NEW, OLD])
    sealed = vault.seal(b"secret")
    changed = [sealed[:i] + bytes([sealed[i] ^ 1]) + sealed[i + 1 :] for i in range(len(sealed))]
    shortened = [sealed[:i] for i in range(len(sealed))]
    for tampered in (*changed, *shortened, sealed + b"\0"):
        with pytest.raises(ServiceUnavailable):
            vault.unseal(tampered)


def test_a_new_key_in_front_seals_and_the_old_one_still_unseals() -> None:
    """architecture.md: a key ring, the key id beside the ciphertext."""
    sealed = AesGcmVault([OLD]).seal(b"secret")
    both, new = AesGcmVault([NEW, OLD]), AesGcmVault([NEW])
    assert both.unseal(sealed) == b"secret"
    assert new.unseal(both.seal(b"secret")) == b"secret"
    with pytest.raises(ServiceUnavailable):
        new.unseal(sealed)


def test_keys_come_as_text() -> None:
    text = ",".join(base64.b64encode(key).decode() for key in (NEW, OLD))
    assert AesGcmVault.from_text(text).unseal(AesGcmVault([OLD]).seal(b"secret")) == b"secret"


@pytest.mark.parametrize("text", ["", "c2hvcnQ=", "not base64!", f"{'A' * 43}=,", "\u00e9"])
def test_what_is_no_key_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(ValueError, match="vault") as refused:
        AesGcmVault.from_text(text)
    assert not text or text not in str(refused.value)


def test_a_key_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "vault.key"
    key = load_or_create_key(path)
    assert len(key) == KEY_BYTES
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_or_create_key(path) == key
    assert [file.name for file in path.parent.iterdir()] == ["vault.key"]


def test_those_who_start_together_get_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(lambda _: load_or_create_key(tmp_path / "vault.key"), range(32)))
    assert len(keys) == 1


@pytest.mark.parametrize("content", [b"", b"c2hvcnQ=", b"\xff\xfe"])
def test_a_file_that_holds_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "vault.key"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="holds no key"):
        load_or_create_key(path)
