"""The structural pass: what of a document the schema does not allow, and the document as it was meant.

A value with one sensible reading (``"100"`` where an integer belongs, ``awsVpc``, a single port
mapping where a list belongs) is reported and then read that way; any other faulty value becomes
unknown. The rules that follow look at this repaired document, so one mistake makes one finding,
and a mistyped number still counts in the sums.
"""

from __future__ import annotations

from ecslint.model import UNKNOWN, Hit, Unknown
from ecslint.ruleset.runtime import compiled, has_unknown
from ecslint.words import closest, listed, plain, same_word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any, TypeAlias

    from ecslint.model import Path

    #: What to look up members of a definition with: the type, where nothing else is demanded, or else a predicate.
    Members: TypeAlias = tuple[Callable[[Any], type | None], Callable[[Any], Callable[[Any], bool] | None]]

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}

#: What is known of the members of a definition whose code few documents need.
NOTHING: Members = ({}.get, {}.get)

MOST_SHOWN = 10_000  # places of which it is remembered whether a report may show them

MOST_DIGITS = 19  # of a number in a text

SCALARS = (str, int, float, bool, Unknown)

DROPPED = object()  # the member is left out of the repaired document

COMMENT_PREFIXES = ("$", "_", "#", "//", "x-")

TYPE_NAMES = {
    "object": "an object",
    "array": "a list",
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
}


#: Members of the objects that people write as one member of a map: the one for its key, the one for its value.
PAIRS = (("name", "value"), ("name", "valueFrom"), ("key", "value"), ("namespace", "value"), ("hostname", "ipAddress"))

VARIABLE = r"([A-Za-z_][A-Za-z0-9_.-]*)=(.*)"


class Spelled:
    """The scalar at a path of the source, as the text that stands there: ``1.50``, not the number."""

    __slots__ = ("path", "value")

    def __init__(self, path: Path, value: Any) -> None:
        self.path = path
        self.value = value


class Examination:
    """The outcome: hits by the kind of mistake, the repaired data, and where moved parts stand in the source.

    The kinds are the JSON Schema keywords ``type``, ``enum``, ``minimum``, ``maximum``, ``pattern``,
    ``required`` and ``additionalProperties``, the annotation ``readOnly``, and ``null``, ``empty``,
    ``comment-key`` and ``misplaced``; the value ``decoded`` is true of a hit that Go's decoder passes over. ``moved``
    maps paths of the repaired document to source paths.
    """

    __slots__ = ("data", "elsewhere", "hits", "lenient", "moved", "strict")

    def __init__(self, *, lenient: bool = False, strict: str = "") -> None:
        self.lenient = lenient  # scalars of another type are converted by what reads the document
        self.strict = strict  # the member in which they are not
        self.data: Any = None
        self.hits: list[tuple[str, Hit]] = []
        self.moved: dict[Path, Path] = {}
        self.elsewhere: set[str] = set()  # members that were found at the wrong level


