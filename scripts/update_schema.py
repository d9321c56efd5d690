"""Write schemas/KIND.json for each kind of rules/kinds, from botocore's model and schemas/overlay.yaml.

    python scripts/update_schema.py            write the files
    python scripts/update_schema.py --check    exit 1 when a file is not what would be written

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
KINDS = ROOT / "rules" / "kinds"
SCHEMAS = ROOT / "schemas"
OVERLAY = ROOT / "schemas" / "overlay.yaml"

SCALARS = {
    "string": "string",
    "integer": "integer",
    "long": "integer",
    "boolean": "boolean",
    "double": "number",
    "float": "number",
    "timestamp": "string",
}


def property_schema(shape: Shape, defs: dict[str, Any]) -> dict[str, Any]:
    """The schema of one member; structures become entries of ``defs`` and are referred to."""
    if getattr(shape, "is_document_type", False):
        return {}  # any JSON value
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
    bounds = {"min": "minimum", "max": "maximum"} if shape.type_name in ("integer", "long", "double") else {}
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


def more_members(service: ServiceModel, kind: dict[str, Any], defs: dict[str, Any]) -> dict[str, Any]:
    """Members that only other calls take (``also``), and those that only an answer has, marked ``readOnly``."""
    request = service.operation_model(kind["operation"]).input_shape.members
    members = {}
    for operation in kind.get("also", ()):
        for name, shape in service.operation_model(operation).input_shape.members.items():
            if name not in request:
                members[name] = property_schema(shape, defs)
    if "output" not in kind:
        return members
    scratch = dict(defs)  # structures that only the answer uses stay out of the schema
    for name, shape in service.shape_for(kind["output"]).members.items():
        if name not in request and name not in members:
            members[name] = {"readOnly": True, "type": property_schema(shape, scratch).get("type", "object")}
    return members


def tighten(defs: dict[str, Any], overlay: dict[str, dict[str, Any]]) -> set[str]:
    """Apply the overlay: ``Shape.member`` gains ``set`` keywords and loses ``drop`` keywords.

    The entries that were used.
    """
    used = set()
    for target, change in overlay.items():
        name, _, member = target.partition(".")
        if name not in defs:
            continue
        used.add(target)
        schema = defs[name]["properties"][member] if member else defs[name]
        if not change.get("why"):
            raise SystemExit(f"{OVERLAY.name}: {target} gives no reason (why)")
        for keyword in change.get("drop", []):
            del schema[keyword]  # KeyError when botocore has stopped saying it: the entry is then stale
        schema.update(change.get("set", {}))
    return used


def build(kind: dict[str, Any], overlay: dict[str, Any]) -> tuple[dict[str, Any], set[str]]:
    """The schema of a kind, and the entries of the overlay that it needed."""
    service = botocore.session.get_session().get_service_model("ecs")
    defs: dict[str, Any] = {}
    shape = service.operation_model(kind["operation"]).input_shape
    root = property_schema(shape, defs)
    defs[shape.name]["properties"].update(more_members(service, kind, defs))
    used = tighten(defs, overlay)
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": f"Made by scripts/update_schema.py from botocore {botocore.__version__} and "
        "schemas/overlay.yaml. Read as ecslint does: an integer is written without a fraction (512, "
        f"not 512.0), as botocore demands; readOnly members come from the output that describes a {kind['title']} and "
        "are refused in a request; writeOnly values are never shown in a report.",
        "title": f"Input of {' or '.join('ecs:' + name for name in (kind['operation'], *kind.get('also', ())))}",
        **root,
        "$defs": defs,
    }
    return schema, used


def of_variables(kind: dict[str, Any]) -> tuple[dict[str, Any], set[str]]:
    """The schema of a kind whose members are the variables of a table. What others hold nobody may see."""
    table = yaml.safe_load((KINDS.parent / "tables" / f"{kind['variables']}.yaml").read_text(encoding="utf-8"))
    members = {
        name: {"type": "string", **({"writeOnly": True} if fields.get("secret") else {})}
        for name, fields in table["variables"].items()
    }
    others = {"type": "string", "writeOnly": True}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": f"Made by scripts/update_schema.py from rules/tables/{kind['variables']}.yaml. "
        "writeOnly values are never shown in a report.",
        "title": kind["title"].capitalize(),
        "$ref": "#/$defs/Variables",
        "$defs": {"Variables": {"type": "object", "properties": members, "additionalProperties": others}},
    }
    return schema, set()


def built(kind: dict[str, Any], overlay: dict[str, Any]) -> tuple[dict[str, Any], set[str]]:
    """The schema of a kind that is made of no others."""
    if "structure" in kind:
        return of_structure(kind), set()
    return of_variables(kind) if "variables" in kind else build(kind, overlay)


def of_structure(kind: dict[str, Any]) -> dict[str, Any]:
    """The schema of a kind that botocore does not know; the first of its structures is the whole."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": "Made by scripts/update_schema.py from rules/kinds.",
        "title": kind["title"],
        "$ref": f"#/$defs/{next(iter(kind['structure']))}",
        "$defs": kind["structure"],
    }


def joined(kind: dict[str, Any], kinds: dict[str, Any], overlay: dict[str, Any]) -> tuple[dict[str, Any], set[str]]:
    """The schema of a kind that is made of others; a structure of the API is the same in all of them."""
    members: dict[str, Any] = {}
    defs: dict[str, Any] = {}
    for member, name in kind["joins"].items():
        schema, _ = built(kinds[name], overlay)
        members[member] = {"$ref": schema["$ref"]}
        defs |= schema["$defs"]
    whole = {"type": "object", "properties": members, "additionalProperties": False, "required": [*members]}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": f"Made by scripts/update_schema.py from those of {' and '.join(kinds)}.",
        "title": f"A {kind['title']}",
        "$ref": "#/$defs/Joined",
        "$defs": {"Joined": whole, **defs},
    }
    return schema, set()


def main() -> int:
    """Write the schemas, or with --check only compare them."""
    overlay = yaml.safe_load(OVERLAY.read_text(encoding="utf-8"))
    stale, different = set(overlay), 0
    for path in sorted(KINDS.glob("*.yaml")):
        kind = yaml.safe_load(path.read_text(encoding="utf-8"))
        kinds = {name: yaml.safe_load((KINDS / f"{name}.yaml").read_text()) for name in kind.get("joins", {}).values()}
        schema, used = joined(kind, kinds, overlay) if kinds else built(kind, overlay)
        text = json.dumps(schema, indent=2) + "\n"
        stale -= used
        target = SCHEMAS / f"{path.stem}.json"
        if "--check" in sys.argv[1:]:
            different |= not target.is_file() or target.read_text(encoding="utf-8") != text
        else:
            target.write_text(text, encoding="utf-8")
    if stale:
        raise SystemExit(f"{OVERLAY.name}: no kind has {', '.join(sorted(stale))}")
    return int(different)


if __name__ == "__main__":
    sys.exit(main())
