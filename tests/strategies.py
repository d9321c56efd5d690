"""Hypothesis strategies: JSON with placeholders, and task definitions that are nearly right."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from ecslint.model import Unknown

UNKNOWNS = st.sampled_from(["${A}", "<B>", "{{ c }}"]).map(Unknown)
SCALARS = (
    st.none() | st.booleans() | st.integers(-10, 70000) | st.floats(allow_nan=False) | st.text(max_size=8) | UNKNOWNS
)
#: Any JSON value, with unknowns among the values and sometimes in the place of a member.
JSON: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6) | UNKNOWNS, inner, max_size=4),
    max_leaves=12,
)


def from_schema(schema: dict[str, Any], root: dict[str, Any], depth: int = 0) -> st.SearchStrategy[Any]:
    """Values of a schema of the structural form; now and then something else stands in their place."""
    if "$ref" in schema:
        definition = root["$defs"][schema["$ref"].rpartition("/")[2]]
        return _objects(definition, root, depth)
    kind = schema["type"]
    if "enum" in schema:
        right: st.SearchStrategy[Any] = st.sampled_from(schema["enum"])
    elif schema.get("readOnly"):
        right = st.just("ACTIVE")
    elif kind == "array":
        right = st.lists(st.deferred(lambda: from_schema(schema["items"], root, depth + 1)), max_size=3)
    elif kind == "object":
        right = st.dictionaries(st.sampled_from(["a", "b", "awslogs-group"]), st.sampled_from(["x", "1"]), max_size=2)
    elif kind == "integer":
        right = st.sampled_from([0, 1, 2, 4, 80, 128, 256, 512, 1024, 8080, 65536])
    elif kind == "boolean":
        right = st.booleans()
    else:
        right = st.sampled_from(
            ["a", "b", "web", "256", "512", "1024", "0.5 vCPU", "1 GB", "nginx:1.27", "80-90", "a:b"]
        )
    wrong = JSON if depth else st.nothing()
    return st.integers(0, 24).flatmap(lambda dice: wrong if dice == 0 and depth else UNKNOWNS if dice == 1 else right)


def _objects(definition: dict[str, Any], root: dict[str, Any], depth: int) -> st.SearchStrategy[Any]:
    keys = sorted(definition["properties"])

    @st.composite
    def build(draw: st.DrawFn) -> dict[Any, Any]:
        chosen = draw(st.lists(st.sampled_from(keys), max_size=max(2, 8 - 2 * depth), unique=True))
        chosen += [key for key in definition.get("required", ()) if key not in chosen]
        if depth == 0 and "containerDefinitions" not in chosen:
            chosen.append("containerDefinitions")
        made: dict[Any, Any] = {
            key: draw(from_schema(definition["properties"][key], root, depth + 1)) for key in chosen
        }
        if draw(st.integers(0, 30)) == 0:
            made[draw(UNKNOWNS)] = 1
        return made

    return build()
