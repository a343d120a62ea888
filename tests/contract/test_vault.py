"""The vault: what is sealed can be read by the vault alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from litehq_app.vault import AesGcmVault
from litehq_core.domain.errors import ServiceUnavailable
from litehq_core.ports.vault import Vault
from litehq_core.testing import MemoryVault

SECRET = b"whsec_a secret that is longer than one block of any cipher" * 3


def _memory(key: bytes) -> Vault:
    return MemoryVault(key)


def _aes_gcm(key: bytes) -> Vault:
    return AesGcmVault([key])


@pytest.fixture(params=[_memory, _aes_gcm])
def make(request: pytest.FixtureRequest) -> Callable[[bytes], Vault]:
    """How each vault is made from a key."""
    made: Callable[[bytes], Vault] = request.param
    return made


@pytest.fixture
def vault(make: Callable[[bytes], Vault]) -> Vault:
    """Each vault, with some key."""
    return make(bytes(range(32)))


@pytest.mark.parametrize("plain", [b"", b"x", SECRET, bytes(range(256)) * 40])
def test_what_was_sealed_is_unsealed(vault: Vault, plain: bytes) -> None:
    assert vault.unseal(vault.seal(plain)) == plain


def test_nothing_of_the_secret_shows(vault: Vault) -> None:
    sealed = vault.seal(SECRET)
    assert all(SECRET[i : i + 4] not in sealed for i in range(len(SECRET) - 3))


def test_sealing_twice_differs(vault: Vault) -> None:
    assert vault.seal(SECRET) != vault.seal(SECRET)


def test_any_change_is_refused(vault: Vault) -> None:
    """``ports.vault``: ServiceUnavailable when the bytes were changed."""
    sealed = vault.seal(b"secret")
    changed = [sealed[:i] + bytes([sealed[i] ^ 1]) + sealed[i + 1 :] for i in range(len(sealed))]
    shortened = [sealed[:i] for i in range(len(sealed))]
    for tampered in (*changed, *shortened, sealed + b"\0"):
        with pytest.raises(ServiceUnavailable):
            vault.unseal(tampered)


def test_another_key_cannot_unseal(make: Callable[[bytes], Vault], vault: Vault) -> None:
    """``ports.vault``: ServiceUnavailable when the key that sealed it is not at hand."""
    with pytest.raises(ServiceUnavailable):
        vault.unseal(make(bytes(32)).seal(SECRET))


def test_the_same_key_unseals_in_another_process(
    make: Callable[[bytes], Vault], vault: Vault
) -> None:
    assert make(bytes(range(32))).unseal(vault.seal(SECRET)) == SECRET


def test_a_vault_in_memory_makes_its_own_key() -> None:
    with pytest.raises(ServiceUnavailable):
        MemoryVault().unseal(MemoryVault().seal(SECRET))
