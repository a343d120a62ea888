"""Documents that requests name instead of sending them: persisted, or trusted and no others.

Two spellings of the same wish are read: ``documentId`` (GraphQL over HTTP, Persisted Documents) and
Apollo's ``extensions.persistedQuery``. What both mean is an id; ``sha256:`` and the hash of the
text is one that anybody can check.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from litehq_core.domain.errors import Code
from litehq_graphql.errors import DocumentFault, RequestFault
from litehq_graphql.execution.documents import MAX_NESTING, is_nested_too_deeply
from litehq_graphql.execution.limits import MAX_DOCUMENT_LENGTH
from litehq_graphql.messages import GraphQLRequest
from litehq_graphql.options import Options

DOCUMENTS_KEPT = 1_000
CHARACTERS_KEPT = 8 * 1024 * 1024

_SHA256 = "sha256:"


class Documents(Protocol):
    """Where the text of a request's operation comes from."""

    def text_of(self, asked: GraphQLRequest) -> str:
        """The document to execute.

        Raises:
            DocumentFault: there is none by this id, or this one is not accepted.
            RequestFault: text and id contradict one another.
        """


class AutomaticDocuments:
    """Any document, and those that were sent before by their hash alone.

    Belongs to one process: another may not know the document yet, and then says so, upon which
    clients send it once more. What was not asked for the longest is forgotten first.
    """

    def __init__(
        self, *, most_documents: int = DOCUMENTS_KEPT, most_characters: int = CHARACTERS_KEPT
    ) -> None:
        self._most_documents = most_documents
        self._most_characters = most_characters
        self._kept: OrderedDict[str, str] = OrderedDict()
        self._characters = 0

    def text_of(self, asked: GraphQLRequest) -> str:
        """As sent, or as sent before."""
        if asked.document_id is None:
            return asked.query or ""
        if asked.query is None:
            return self._known(asked.document_id)
        if asked.document_id != sha256_id(asked.query):
            raise RequestFault(
                Code.VALIDATION_FAILED, "The query does not have the hash that it is said to have."
            )
        self._keep(asked.document_id, asked.query)
        return asked.query

    def _known(self, document_id: str) -> str:
        text = self._kept.get(document_id)
        if text is None:
            # Clients know this message, and send the document with its hash.
            raise DocumentFault(Code.PERSISTED_QUERY_NOT_FOUND, "PersistedQueryNotFound")
        self._kept.move_to_end(document_id)
        return text

    def _keep(self, document_id: str, text: str) -> None:
        if document_id not in self._kept:
            self._kept[document_id] = text
            self._characters += len(text)
        self._kept.move_to_end(document_id)
        while len(self._kept) > self._most_documents or self._characters > self._most_characters:
            _, forgotten = self._kept.popitem(last=False)
            self._characters -= len(forgotten)


class TrustedDocuments:
    """The documents of a manifest, by id or word for word; everything else is refused."""

    def __init__(self, manifest: Mapping[str, str]) -> None:
        self._by_id = {sha256_id(text): text for text in manifest.values()} | dict(manifest)

    def text_of(self, asked: GraphQLRequest) -> str:
        """As the manifest has it."""
        if asked.document_id is None:
            known = self._by_id.get(sha256_id(asked.query or ""))
        else:
            # A manifest may have bare hashes for ids.
            known = self._by_id.get(asked.document_id) or self._by_id.get(
                asked.document_id.removeprefix(_SHA256)
            )
        if known is None or asked.query not in (None, known):
            raise DocumentFault(
                Code.DOCUMENT_NOT_TRUSTED, "Only documents that were agreed on are executed."
            )
        return known


def documents_of(options: Options) -> Documents:
    """What an installation takes its documents from."""
    return AutomaticDocuments() if options.trusted is None else TrustedDocuments(options.trusted)


def with_text(asked: GraphQLRequest, documents: Documents) -> GraphQLRequest:
    """The request with its document as text.

    Raises:
        DocumentFault, RequestFault: as :meth:`Documents.text_of`.
    """
    text = documents.text_of(asked)
    if is_nested_too_deeply(text):
        raise DocumentFault(
            Code.MALFORMED_REQUEST, f"The query nests brackets more than {MAX_NESTING} deep."
        )
    return replace(asked, query=text, document_id=None)


def sha256_id(text: str) -> str:
    """The id that a document has by its text."""
    return _SHA256 + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def read_manifest(path: Path) -> dict[str, str]:
    """The documents of a manifest, by id.

    Either one JSON object of ids and texts, as graphql-codegen and Relay write it, or Apollo's
    format with its list of ``operations``.

    Raises:
        ValueError: the file cannot be read, or is no such manifest.
    """
    try:
        value: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"the manifest {path} cannot be read: {error}") from None
    operations = value.get("operations") if isinstance(value, dict) else None
    if isinstance(operations, list):
        value = {
            entry.get("id"): entry.get("body") for entry in operations if isinstance(entry, dict)
        }
    if not isinstance(value, dict) or not value or not all(map(_is_document, value.items())):
        raise ValueError(
            f"the manifest {path} must be a JSON object of ids and documents, or have Apollo's "
            f"list of operations; each document has {MAX_DOCUMENT_LENGTH} characters at most"
        )
    return value


def _is_document(entry: tuple[Any, Any]) -> bool:
    document_id, text = entry
    return (
        isinstance(document_id, str)
        and bool(document_id)
        and isinstance(text, str)
        and 0 < len(text) <= MAX_DOCUMENT_LENGTH
    )
