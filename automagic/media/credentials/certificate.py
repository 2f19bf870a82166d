"""The certificate that content credentials are signed with: made on this machine, kept on this machine.

    authority (20 years) ──signs──▶ signer (5 years, ES256, for content credentials only)

Other people's software does not trust a local authority, and readers say so ("untrusted"). The signature still
proves that the file is unchanged and that all files by this machine come from one hand. Nothing in a certificate names
the person or the machine.
"""

from __future__ import annotations

import datetime
import fcntl
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from automagic.errors import ConfigurationError
from automagic.machine.lock_files import open_lock

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509 import Certificate as X509Certificate

ORGANISATION = "AutoMagic"
AUTHORITY_YEARS, SIGNER_YEARS = 20, 5
_FIRST_DAY = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
"""Of every certificate: a machine whose clock was set back, or is not set yet, signs anyway."""

RENEW_BEFORE = datetime.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Certificate:
    """What signing needs, in PEM: the signer's certificate followed by its authority's, and the signer's key."""

    chain_pem: str
    key_pem: str = field(repr=False)


def ensure_certificate(folder: Path) -> Certificate:
    """The machine's certificate, made on first use and renewed before it expires; safe in several processes at once.

    Args:
        folder: Holds `authority.pem`, `signer.pem` and their keys; created with mode 0700, the keys with 0600.

    Raises:
        ConfigurationError: The folder cannot be written, or its files are damaged.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        with open_lock(folder / "lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            return _ensure(folder)
    except OSError as error:
        raise ConfigurationError(
            f"the certificate for content credentials cannot be kept in {folder}: {error.strerror or error}",
            hint="make the folder writable for you, or switch content credentials off",
        ) from error
    except ValueError as error:
        raise ConfigurationError(
            f"the certificate for content credentials in {folder} is damaged: {error}",
            hint="remove that folder; a new certificate is then made",
        ) from error


def _ensure(folder: Path) -> Certificate:
    from cryptography.hazmat.primitives.asymmetric import ec

    authority = _read_pair(folder, "authority")
    signer = _read_pair(folder, "signer")
    if authority is None:
        key = ec.generate_private_key(ec.SECP256R1())
        authority = (_issue_authority(key), key)
        _write_pair(folder, "authority", *authority)
        signer = None  # the one of a lost authority would not verify
    if signer is None:
        key = ec.generate_private_key(ec.SECP256R1())
        signer = (_issue_signer(key, *authority), key)
        _write_pair(folder, "signer", *signer)
    return Certificate(_certificate_pem(signer[0]) + _certificate_pem(authority[0]), _key_pem(signer[1]))


def _read_pair(folder: Path, name: str) -> tuple[X509Certificate, EllipticCurvePrivateKey] | None:
    """A certificate and its key; None when there is none yet, it expires soon, or its first day is still to come.

    Raises:
        ValueError: They cannot be parsed or do not belong together.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    certificate_file, key_file = folder / f"{name}.pem", folder / f"{name}.key"
    if not (certificate_file.exists() and key_file.exists()):
        return None
    certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
    key = load_pem_private_key(key_file.read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        raise ValueError(f"{certificate_file.name} and {key_file.name} do not belong together")
    key_file.chmod(0o600)
    now = datetime.datetime.now(datetime.UTC)
    if not certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc - RENEW_BEFORE:
        return None
    return certificate, key


def _write_pair(folder: Path, name: str, certificate: X509Certificate, key: EllipticCurvePrivateKey) -> None:
    """Key first: a certificate without its key counts as missing, and both are then made again."""
    (folder / f"{name}.pem").unlink(missing_ok=True)
    for file_name, text in ((f"{name}.key", _key_pem(key)), (f"{name}.pem", _certificate_pem(certificate))):
        beside = folder / f"{file_name}.partial"
        beside.unlink(missing_ok=True)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(folder / file_name)


def _issue_authority(key: EllipticCurvePrivateKey) -> X509Certificate:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    name = _name("AutoMagic local authority")
    builder = _builder(AUTHORITY_YEARS).subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(authority=True), critical=True)
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return builder.add_extension(identifier, critical=False).sign(key, hashes.SHA256())


def _issue_signer(
    key: EllipticCurvePrivateKey, authority: X509Certificate, authority_key: EllipticCurvePrivateKey
) -> X509Certificate:
    """An end-entity certificate as C2PA asks for it (specification 2.x, "X.509 Certificates")."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import ExtendedKeyUsageOID

    builder = _builder(SIGNER_YEARS).subject_name(_name("AutoMagic content credentials"))
    builder = builder.issuer_name(authority.subject).public_key(key.public_key())
    identifier = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    for extension, critical in (
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (_usage(authority=False), True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), False),
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
        (x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), False),
    ):
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(authority_key, hashes.SHA256())


def _builder(years: int) -> x509.CertificateBuilder:
    from cryptography import x509

    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .serial_number(x509.random_serial_number())
        .not_valid_before(_FIRST_DAY)
        .not_valid_after(now + datetime.timedelta(days=365 * years))
    )


def _name(common: str) -> x509.Name:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _certificate_pem(certificate: X509Certificate) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.PEM).decode("ascii")


def _key_pem(key: EllipticCurvePrivateKey) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")
