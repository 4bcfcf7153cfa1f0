"""What AT Protocol servers answer: who an account is, where it lives, what it holds."""

import re
from typing import Any
from urllib.parse import unquote

from scrapy.http import Response

from spiders.channels.govuk_documents import Part, read_answer
from spiders.fields import check_url
from spiders.platforms.atproto import is_did, is_handle


class Refusal(Part):
    """What a server says of a request that it does not fulfil."""

    error: str = ""
    message: str = ""


class Resolved(Part):
    """Whose a handle is."""

    did: str


class LatestCommit(Part):
    """Where a repository stands."""

    cid: str
    rev: str


class Listing(Part):
    """A page of records; each is read by itself."""

    records: list[Any]
    cursor: str | None = None


class Listed(Part):
    """A record as a server hands it out."""

    uri: str
    cid: str
    value: Any = None


class DidDocument(Part):
    """What a DID stands for."""

    id: str
    alsoKnownAs: tuple[Any, ...] = ()  # noqa: N815 - its own name
    service: tuple[Any, ...] = ()

    @property
    def handles(self) -> list[str]:
        """The handles that the account claims."""
        names = [each.removeprefix("at://") for each in self.alsoKnownAs if isinstance(each, str)]
        return [name.lower() for name in names if is_handle(name)]

    @property
    def pds(self) -> str:
        """The address of the server that holds the repository.

        Raises:
            ValueError: it names none.
        """
        for each in self.service:
            match each:
                case {
                    "id": str(name),
                    "type": "AtprotoPersonalDataServer",
                    "serviceEndpoint": str(url),
                } if name in {"#atproto_pds", f"{self.id}#atproto_pds"}:
                    return check_url(url).rstrip("/")
        raise ValueError(f"{self.id} names no server that holds its repository")


def read_did(response: Response) -> str:
    """Read whose a handle is, from a resolver's JSON or from the handle's own web site.

    Raises:
        ValueError: the answer is none.
    """
    if response.url.endswith("/.well-known/atproto-did"):
        did = response.body[:4096].decode("ascii", "replace").strip()
    else:
        did = read_answer(Resolved, response).did
    if not is_did(did):
        raise ValueError(f"{response.url} names no DID")
    return did


def read_document(response: Response, did: str) -> DidDocument:
    """Read the document of a DID.

    Raises:
        ValueError: it is none, or another's.
    """
    document = read_answer(DidDocument, response)
    if document.id != did:
        raise ValueError(f"{response.url} is the document of {document.id}")
    return document


def document_url(did: str, plc: str) -> str:
    """Name the address of a DID's document.

    Raises:
        ValueError: the DID is of a kind that the AT Protocol does not use.

    >>> document_url("did:web:light.arvenna.example", "https://plc.directory")
    'https://light.arvenna.example/.well-known/did.json'
    """
    if did.startswith("did:plc:"):
        return f"{plc}/{did}"
    host = unquote(did.removeprefix("did:web:"))
    is_local = re.fullmatch(r"localhost(:\d+)?", host) is not None
    if not did.startswith("did:web:") or not (is_handle(host) or is_local):
        raise ValueError(f"{did} is neither a did:plc nor a did:web of a whole domain")
    scheme = "http" if is_local else "https"
    return f"{scheme}://{host}/.well-known/did.json"


def refusal(response: Response) -> Refusal:
    """Read what a server says of a request that it does not fulfil; nothing where it is silent."""
    try:
        return read_answer(Refusal, response)
    except ValueError:
        return Refusal()
