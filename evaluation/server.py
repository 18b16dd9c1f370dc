"""A running server as the one who is asked, over HTTP and several queries at a time."""

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Self
from urllib.parse import quote

import httpx

from core.errors import InvalidSetting, ServerFailed
from evaluation.copies import Copies
from evaluation.targets import PASSAGES, Answer, Asking
from search.asking.query import MOST_HITS, Mode

_PATIENCE_SECONDS = 60
_SHOWN = 40


class ServerTarget:
    """A server that speaks Wenhai's HTTP interface; a context manager."""

    documents: int | None = None

    def __init__(self, url: str, concurrency: int, copies: Copies) -> None:
        if concurrency < 1:
            raise InvalidSetting(f"--concurrency is {concurrency}: take 1 or more")
        self._workers = ThreadPoolExecutor(concurrency)
        self._server = _Server(url, concurrency)
        self._noting = threading.Lock()
        self._labels: dict[str, str] = {}
        self.languages: dict[str, str | None] = {}
        self.copies = copies

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._workers.shutdown(cancel_futures=True)
        self._server.close()

    def answers(self, queries: Sequence[str], asking: Asking) -> Iterator[Answer]:
        """Return the answer to each query in turn, at most 100 documents of all languages."""
        if asking.depth > MOST_HITS:
            raise InvalidSetting(
                f"a --metric looks at {asking.depth:,} documents, a server gives {MOST_HITS}: "
                "leave it out, or ask the library itself with --library"
            )
        return self._workers.map(partial(self._answer, asking=asking), queries)

    def ask(self, query: str, mode: Mode) -> float:
        """Search as users do; return the relevance below which nothing is an answer."""
        verdict = self._server.search({"q": query, "mode": mode})["verdict"]
        try:
            return float(verdict["none_below"])
        except (KeyError, TypeError) as error:
            raise self._server.strange("a verdict") from error

    def unknown(self, documents: Iterable[str]) -> set[str]:
        """Return those of the ids that are no document's."""
        missing = [each for each in documents if each not in self.languages]
        there = self._workers.map(self._look_up, missing)
        return {each for each, found in zip(missing, there, strict=True) if not found}

    def label(self, document: str) -> str:
        """Return the document's title, or how its text begins."""
        return self._labels.get(document, document)

    def _answer(self, query: str, asking: Asking) -> Answer:
        found = self._server.search(
            {
                "q": query,
                "mode": asking.mode,
                "limit": MOST_HITS,
                "min_relevance": 0,
                "passages": PASSAGES if asking.pages else 1,
                "highlight": "none",
            }
        )
        try:
            return self._noted(found)
        except (KeyError, TypeError) as error:
            raise self._server.strange("an answer") from error

    def _noted(self, found: Mapping[str, Any]) -> Answer:
        """Return what a search found, and note what it says of documents and their copies."""
        hits = found["hits"]
        with self._noting:
            for hit in hits:
                one = [hit, *hit["duplicates"]]
                for document in one:
                    self._note(document)
                self.copies.join(each["id"] for each in one)
        pages = ((hit["id"], each["page"]) for hit in hits for each in hit["passages"])
        return Answer(
            [hit["id"] for hit in hits],
            [hit["relevance"] for hit in hits],
            found["verdict"]["best"],
            list(dict.fromkeys((id_, page) for id_, page in pages if page is not None)),
        )

    def _look_up(self, document: str) -> bool:
        """Say whether the document is there, and note what it is."""
        found = self._server.document(document)
        if found is not None:
            with self._noting:
                self._note(found)
        return found is not None

    def _note(self, found: Mapping[str, Any]) -> None:
        texts = (each["text"] for each in found.get("passages", ()))
        self._labels[found["id"]] = found["title"] or next(texts, found["id"])
        self.languages[found["id"]] = found["document"]["language"]


class _Server:
    """Requests to one server, and what it says when it refuses."""

    def __init__(self, url: str, connections: int) -> None:
        if not url.startswith(("http://", "https://")):
            raise InvalidSetting(f'--server is "{url}": give an address with http:// or https://')
        self._url = url.rstrip("/")
        limits = httpx.Limits(max_connections=connections)
        self._client = httpx.Client(timeout=_PATIENCE_SECONDS, limits=limits)

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    def search(self, body: Mapping[str, Any]) -> Any:
        """Return the answer to a search; ServerFailed if there is none."""
        response = self._request("POST", "/v1/search", body)
        asked = f'to "{body["q"][:_SHOWN]}" '
        return self._content(response, "verdict", asked)

    def document(self, id_: str) -> Any:
        """Return the document of that id, None if there is none."""
        response = self._request("GET", f"/v1/documents/{quote(id_, safe='')}")
        if response.status_code == httpx.codes.NOT_FOUND:
            return None
        return self._content(response, "document")

    def similar(self, id_: str, limit: int) -> Any:
        """Return the documents like that one; ServerFailed if there is no answer."""
        response = self._request("GET", f"/v1/documents/{quote(id_, safe='')}/similar?{limit=}")
        return self._content(response, "similar", f'about "{id_[:_SHOWN]}" ')["similar"]

    def count(self) -> int:
        """Return how many documents the server has."""
        found = self._content(self._request("GET", "/v1/documents?limit=1"), "total")
        try:
            return int(found["total"]["value"])
        except (KeyError, TypeError, ValueError) as error:
            raise self.strange("a list") from error

    def strange(self, what: str) -> ServerFailed:
        """Return the error that says that this Wenhai cannot read what came back."""
        return ServerFailed(
            f"{self._url} gives {what} of another form: ask a Wenhai server of this version"
        )

    def _request(
        self, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> httpx.Response:
        try:
            return self._client.request(method, f"{self._url}{path}", json=body)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ServerFailed(
                f"{self._url} cannot be asked ({error}): start it with `wenhai serve`, or name "
                "another with --server"
            ) from error

    def _content(self, response: httpx.Response, expected: str, asked: str = "") -> Any:
        try:
            body = response.json()
        except ValueError:
            body = None
        if response.is_success and isinstance(body, dict) and expected in body:
            return body
        detail = body.get("detail") if isinstance(body, dict) else None
        raise ServerFailed(
            f"{self._url} answers {asked}with {response.status_code}: "
            f"{detail or 'not as a Wenhai server does, look at its address'}"
        )
