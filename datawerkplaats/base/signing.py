"""Signatures (ed25519) with a key that lies outside the data folder, so that who can write data cannot also vouch for it.

The key is made at first use, readable for its owner only. The public key lies beside it: what verifies needs no secret.
Source: RFC 8032; library `cryptography`.
"""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from pathlib import Path

from datawerkplaats.base import files
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings

_PRIVATE, _PUBLIC = "signing_key.pem", "signing_key.pub"


@dataclass(frozen=True)
class Signer:
    """Signs and verifies bytes with the key of one folder."""

    folder: Path

    def sign(self, content: bytes) -> str:
        """The signature of `content`, as text."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        self._ensure()
        try:
            key = load_pem_private_key((self.folder / _PRIVATE).read_bytes(), password=None)
        except (OSError, ValueError) as error:
            raise self._unreadable(_PRIVATE) from error
        if not isinstance(key, Ed25519PrivateKey):
            raise self._unreadable(_PRIVATE)
        return base64.b64encode(key.sign(content)).decode()

    def is_signed(self, content: bytes, signature: str) -> bool:
        """Whether `signature` is ours under exactly this content."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            key = Ed25519PublicKey.from_public_bytes(base64.b64decode(self.public_key.read_bytes()))
            key.verify(base64.b64decode(signature, validate=True), content)
        except (InvalidSignature, ValueError):
            return False
        except OSError as error:
            raise self._unreadable(_PUBLIC) from error
        return True

    @property
    def public_key(self) -> Path:
        """The file with the public key, which all signatures are verified by."""
        return self.folder / _PUBLIC

    def _ensure(self) -> None:
        """Make the key pair where there is none; of two that try at once one wins and both use its key."""
        if (self.folder / _PUBLIC).exists():
            return
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = Ed25519PrivateKey.generate()
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        with files.written(self.folder / f"{_PRIVATE}.{os.getpid()}") as mine:
            mine.touch(mode=0o600)
            mine.write_bytes(private)
        try:
            os.link(self.folder / f"{_PRIVATE}.{os.getpid()}", self.folder / _PRIVATE)
        except FileExistsError:
            pass  # another process was first: its key is ours
        finally:
            (self.folder / f"{_PRIVATE}.{os.getpid()}").unlink()
        self._write_public()

    def _write_public(self) -> None:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        public = load_pem_private_key((self.folder / _PRIVATE).read_bytes(), password=None).public_key()
        raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        files.write_bytes(self.folder / _PUBLIC, base64.b64encode(raw))

    def _unreadable(self, name: str) -> DataProblem:
        return DataProblem(
            "signing_key",
            subject=name,
            expected="the installation's own ed25519 key in the folder of the setting DWP_KEYS_DIR",
            remedy="put the key back from the backup of that folder; a new key makes all that was signed before unverifiable",
        )


def signer_of(settings: Settings) -> Signer:
    """The signer of this installation."""
    return Signer(settings.keys_dir)
