"""A small certificate authority for tests and for `make stations`; in production the region's own takes its place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from datawerkplaats.base import files
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.partners.vault import private_files
from stations.channel import Credentials

AUTHORITY, CERTIFICATE, KEY = "authority.crt", "station.crt", "station.key"
_AUTHORITY_KEY = "authority.key"
_AUTHORITY_DAYS = 3650


def make_authority(folder: Path, name: str = "Datawerkplaats") -> None:
    """Make an authority where there is none."""
    if (folder / _AUTHORITY_KEY).exists():
        return
    key = ec.generate_private_key(ec.SECP256R1())
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(named)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=_AUTHORITY_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(_usage(signs_others=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    _write(folder / _AUTHORITY_KEY, _private(key))
    files.write_bytes(folder / AUTHORITY, certificate.public_bytes(serialization.Encoding.PEM))


def certify(folder: Path, station: str, target: Path, *, days: float = 365.0) -> Credentials:
    """A certificate for a station, signed by the authority in `folder`, written to `target` with its key.

    Raises:
        DataProblem: `certificate_refused` if there is no authority there.
    """
    try:
        authority = x509.load_pem_x509_certificate((folder / AUTHORITY).read_bytes())
        signs = serialization.load_pem_private_key((folder / _AUTHORITY_KEY).read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise DataProblem(
            "certificate_refused", subject=folder.name, expected="an authority with its key",
            remedy="make one for a trial with `dwp station authority`, or ask the region",
        ) from error  # fmt: skip
    if not isinstance(signs, ec.EllipticCurvePrivateKey):
        raise DataProblem("certificate_refused", subject=folder.name, expected="a key on the curve P-256")
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, station)]))
        .issuer_name(authority.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=max(1.0, 1.0 - days)))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(station)]), critical=False)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]),
            critical=False,
        )
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signs.public_key()), critical=False)
        .add_extension(_usage(signs_others=False), critical=True)
        .sign(signs, hashes.SHA256())
    )
    _write(target / KEY, _private(key))
    files.write_bytes(target / CERTIFICATE, certificate.public_bytes(serialization.Encoding.PEM))
    files.write_bytes(target / AUTHORITY, (folder / AUTHORITY).read_bytes())
    return credentials(target)


def credentials(folder: Path) -> Credentials:
    """The files of a station in a folder."""
    return Credentials(str(folder / CERTIFICATE), str(folder / KEY), str(folder / AUTHORITY))


def _usage(*, signs_others: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_others, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=signs_others, crl_sign=signs_others, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, content: bytes) -> None:
    with private_files():
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write_bytes(path, content)
