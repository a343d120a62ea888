"""Documents by id: persisted by their hash, or trusted and no others."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from litehq_graphql.documents import AutomaticDocuments, read_manifest
from litehq_graphql.errors import DocumentFault
from litehq_graphql.messages import GraphQLRequest
from litehq_graphql.options import Options
from tests.graphql.house import DOCS_BASE, House, bare
from tests.graphql.socket_client import connected
from tests.graphql.stream_client import streaming

ROOM = "query Room($id: ID!) { room(id: $id) { name } }"
ATRIUM = {"data": {"room": {"name": "Atrium"}}}
NEW = "application/graphql-response+json"
FOLLOW = 'subscription { bookingEvents(after: "0") { type } }'


def sha256(text: str) -> str:
    """In hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def apollo(text: str) -> dict[str, Any]:
    """The extension of automatic persisted queries."""
    return {"persistedQuery": {"version": 1, "sha256Hash": sha256(text)}}


async def post(house: House, accept: str = "application/json", **body: Any) -> httpx.Response:
    """A POST that asks for the Atrium."""
    return await house.client.post(
        "/graphql",
        json={"variables": {"id": "rm_atrium"}, **body},
        headers={"Authorization": f"Bearer {house.secret}", "Accept": accept},
    )


async def get(house: House, **parameters: Any) -> httpx.Response:
    """A GET that asks for the Atrium."""
    texts = {name: v if isinstance(v, str) else json.dumps(v) for name, v in parameters.items()}
    return await house.client.get(
        "/graphql",
        params={"variables": '{"id": "rm_atrium"}', **texts},
        headers={"Authorization": f"Bearer {house.secret}"},
    )


def code_of(response: httpx.Response) -> str:
    """The code of the only error."""
    body = response.json()
    assert list(body) == ["errors"]
    [error] = body["errors"]
    code: str = error["extensions"]["code"]
    assert error["extensions"]["docs_url"] == f"{DOCS_BASE}/{code}"
    assert error["extensions"]["request_id"] == "req_test"
    return code


