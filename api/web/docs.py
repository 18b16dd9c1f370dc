"""The page that lists the operations of the API, made from their own description."""

import json
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from api.web.rendering import Renderer


class Docs:
    """Shows the description that /openapi.json gives, without any script."""

    def __init__(self, renderer: Renderer, description: Callable[[], dict[str, Any]]) -> None:
        self._renderer = renderer
        self._description = description

    def add_to(self, app: FastAPI) -> None:
        """Put the page at its place."""
        app.get("/docs", include_in_schema=False)(self.docs)

    def docs(self, request: Request) -> HTMLResponse:
        """Return the page."""
        operations = [
            self._operation(method, path, operation)
            for path, methods in self._description()["paths"].items()
            for method, operation in methods.items()
        ]
        failure = _shown(self._schemas["Problem"]["examples"][0])
        values = {"operations": operations, "failure": failure}
        return self._renderer.render(request, "docs.html", values)

    @property
    def _schemas(self) -> dict[str, Any]:
        schemas: dict[str, Any] = self._description()["components"]["schemas"]
        return schemas

    def _operation(self, method: str, path: str, operation: dict[str, Any]) -> dict[str, Any]:
        return {
            "method": method.upper(),
            "path": path,
            "about": operation["description"],
            "parameters": operation.get("parameters", []),
            "body": self._example(operation.get("requestBody", {})),
            "answer": self._example(_success(operation["responses"])),
        }

    def _example(self, part: dict[str, Any]) -> str | None:
        """Return an example of a body or an answer, None where there is no JSON."""
        media = part.get("content", {}).get("application/json", {})
        if "example" in media:
            return _shown(media["example"])
        name = media.get("schema", {}).get("$ref", "").rpartition("/")[2]
        return _shown(self._schemas[name]["examples"][0]) if name else None


def _success(responses: dict[str, Any]) -> dict[str, Any]:
    """Return what is said when all went well, 200 before 202."""
    codes = sorted(code for code in responses if code.startswith("2"))
    found: dict[str, Any] = responses[codes[0]]
    return found


def _shown(example: object) -> str:
    return json.dumps(example, ensure_ascii=False, indent=2)
