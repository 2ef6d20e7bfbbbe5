"""Keys of a store: what seals its blobs and hashes what is looked up, themselves sealed by a master key that is not in it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from recon.errors import OutputError, RulesError

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY_BYTES, ID_BYTES, NONCE_BYTES = 32, 4, 12
MARK_BYTES = 16
INDEX = "index"
"""The name under which the key of hashes is kept; it stays when the others are changed."""
NEEDS_EXTRA = "Install what stores need: pip install 'recon[live]'."


@dataclass(frozen=True)
class Keyring:
    """The keys of a store: `data` (id -> key) seal, the `current` one what is new; `index` hashes what is looked up."""

    data: Mapping[str, bytes]
    current: str
    index: bytes

    @classmethod
    def new(cls) -> Keyring:
        """Return a ring of new keys."""
        first = secrets.token_hex(ID_BYTES)
        return cls({first: secrets.token_bytes(KEY_BYTES)}, first, secrets.token_bytes(KEY_BYTES))

    def renewed(self) -> Keyring:
        """Return the ring with one more data key, the current one from now on; what older ones sealed stays readable."""
        name = secrets.token_hex(ID_BYTES)
        return Keyring({**self.data, name: secrets.token_bytes(KEY_BYTES)}, name, self.index)

    def seal(self, plain: bytes, about: str) -> bytes:
        """Return `plain` sealed, with the id of its key; it opens only as what it is `about`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        name = bytes.fromhex(self.current)
        sealed: bytes = _cipher(self.data[self.current]).encrypt(nonce, plain, about.encode())
        return name + nonce + sealed

    def open(self, sealed: bytes, about: str) -> bytes:
        """Return what was sealed. Raises OutputError where it was changed, or moved from where it stood."""
        from cryptography.exceptions import InvalidTag

        key = self.data.get(sealed[:ID_BYTES].hex())
        nonce, rest = sealed[ID_BYTES : ID_BYTES + NONCE_BYTES], sealed[ID_BYTES + NONCE_BYTES :]
        try:
            if key is not None:
                plain: bytes = _cipher(key).decrypt(nonce, rest, about.encode())
                return plain
        except InvalidTag:
            pass
        hint = "Bring back a copy (`recon store backup` makes one); `recon replay` makes the state again from the log."
        raise OutputError(f"the store is damaged: {about} does not open", hint=hint)

    def mark(self, text: str) -> str:
        """Return a keyed hash by which `text` is found again and from which it cannot be guessed."""
        return hmac.new(self.index, text.encode(), hashlib.sha256).hexdigest()[: 2 * MARK_BYTES]

    def wrapped(self, master: bytes) -> dict[str, bytes]:
        """Return name -> key sealed by the master key, for the store to keep."""
        cipher = _cipher(master)
        named = {**self.data, INDEX: self.index}
        nonces = {name: secrets.token_bytes(NONCE_BYTES) for name in named}
        return {name: nonces[name] + cipher.encrypt(nonces[name], key, name.encode()) for name, key in named.items()}

    @classmethod
    def unwrapped(cls, wrapped: Mapping[str, bytes], current: str, master: bytes) -> Keyring:
        """Return the ring that was kept. Raises RulesError where the master key is another one."""
        from cryptography.exceptions import InvalidTag

        cipher = _cipher(master)
        try:
            keys = {n: cipher.decrypt(key[:NONCE_BYTES], key[NONCE_BYTES:], n.encode()) for n, key in wrapped.items()}
        except InvalidTag:
            hint = "It is the one with which the store was made, or to which `recon store rotate-key` changed it."
            raise RulesError("the key is not this store's", hint=hint) from None
        index = keys.pop(INDEX)
        return cls(keys, current, index)


def new_master() -> str:
    """Return a new master key, as it is written into a file or RECON_KEY."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def parsed_master(text: str, where: str) -> bytes:
    """Return the master key that `text` is. Raises RulesError, which never repeats it."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise RulesError(
            "this is no key: 32 bytes in Base64", where, "`recon store init RULES --new-key FILE` makes one."
        )
    return key


def _cipher(key: bytes) -> Any:
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    except ModuleNotFoundError:
        raise RulesError("a store is sealed, and 'cryptography' is not installed", hint=NEEDS_EXTRA) from None
    return AESGCM(key)