class TestAutomatic:
    """Automatic persisted queries: the hash alone, then once the text, then the hash alone."""

    @pytest.mark.parametrize("accept", ["application/json", NEW])
    async def test_a_hash_suffices_once_the_document_was_sent(
        self, house: House, accept: str
    ) -> None:
        """The message and the code that clients look for; by GET too."""
        unknown = await post(house, accept, extensions=apollo(ROOM))
        assert code_of(unknown) == "PERSISTED_QUERY_NOT_FOUND"
        assert unknown.json()["errors"][0]["message"] == "PersistedQueryNotFound"
        assert unknown.status_code == (400 if accept == NEW else 200)
        sent = await post(house, accept, query=ROOM, extensions=apollo(ROOM))
        assert (sent.status_code, bare(sent.json())) == (200, ATRIUM)
        assert bare((await post(house, accept, extensions=apollo(ROOM))).json()) == ATRIUM
        assert bare((await get(house, extensions=apollo(ROOM))).json()) == ATRIUM
        # The same document by the words of GraphQL over HTTP.
        assert bare((await post(house, documentId=f"sha256:{sha256(ROOM)}")).json()) == ATRIUM
        assert bare((await get(house, documentId=f"sha256:{sha256(ROOM)}")).json()) == ATRIUM

    async def test_a_document_can_be_sent_by_get(self, house: House) -> None:
        """It is kept all the same."""
        assert bare((await get(house, query=ROOM, extensions=apollo(ROOM))).json()) == ATRIUM
        assert bare((await get(house, extensions=apollo(ROOM))).json()) == ATRIUM

    async def test_the_hash_is_checked(self, house: House) -> None:
        """Or one caller could put a document in the place of another's."""
        for named in ({"extensions": apollo("{ __typename }")}, {"documentId": "sha256:ab"}):
            response = await post(house, query=ROOM, **named)
            assert (response.status_code, code_of(response)) == (400, "validation_failed")
        assert code_of(await post(house, extensions=apollo(ROOM))) == "PERSISTED_QUERY_NOT_FOUND"

    async def test_a_mutation_by_get_is_refused_by_hash_too(self, house: House) -> None:
        """405, as GraphQL over HTTP has it."""
        mutation = 'mutation { revokeApiToken(input: {id: "tok_soho"}) { __typename } }'
        await post(house, query=mutation.replace("tok_soho", "tok_none"), variables={})
        response = await get(house, query=mutation, extensions=apollo(mutation))
        assert (response.status_code, code_of(response)) == (405, "method_not_allowed")
        response = await get(house, extensions=apollo(mutation))
        assert (response.status_code, code_of(response)) == (405, "method_not_allowed")

    @pytest.mark.parametrize(
        "named",
        [
            {"extensions": {"persistedQuery": 1}},
            {"extensions": {"persistedQuery": {"version": 2, "sha256Hash": "0" * 64}}},
            {"extensions": {"persistedQuery": {"version": 1}}},
            {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "A" * 64}}},
            {"extensions": apollo(ROOM), "documentId": "sha256:" + "0" * 64},
            {"documentId": 5},
            {"documentId": "x" * 257},
            {"documentId": ""},
            {"query": "", "documentId": "sha256:" + "0" * 64},
        ],
    )
    async def test_an_id_of_another_shape_is_malformed(
        self, house: House, named: dict[str, Any]
    ) -> None:
        """400."""
        response = await post(house, **named)
        assert (response.status_code, code_of(response)) == (400, "malformed_request")

    async def test_streams_and_sockets_know_hashes_too(self, house: House) -> None:
        """In their protocols' ways of telling an error."""
        extensions = apollo(FOLLOW)
        async with connected(house.app) as socket:
            await socket.init(house.secret)
            message = {"id": "1", "type": "subscribe", "payload": {"extensions": extensions}}
            await socket.send(message)
            refused = await socket.receive()
            assert refused["type"] == "error"
            assert refused["payload"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"
            await socket.send({**message, "payload": {"query": FOLLOW, "extensions": extensions}})
            await socket.send({**message, "id": "2"})
            await house.book()
            told = [await socket.receive() for _ in range(4)]
            assert sorted(message["id"] for message in told) == ["1", "1", "2", "2"]
        batched = Options(batch_limit=2)
        house.serve(batched)
        response = await house.client.post(
            "/graphql",
            json=[{"extensions": extensions}, {"query": "{ __typename }"}],
            headers={"Authorization": f"Bearer {house.secret}"},
        )
        first, second = response.json()
        assert first["errors"][0]["message"] == "PersistedQueryNotFound"
        assert bare(second) == {"data": {"__typename": "Query"}}

    def test_what_is_kept_has_a_bound(self) -> None:
        """In number and in size; what was not asked for the longest goes first."""
        documents = AutomaticDocuments(most_documents=3, most_characters=100)

        def known(text: str) -> bool:
            try:
                documents.text_of(GraphQLRequest(document_id=f"sha256:{sha256(text)}"))
            except DocumentFault:
                return False
            return True

        def send(text: str) -> None:
            documents.text_of(GraphQLRequest(query=text, document_id=f"sha256:{sha256(text)}"))

        for text in ("a", "b", "c", "a", "d"):
            send(text)
        assert [known(text) for text in "abcd"] == [True, False, True, True]
        send("x" * 99)
        assert [known(text) for text in "acd"] == [False, False, True]
        assert known("x" * 99)


class TestTrusted:
    """A manifest of documents: everything else is refused."""

    @pytest.fixture
    def strict(self, house: House) -> House:
        """A house that knows two documents, one of them by a hash that is its own affair."""
        house.serve(Options(trusted={"room": ROOM, sha256(FOLLOW): FOLLOW}))
        return house

    @pytest.mark.parametrize(
        "named",
        [
            {"documentId": "room"},
            {"documentId": f"sha256:{sha256(ROOM)}"},
            {"extensions": apollo(ROOM)},
            {"query": ROOM},
            {"query": ROOM, "extensions": apollo(ROOM)},
            {"query": ROOM, "documentId": "room"},
        ],
    )
    async def test_a_document_of_the_manifest_is_executed(
        self, strict: House, named: dict[str, Any]
    ) -> None:
        """By its id, by its hash, or word for word."""
        assert bare((await post(strict, **named)).json()) == ATRIUM
        assert bare((await get(strict, **named)).json()) == ATRIUM

    @pytest.mark.parametrize("accept", ["application/json", NEW])
    @pytest.mark.parametrize(
        "named",
        [
            {"query": "{ viewer { keyId } }"},
            {"query": ROOM + " "},
            {"query": "{ __schema { __typename } }"},
            {"query": "{ viewer { keyId } }", "documentId": "room"},
            {"query": "{ viewer { keyId } }", "extensions": apollo("{ viewer { keyId } }")},
            {"documentId": "other"},
            {"extensions": apollo("{ viewer { keyId } }")},
        ],
    )
    async def test_everything_else_is_refused(
        self, strict: House, named: dict[str, Any], accept: str
    ) -> None:
        """And nothing can be registered."""
        for _ in range(2):
            response = await post(strict, accept, **named)
            assert code_of(response) == "document_not_trusted"
            assert response.status_code == (400 if accept == NEW else 200)

    async def test_it_holds_for_streams_and_sockets(self, strict: House) -> None:
        """Whatever the way in."""
        other = "subscription { bookingEvents { id } }"
        async with streaming(strict.app, strict.secret, other) as stream:
            assert (await stream.end())["code"] == "document_not_trusted"
        async with connected(strict.app) as socket:
            await (await socket.init(strict.secret)).subscribe(other)
            refused = await socket.receive()
            assert refused["payload"][0]["extensions"]["code"] == "document_not_trusted"
            await socket.subscribe(FOLLOW)
            await strict.until_followed()


class TestManifest:
    """The file that ``LITEHQ_GRAPHQL_DOCUMENTS`` names."""

    @pytest.mark.parametrize(
        "text",
        [
            '{"room": "{ a }", "b": "{ b }"}',
            """{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [
              {"id": "room", "name": "A", "type": "query", "body": "{ a }"},
              {"id": "b", "name": "B", "type": "query", "body": "{ b }"}
            ]}""",
        ],
    )
    def test_both_formats_are_read(self, tmp_path: Path, text: str) -> None:
        """That of graphql-codegen and Relay, and Apollo's."""
        path = tmp_path / "manifest.json"
        path.write_text(text)
        assert read_manifest(path) == {"room": "{ a }", "b": "{ b }"}

    @pytest.mark.parametrize(
        "text",
        [
            *("", "[]", "{}", '{"a": 1}', '{"": "{ a }"}', '{"a": ""}', '"\\ud800"', "\xff"),
            '{"operations": []}',
            '{"operations": [{"id": "a"}]}',
            json.dumps({"a": "#" * 70_000}),
        ],
    )
    def test_anything_else_fails_the_start(self, tmp_path: Path, text: str) -> None:
        """Rather than every request later."""
        path = tmp_path / "manifest.json"
        path.write_bytes(text.encode("latin-1"))
        with pytest.raises(ValueError, match="manifest"):
            read_manifest(path)

    def test_a_missing_file_is_named(self, tmp_path: Path) -> None:
        """With the system's own words."""
        with pytest.raises(ValueError, match="nowhere"):
            read_manifest(tmp_path / "nowhere.json")
