"""Certificates: one that names no host proves none, though Twisted only complains of it."""

from collections.abc import Sequence
from typing import Any

from service_identity import CertificateError, VerificationError
from service_identity.exceptions import DNSMismatch
from service_identity.hazmat import DNS_ID
from twisted.internet import _sslverify

_twisted: Any = _sslverify
_verify = _twisted.verify_service_identity
_extract = _twisted.extract_patterns
_NOBODY = DNS_ID("a-certificate-without-names.invalid")


def demand_names() -> None:
    """Have Twisted refuse certificates without a name, or with one that cannot be read.

    Its callback takes the trust in the signer for an answer when the look at the names fails.
    """
    _twisted.verify_service_identity = _verified
    _twisted.extract_patterns = _patterns


def _verified(patterns: Sequence[Any], ids: Sequence[Any], optional: Sequence[Any]) -> Any:
    try:
        return _verify(patterns, ids, optional)
    except CertificateError as error:
        raise VerificationError(errors=[DNSMismatch(mismatched_id=_NOBODY)]) from error


def _patterns(certificate: Any) -> Sequence[Any]:
    try:
        found: Sequence[Any] = _extract(certificate)
    except Exception:  # noqa: BLE001 - whatever it is: what cannot be read names nobody
        return []
    return found