class Structure:
    """A schema of the form that scripts/update_schema.py writes, and the words that people write instead.

    ``vocabulary`` maps a definition's name to foreign words and the ECS member that each one means
    (``ports`` to ``portMappings``). ``fits`` are predicates by definition, and ``members`` some of their members, to
    pass over what is right.
    """

    __slots__ = ("_defs", "_fits", "_members", "_names", "_root", "_shown", "_title", "_vocabulary", "_ways")

    def __init__(
        self,
        schema: Mapping[str, Any],
        vocabulary: Mapping[str, Mapping[str, str]],
        fits: Mapping[str, Callable[[Any], bool]],
        members: Mapping[str, Members],
        title: str,
    ) -> None:
        self._title = title
        self._fits = fits
        self._defs: Mapping[str, Any] = schema["$defs"]
        self._root: str = schema["$ref"]
        self._vocabulary = vocabulary
        self._names: frozenset[str] | None = None
        self._ways: dict[str, Path] | None = None
        self._shown: dict[Path, bool] = {}
        self._members = members

    def examine(self, data: Any, *, lenient: bool = False, strict: str = "") -> Examination:
        """Look at a whole resource, which probably does not fit; ``data`` itself is left as it is.

        ``lenient``: scalars of another type are converted before ECS sees them, but in the member ``strict``.
        """
        out = Examination(lenient=lenient, strict=strict)
        root = self._root.rpartition("/")[2]
        repaired = data if type(data) is Unknown else self._misfit(root, self._defs[root], data, (), (), out)
        out.data = repaired if type(repaired) is dict else {}
        for key in out.elsewhere & self._resolve({"$ref": self._root})["properties"].keys():
            out.data.setdefault(key, UNKNOWN)  # it exists, only not here
        return out

    def members(self) -> list[str]:
        """The members that a resource of this kind may have."""
        return self._writable(self._root.rpartition("/")[2])

    def _writable(self, name: str) -> list[str]:
        """The members that a request may have in a definition."""
        return [key for key, member in self._defs[name]["properties"].items() if not member.get("readOnly")]

    def names(self) -> frozenset[str]:
        """The names of all members of all structures."""
        if self._names is None:
            self._names = frozenset(name for definition in self._defs.values() for name in definition["properties"])
        return self._names

    def way_to(self, name: str) -> Path | None:
        """The shortest path to a member of a name; None if there is none."""
        if self._ways is None:
            self._ways = {}
            pending: list[tuple[Path, Mapping[str, Any]]] = [((), self._resolve({"$ref": self._root}))]
            for path, schema in pending:  # grows meanwhile
                if "items" in schema:
                    pending.append(((*path, 0), self._resolve(schema["items"])))
                for key, member in schema.get("properties", {}).items():
                    if key not in self._ways:
                        self._ways[key] = (*path, key)
                        pending.append(((*path, key), self._resolve(member)))
        return self._ways.get(name)

    def shows(self, path: Path) -> bool:
        """Whether a report may show the value at this path: it is known to the schema and not ``writeOnly``."""
        known = self._shown.get(path)
        if known is None:
            if len(self._shown) >= MOST_SHOWN:
                self._shown.clear()
            known = self._shown[path] = self.schema_of(path) is not None
        return known

    def schema_of(self, path: Path) -> Mapping[str, Any] | None:
        """The schema of a place, or None where a report may show nothing."""
        schema: Mapping[str, Any] | None = self._resolve({"$ref": self._root})
        for part in path:
            schema = self.below(schema, part)
        return schema

    def below(self, schema: Mapping[str, Any] | None, part: Any) -> Mapping[str, Any] | None:
        """The schema of a member or item of a place, or None where a report may show nothing."""
        if schema is None:
            return None
        if isinstance(part, int):
            inner = schema.get("items")
        else:
            inner = schema.get("properties", {}).get(part, schema.get("additionalProperties"))
        if not inner:
            return None
        inner = self._resolve(inner)
        return None if inner.get("writeOnly") else inner

    def _resolve(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        reference = schema.get("$ref")
        return self._defs[reference.rpartition("/")[2]] if reference else schema

    def _value(self, schema: Mapping[str, Any], value: Any, path: Path, source: Path, out: Examination) -> Any:
        """The repaired value; ``path`` leads to it in the repaired document, ``source`` in the text."""
        if schema.get("readOnly"):
            out.hits.append(("readOnly", Hit(source, key=True)))
            return DROPPED
        if type(value) is Unknown:
            return value
        definition = schema.get("$ref", "").rpartition("/")[2]
        if definition and self._fits[definition](value):
            return value
        return self._misfit(definition, self._resolve(schema), value, path, source, out)

    def _misfit(
        self, definition: str, schema: Mapping[str, Any], value: Any, path: Path, source: Path, out: Examination
    ) -> Any:
        """The repaired value, where there is probably something to repair."""
        if not schema:  # anything may stand here
            return value
        if value is None:
            said = {"member": source[-1] if source and type(source[-1]) is str else None, "decoded": True}
            out.hits.append(("null", Hit(source, said)))
            return DROPPED
        if type(value) in TYPES[schema["type"]]:
            return self._inside(definition, schema, value, path, source, out)
        written = value
        value = self._coerce(schema, value, source, out)
        if type(value) is list and type(written) is dict and value[0] is not written:  # its members are the items
            return [self._pair(value[i], (*path, i), (*source, key), out) for i, key in enumerate(written)]
        if type(value) is dict:
            return self._pair(value, path, source, out)
        if type(value) is list:  # a single item that stood where a list belongs
            out.moved[(*path, 0)] = source
            return [kept(self._value(schema["items"], value[0], (*path, 0), source, out))]
        return value if type(value) is Unknown else self._scalar(schema, value, source, out)

    def _pair(self, pair: Mapping[str, Any], path: Path, source: Path, out: Examination) -> dict[str, Any]:
        """The repaired object for what was written otherwise, all of it at one place."""
        for part in ((), *((name,) for name in pair)):
            out.moved[path + part] = source
        return {name: meant(value) for name, value in pair.items()}

    def _inside(
        self, definition: str, schema: Mapping[str, Any], value: Any, path: Path, source: Path, out: Examination
    ) -> Any:
        """The repaired value, if it has the right type."""
        if "properties" in schema:
            return self._object(definition, schema, value, path, source, out)
        if type(value) is list:
            name = schema["items"].get("$ref", "").rpartition("/")[2]
            fits = self._fits.get(name, is_unknown)
            inner = self._resolve(schema["items"])
            return [
                item if fits(item) else kept(self._misfit(name, inner, item, (*path, i), (*source, i), out))
                for i, item in enumerate(value)
            ]
        if type(value) is dict:
            return self._map(schema["additionalProperties"], value, path, source, out)
        return self._scalar(schema, value, source, out)

    def _map(self, schema: Any, value: Any, path: Path, source: Path, out: Examination) -> dict[Any, Any]:
        pairs = ((key, self._value(schema, item, (*path, key), (*source, key), out)) for key, item in value.items())
        return {key: item for key, item in pairs if item is not DROPPED}

    def _coerce(self, schema: Mapping[str, Any], value: Any, source: Path, out: Examination) -> Any:
        read = reading(schema, value)
        if out.lenient and source[:1] != (out.strict,):
            converted = conversion(schema["type"], value)
            if converted is not None:
                return converted
        members = self._resolve(schema.get("items", schema)).get("properties", {})
        if type(read) is list and type(value) is dict and not is_item(value, members):
            read = UNKNOWN  # a map, not the one item of the list
        values: dict[str, Any] = {
            "what": what(source),
            "expected": TYPE_NAMES[schema["type"]],
            "actual": actual(value),
            "remedy": remedy(read, value),
        }
        if schema["type"] == "string" and type(value) in (int, float, bool):
            values |= {"read": Spelled(source, value), "remedy": "put it in double quotes"}
        elif type(read) is list:
            values["around"] = "a list"
        elif type(read) is not Unknown:
            values["read"] = read
        elif (pairs := as_pairs(schema["type"], members, value, source)) is not None:
            values |= {"read": pairs, "remedy": f"write `{members_of(members)}` for each of them"}
            read = pairs
        out.hits.append(("type", Hit(source, values)))
        return read

    def _scalar(self, schema: Mapping[str, Any], value: Any, source: Path, out: Examination) -> Any:
        if "enum" in schema and value not in schema["enum"]:
            if value == "":  # exports write it for a member that is not set
                out.hits.append(("empty", Hit(source)))
                return DROPPED
            allowed = schema.get("examples", schema["enum"])
            same = same_word(value, allowed)
            meant = same or closest(value, allowed)
            if meant is None and stands_for(value, named(source), allowed):
                return UNKNOWN
            values = {
                "what": what(source),
                "same": same,
                "guess": meant,
                "expected": listed(allowed),
                "remedy": f"write `{meant}`" if meant else f"write {listed(allowed)}",
            }
            out.hits.append(("enum", Hit(source, values)))
            return UNKNOWN if meant is None else meant
        low, high = schema.get("minimum"), schema.get("maximum")
        if (low is not None and value < low) or (high is not None and value > high):
            bounds = f"at least {low}" if high is None else f"between {low} and {high}"
            default = value if value == schema.get("default") else None
            said = {"expected": bounds, "default": default}
            out.hits.append(("minimum" if value < (low or 0) else "maximum", Hit(source, said)))
            return UNKNOWN
        if "pattern" in schema and not compiled(schema["pattern"]).search(value):
            out.hits.append(("pattern", Hit(source, {"expected": schema["pattern"]})))
            return UNKNOWN
        return value

    def _object(
        self, name: str, schema: Mapping[str, Any], value: Any, path: Path, source: Path, out: Examination
    ) -> dict[Any, Any]:
        properties, required = schema["properties"], schema.get("required", ())
        is_open = has_unknown(value)
        repaired: dict[Any, Any] = {}
        type_of, predicate_of = self._members.get(name, NOTHING)
        for key, item in value.items():
            fits = predicate_of(key)
            if type_of(key) is type(item) or (fits is not None and fits(item)):
                repaired[key] = item
                continue
            target = key
            if type(key) is not Unknown and key not in properties:
                target = self._unknown_property(name, key, value, (*source, key), out)
                if target is None:
                    repaired.update(dict.fromkeys(self._instead(name, key), UNKNOWN))
                    continue
                out.moved[(*path, target)] = (*source, key)
            if type(key) is Unknown:
                repaired[key] = item
                continue
            if item is None and target in required and not is_open:
                continue  # missing, which says more than null
            meant = self._value(properties[target], item, (*path, target), (*source, key), out)
            if meant is not DROPPED:
                repaired[target] = meant
        if not is_open:
            missing = [name for name in required if name not in repaired]
            out.hits.extend(("required", Hit(source, {"missing": name}, key=True)) for name in missing)
        return repaired

    def _unknown_property(self, name: str, key: str, value: Any, source: Path, out: Examination) -> str | None:
        """Report a member that the schema does not know; the member that it was meant to be, if that is clear."""
        properties = self._defs[name]["properties"]
        if key.startswith(COMMENT_PREFIXES):
            out.hits.append(("comment-key", Hit(source, key=True)))
            return None
        foreign = self._vocabulary.get(name, {}).get(plain(key))
        same = same_word(key, properties)
        meant = same or (None if foreign else closest(key, self._writable(name)))
        if meant is not None and meant in value:
            same = meant = None  # the right one is there too
        home = None if meant or foreign else self._home(name, key)
        if home:
            up = key if home == self._top() else None
            out.hits.append(("misplaced", Hit(source, {"home": home, "up": up}, key=True)))
            out.elsewhere.add(key)
            return None
        if meant and properties[meant].get("readOnly"):
            out.hits.append(("readOnly", Hit(source, key=True)))
            return None
        hint = f"did you mean `{meant}`?" if meant else foreign
        values = {
            "hint": f"; {hint}" if hint else "",
            "known": listed(sorted(self._writable(name))),
            "same": same,
            "guess": meant,
            "decoded": same is not None and same.lower() == key.lower(),
        }
        out.hits.append(("additionalProperties", Hit(source, values, key=True)))
        return meant

    def _instead(self, name: str, key: str) -> Iterator[str]:
        """The member that ECS has instead of a foreign one, if all that there is to say is its name."""
        said = self._vocabulary.get(name, {}).get(plain(key), "")
        if said.startswith("use `") and said.count("`") == 2 and said.endswith("`"):
            member = said[len("use `") : -1]
            if member in self._defs[name]["properties"]:
                yield member

    def _home(self, name: str, key: str) -> str | None:
        """Where a member belongs that stands at the wrong level, in words."""
        places = {self._root.rpartition("/")[2]: self._top(), "ContainerDefinition": "in a container definition"}
        there = {place: words for place, words in places.items() if place != name and place in self._defs}
        return next((words for place, words in there.items() if key in self._defs[place]["properties"]), None)

    def _top(self) -> str:
        """The top level of a resource, in words."""
        return f"at the top level of the {self._title}"


def is_unknown(value: Any) -> bool:
    """Whether nothing is known of a value."""
    return type(value) is Unknown


def meant(value: Any) -> Any:
    """What a value of a pair counts as: a text, or unknown where only its spelling tells which one."""
    if type(value) is not Spelled:
        return value
    return value.value if type(value.value) is str else UNKNOWN


def kept(item: Any) -> Any:
    """An item of a list that is repaired; when it is dropped, its neighbours keep their indexes."""
    return UNKNOWN if item is DROPPED else item


def reading(schema: Mapping[str, Any], value: Any) -> Any:
    """The one sensible reading of a value of the wrong type, or UNKNOWN."""
    wanted = schema["type"]
    if wanted == "array" and type(value) is str and (" " in value or "," in value):
        return UNKNOWN  # several items, or a line for a shell
    if wanted == "array" and type(value) in (dict, str, int):
        return [value] if type(value) in TYPES[schema["items"].get("type", "object")] else UNKNOWN
    if wanted == "integer" and type(value) is str and value.isascii() and value.isdigit() and len(value) < 19:
        return int(value)
    if wanted == "integer" and type(value) is float and value.is_integer():
        return int(value)
    if wanted == "string" and type(value) is int:
        return str(value)
    if wanted == "string" and type(value) is bool:
        return "true" if value else "false"
    if wanted == "boolean" and type(value) is str and value.lower() in ("true", "false"):
        return value.lower() == "true"
    return UNKNOWN


#: What CloudFormation takes for true and false: YAML 1.1 has more words than JSON.
BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def conversion(wanted: str, value: Any) -> Any:
    """The scalar that CloudFormation makes of one of another type; None where it makes none."""
    if wanted == "boolean" and type(value) is str:
        return BOOLEANS.get(value.lower())
    if wanted == "string" and type(value) is float:
        return str(value)
    if wanted == "number" and type(value) is str:
        return as_number(value)
    if wanted not in ("string", "integer") or type(value) not in (str, int, float, bool):
        return None
    read = reading({"type": wanted}, value)
    return None if type(read) is Unknown else read


def as_number(text: str) -> float | None:
    """The number that a text is; None if it is none."""
    try:
        found = float(text)
    except ValueError:
        return None
    return found if text.isascii() and len(text) < MOST_DIGITS and found - found == 0 else None


def named(source: Path) -> str:
    """The name of the member at a path, or of the list that an item stands in."""
    return next((part for part in reversed(source) if type(part) is str), "")


def what(source: Path) -> str:
    """The value at a path, for a message: `` `environment` `` or ``an item of `environment` ``."""
    return f"an item of `{named(source)}`" if source and type(source[-1]) is int else f"`{named(source)}`"


def stands_for(word: str, name: str, allowed: Iterable[str]) -> bool:
    """Whether a word in capitals stands for a value that is put in later: ``NETWORK_MODE``, ``MY_PID_MODE``.

    It ends with the member's name, or joins words where no allowed value is written in capitals.
    """
    return word.isupper() and (
        plain(word).endswith(plain(name)) or ("_" in word and not any(value.isupper() for value in allowed))
    )


def is_item(value: Mapping[Any, Any], members: Mapping[str, Any]) -> bool:
    """Whether an object where a list belongs is the one item of the list, and not a map of names to values."""
    if pair_of(members) is not None:
        return {same_word(key, members) for key in value if type(key) is str} == members.keys() and len(value) == 2
    return any(same_word(key, members) for key in value if type(key) is str)


def pair_of(members: Mapping[str, Any]) -> tuple[str, str] | None:
    """The members for the key and the value of a map, if an object has no others."""
    return next((pair for pair in PAIRS if members.keys() == {*pair}), None)


def members_of(members: Mapping[str, Any]) -> str:
    """An object with these members, for people."""
    return "{" + ", ".join(f'"{name}": …' for name in pair_of(members) or ()) + "}"


def as_pairs(wanted: str, members: Mapping[str, Any], value: Any, source: Path) -> Any:
    """What was meant by a map in the place of a list of pairs, or by ``KEY=value`` in that of one; None if unclear."""
    pair = pair_of(members)
    if pair is None:
        return None
    first, second = pair
    if wanted == "object" and type(value) is str and pair == PAIRS[0]:
        from re import DOTALL, fullmatch

        found = fullmatch(VARIABLE, value, DOTALL)
        return {first: found[1], second: found[2]} if found else None
    if wanted != "array" or type(value) is not dict or not value:
        return None
    if any(type(key) is str and not key.isupper() and same_word(key, pair) for key in value):
        return None  # perhaps an item of which a member is missing; `NAME` is a variable
    if not all(type(key) is str and key and type(item) in SCALARS for key, item in value.items()):
        return None
    return [{first: key, second: Spelled((*source, key), item)} for key, item in value.items()]


def actual(value: Any) -> str:
    """What a value is, for people, without showing it."""
    if type(value) is float:
        return "a number with a fraction" if value % 1 else "a number written with a fraction"
    names = {str: "a string", int: "a number", bool: "a boolean", dict: "an object", list: "a list"}
    return names[type(value)]


def remedy(read: Any, value: Any) -> str:
    """How to write a value of the wrong type."""
    if type(read) is list:
        return "put it in a list: [ ]"
    if type(read) is str:
        return "put it in double quotes"
    if type(read) in (int, bool):
        return "write it without the quotes" if type(value) is str else "write it without a fraction"
    return ""
