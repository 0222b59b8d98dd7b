"""The API as OpenAPI 3.1 describes it, from the table that makes the routes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from align.server.operations import Operation
from align.server.roles import Role

_PART = re.compile(r"{(\w+)(?::any)?}")
_REFUSALS = {
    "400": "The request is not right; `error` says why.",
    "401": "No token, or one that is nobody's.",
    "403": "The user's role does not allow it.",
    "404": "There is no such thing.",
}


def document(operations: Iterable[Operation], version: str) -> dict[str, Any]:
    """The description of these operations."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        path = _PART.sub(r"{\1}", operation.path)
        paths.setdefault(path, {})[operation.method.lower()] = _described(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "align server", "version": version},
        "paths": paths,
        "security": [{"token": []}, {"basic": []}],
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "basic": {"type": "http", "scheme": "basic"},
                "key": {"type": "apiKey", "in": "query", "name": "key"},
            }
        },
    }


def _described(operation: Operation) -> dict[str, Any]:
    """An operation as OpenAPI describes it."""
    needs = operation.least.name if operation.least is not Role.none else "nobody's token"
    found: dict[str, Any] = {
        "summary": operation.about,
        "description": f"{(operation.answer.__doc__ or '').strip()}\n\nNeeds: {needs}.",
        "operationId": _identifier(operation),
        "parameters": [
            *(
                {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
                for name in _PART.findall(operation.path)
            ),
            *(
                {
                    "name": each.name,
                    "in": "query",
                    "required": each.required,
                    "description": each.about,
                    "schema": {"type": each.kind},
                }
                for each in operation.parameters
            ),
        ],
        "responses": {
            "200": {"description": "The answer."},
            **{code: {"description": about} for code, about in _REFUSALS.items()},
        },
    }
    if operation.least is Role.none:
        found["security"] = []
    elif operation.path.endswith("translate"):
        found["security"] = [{"token": []}, {"basic": []}, {"key": []}]
    if "version" in operation.body or any(p.name == "version" for p in operation.parameters):
        found["responses"]["409"] = {"description": "Somebody has changed the unit since."}
    if operation.upload:
        content = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
        found["requestBody"] = {"required": True, "content": content}
    elif operation.body:
        properties = {name: {"description": about} for name, about in operation.body.items()}
        schema = {"type": "object", "properties": properties}
        found["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema}},
        }
    return found


def _identifier(operation: Operation) -> str:
    words = re.findall(r"[A-Za-z0-9]+", operation.path.replace(":any", ""))
    return "_".join([operation.method.lower(), *words])
