"""Servers whose certificates prove nothing, each in its own way, and one whose proves its name."""

import ipaddress
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from torture.hostile import RawSite

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
BAD = ("expired", "not_yet", "self_signed", "wrong_host", "unknown_authority", "no_names")


class _SecureSite(RawSite):
    """Answer over TLS."""

    def __init__(self, certificate: Path) -> None:
        super().__init__()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self._socket = context.wrap_socket(
            self._socket, server_side=True, do_handshake_on_connect=False
        )

    @property
    def url(self) -> str:
        return f"https://{self.host}"


@contextmanager
def servers(folder: Path) -> Iterator[tuple[dict[str, RawSite], Path]]:
    """Serve, and name the file with the authority that a good certificate is signed by."""
    folder.mkdir()
    key, other = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = _signed("Authority of Arvenna", key, key, is_authority=True)
    (folder / "authority.pem").write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    with ExitStack() as stack:
        sites = {
            kind: stack.enter_context(_SecureSite(_written(folder, kind, key, other)))
            for kind in ("good", *BAD)
        }
        yield sites, folder / "authority.pem"


def _written(
    folder: Path,
    kind: str,
    authority: ec.EllipticCurvePrivateKey,
    other: ec.EllipticCurvePrivateKey,
) -> Path:
    own = ec.generate_private_key(ec.SECP256R1())
    signer = {"self_signed": own, "unknown_authority": other}.get(kind, authority)
    begins = NOW + 9 * DAY if kind == "not_yet" else NOW - 99 * DAY
    ends = NOW - 9 * DAY if kind == "expired" else NOW + 99 * DAY
    host = {"wrong_host": "10.9.8.7", "no_names": None}.get(kind, "127.0.0.1")
    made = _signed(kind, own, signer, host=host, begins=begins, ends=ends)
    text = own.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = folder / f"{kind}.pem"
    path.write_bytes(text + made.public_bytes(serialization.Encoding.PEM))
    return path


def _signed(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    *,
    host: str | None = None,
    begins: datetime = NOW - 99 * DAY,
    ends: datetime = NOW + 99 * DAY,
    is_authority: bool = False,
) -> x509.Certificate:
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    by = own if signer is key else _AUTHORITY
    builder = (
        x509.CertificateBuilder()
        .subject_name(own)
        .issuer_name(by)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
    )
    if host:
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(signer, hashes.SHA256())


_AUTHORITY = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority of Arvenna")])
