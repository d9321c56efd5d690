"""Write schemas/task-definition.json from botocore's model of RegisterTaskDefinition and schemas/overlay.yaml.

    python scripts/update_schema.py            write the file
    python scripts/update_schema.py --check    exit 1 when the file is not what would be written

botocore knows members, types and enums, but no range and hardly a pattern; what ECS checks beyond
that stands in the overlay, each entry with its reason.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import botocore
import botocore.session
import yaml
from botocore.model import ServiceModel, Shape

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "schemas" / "task-definition.json"
OVERLAY = ROOT / "schemas" / "overlay.yaml"

SCALARS = {
    "string": "string",
    "integer": "integer",
    "long": "integer",
    "boolean": "boolean",
    "timestamp": "string",
}


def property_schema(shape: Shape, defs: dict[str, Any]) -> dict[str, Any]:
    """The schema of one member; structures become entries of ``defs`` and are referred to."""
    if shape.type_name == "structure":
        if shape.name not in defs:
            defs[shape.name] = {}
            defs[shape.name] = structure_schema(shape, defs)
        return {"$ref": f"#/$defs/{shape.name}"}
    if shape.type_name == "list":
        return {"type": "array", "items": property_schema(shape.member, defs)}
    if shape.type_name == "map":
        return {"type": "object", "additionalProperties": property_schema(shape.value, defs)}
    schema: dict[str, Any] = {"type": SCALARS[shape.type_name]}
    if shape.type_name == "string" and shape.enum:
        schema["enum"] = list(shape.enum)
    bounds = {"min": "minimum", "max": "maximum"} if shape.type_name in ("integer", "long") else {}
    schema.update({keyword: shape.metadata[name] for name, keyword in bounds.items() if name in shape.metadata})
    return schema


def structure_schema(shape: Shape, defs: dict[str, Any]) -> dict[str, Any]:
    """The schema of a structure: its members, no others, and the required ones."""
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {name: property_schema(member, defs) for name, member in shape.members.items()},
        "additionalProperties": False,
    }
    required = list(shape.required_members)
    if getattr(shape, "is_tagged_union", False) and len(shape.members) == 1:
        required = list(shape.members)  # exactly one of its members must be set
    if required:
        schema["required"] = required
    return schema


def output_only(service: ServiceModel, defs: dict[str, Any]) -> dict[str, Any]:
    """Members of describe-task-definition's answer that no request may hold, marked ``readOnly``."""
    request = service.operation_model("RegisterTaskDefinition").input_shape.members
    answer = service.shape_for("TaskDefinition").members
    scratch = dict(defs)  # structures that only the answer uses stay out of the schema
    return {
        name: {"readOnly": True, "type": property_schema(shape, scratch)["type"]}
        for name, shape in answer.items()
        if name not in request
    }


def tighten(defs: dict[str, Any], overlay: dict[str, dict[str, Any]]) -> None:
    """Apply the overlay: ``Shape.member`` gains ``set`` keywords and loses ``drop`` keywords."""
    for target, change in overlay.items():
        shape, _, member = target.partition(".")
        schema = defs[shape]["properties"][member] if member else defs[shape]
        if not change.get("why"):
            raise SystemExit(f"{OVERLAY.name}: {target} gives no reason (why)")
        for keyword in change.get("drop", []):
            del schema[keyword]  # KeyError when botocore has stopped saying it: the entry is then stale
        schema.update(change.get("set", {}))


def build() -> str:
    """The text of schemas/task-definition.json."""
    service = botocore.session.get_session().get_service_model("ecs")
    defs: dict[str, Any] = {}
    root = property_schema(service.operation_model("RegisterTaskDefinition").input_shape, defs)
    defs["RegisterTaskDefinitionRequest"]["properties"].update(output_only(service, defs))
    tighten(defs, yaml.safe_load(OVERLAY.read_text(encoding="utf-8")))
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": f"Made by scripts/update_schema.py from botocore {botocore.__version__} and "
        "schemas/overlay.yaml. Read as ecslint does: an integer is written without a fraction (512, "
        "not 512.0), as botocore demands; readOnly members come from describe-task-definition and "
        "are refused in a request; writeOnly values are never shown in a report.",
        "title": "Input of ecs:RegisterTaskDefinition",
        **root,
        "$defs": defs,
    }
    return json.dumps(schema, indent=2) + "\n"


def main() -> int:
    """Write the schema, or with --check only compare it."""
    text = build()
    if "--check" in sys.argv[1:]:
        return int(TARGET.read_text(encoding="utf-8") != text)
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
