"""What CloudFormation's functions give: a value, nothing, or a value that is not known, as far as a template tells.

A function is ``{"Fn::Sub": …}`` or ``!Sub …``, which the YAML reader gives as an unknown value with a tag. The text of
an unknown value names what has to be filled in, so that ``!Ref N``, ``!Sub "${N}"`` and a join of it are one
and the same.
"""

from __future__ import annotations

from binascii import crc32

from ecslint.model import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from ecslint.model import Path


class Absent:
    """The type of what ``AWS::NoValue`` stands for."""

    __slots__ = ()


ABSENT = Absent()

#: Functions whose tag is their whole name.
SHORT = ("Ref", "Condition")

SCALARS = (str, int, float, bool)
MOST_TEXT = 65_536  # characters; ECS takes no task definition of more
MOST_NESTED = 64  # functions in functions; CloudFormation takes fewer


def intrinsic(node: Any, source: Path) -> tuple[str, Any, Path] | None:
    """The name, the argument and its place, if a value is a function; else None."""
    if type(node) is Unknown and node.tag:
        name = node.tag.lstrip("!")
        return (name if name in SHORT or name.startswith("Fn::") else f"Fn::{name}"), node.value, source
    if type(node) is dict and len(node) == 1:
        [(key, argument)] = node.items()
        if type(key) is str and (key in SHORT or (key.startswith("Fn::") and not key.startswith("Fn::ForEach::"))):
            return key, argument, (*source, key)
    return None


class Evaluation:
    """What is known in one case of a template.

    ``values`` are those of parameters, ``truths`` those of conditions; what is not there is not known. ``names`` are
    the places of names of conditions, parameters, resources and maps that have been met, ``references`` the names to
    which there are references, with their places.
    """

    __slots__ = ("_depth", "names", "references", "template", "truths", "values")

    def __init__(self, template: Mapping[Any, Any], values: Mapping[str, Any], truths: Mapping[str, bool]) -> None:
        self.template = template
        self.values = values
        self.truths = truths
        self.names: list[Path] = []
        self.references: list[tuple[Any, Path]] = []
        self._depth = 0

    def value(self, node: Any, source: Path) -> tuple[Any, Path]:
        """The value of a node, in which there may be functions, and where it stands; or ABSENT."""
        found = intrinsic(node, source)
        if found is None:
            if type(node) is str and node.startswith("{{resolve:"):
                return Unknown(node), source
            return node, source
        name, argument, at = found
        if self._depth >= MOST_NESTED:
            return unknown(name, argument), source
        self._depth += 1
        try:
            if name == "Fn::If":
                return self._chosen(argument, at, source)
            return self._computed(name, argument, at), source
        finally:
            self._depth -= 1

    def _chosen(self, argument: Any, at: Path, source: Path) -> tuple[Any, Path]:
        if type(argument) is not list or len(argument) != 3 or type(argument[0]) is not str:
            return unknown("Fn::If", argument), source
        self.names.append((*at, 0))
        truth = self.truths.get(argument[0])
        if truth is None:
            return unknown("Fn::If", argument), source
        branch = 1 if truth else 2
        return self.value(argument[branch], (*at, branch))

    def _computed(self, name: str, argument: Any, at: Path) -> Any:
        if name in ("Ref", "Fn::GetAtt"):
            self.names.append(at)
            self.references.append((referred(argument), at))
        if name == "Ref":
            return self._reference(argument)
        if name == "Fn::Sub":
            return self._substituted(argument, at)
        if name == "Fn::Join":
            return self._joined(argument, at)
        if name == "Fn::FindInMap":
            return self._found(argument, at)
        if name in ("Fn::Select", "Fn::Split"):
            return self._part(name, argument, at)
        if name == "Fn::GetAtt" and type(argument) in (str, list):
            return reference(argument if type(argument) is str else ".".join(map(text_of, argument)))
        return unknown(name, argument)

    def _reference(self, name: Any) -> Any:
        if name == "AWS::NoValue":
            return ABSENT
        if type(name) is not str:
            return unknown("Ref", name)
        return self.values.get(name, reference(name))

    def _substituted(self, argument: Any, at: Path) -> Any:
        text, own = argument, {}
        if type(argument) is list and argument:
            text = argument[0]
            own = argument[1] if len(argument) > 1 and type(argument[1]) is dict else {}
        literal: Callable[[str], Any] = str
        if type(text) is Unknown:  # a placeholder was found in it, which need not be one of Sub
            text, literal = text.raw, lifted
        if type(text) is not str:
            return unknown("Fn::Sub", argument)
        known: dict[str, Any] = {}
        pieces: list[Any] = []
        first, *rest = text.split("${")
        pieces.append(literal(first))
        for part in rest:
            name, brace, behind = part.partition("}")
            name = name.strip()
            if not brace or name.startswith("!"):
                pieces.append(f"${{{part[1:] if name.startswith('!') else part}")
                continue
            if name in own:
                if name not in known:
                    known[name] = self.value(own[name], (*at, 1, name))[0]
                pieces.append(known[name])
            else:
                pieces.append(self.values.get(name, reference(name)))
            pieces.append(literal(behind))
        return concatenated(pieces, unknown("Fn::Sub", argument))

    def _joined(self, argument: Any, at: Path) -> Any:
        later = unknown("Fn::Join", argument)
        if type(argument) is not list or len(argument) != 2 or type(argument[0]) is not str:
            return later
        items, at = self.value(argument[1], (*at, 1))
        if type(items) is not list:
            return later
        pieces: list[Any] = []
        for index, item in enumerate(items):
            value = self.value(item, (*at, index))[0]
            if value is ABSENT:
                continue
            pieces += [argument[0], value] if pieces else [value]
        return concatenated(pieces, later)

    def _found(self, argument: Any, at: Path) -> Any:
        later = unknown("Fn::FindInMap", argument)
        if type(argument) is not list or len(argument) < 3:
            return later
        self.names += [(*at, index) for index in range(3) if type(argument[index]) is str]
        found = self.template.get("Mappings", {})
        for index, part in enumerate(argument[:3]):
            key = self.value(part, (*at, index))[0]
            found = member(found, key)
            if found is None:
                return later
        return later if type(found) is dict else found

    def _part(self, name: str, argument: Any, at: Path) -> Any:
        if type(argument) is not list or len(argument) != 2:
            return unknown(name, argument)
        first = self.value(argument[0], (*at, 0))[0]
        second, at = self.value(argument[1], (*at, 1))
        if name == "Fn::Split":
            known = type(first) is str and first and type(second) is str
            return second.split(first) if known else unknown(name, argument)
        index = int(first) if type(first) in (int, str) and str(first).isdecimal() else -1
        if type(second) is list and 0 <= index < len(second):
            return self.value(second[index], (*at, index))[0]
        return unknown(name, argument)


def referred(argument: Any) -> Any:
    """The name in the argument of a reference, without an attribute."""
    first = argument[0] if type(argument) is list and argument else argument
    return first.partition(".")[0] if type(first) is str else first


def reference(name: str) -> Unknown:
    """What a name stands for, with or without the name of an attribute behind a dot, which is known later."""
    return Unknown(f"<{name}>")  # a placeholder that is no variable of a shell


def unknown(function: str, argument: Any) -> Unknown:
    """What a function gives that is known later; the same for the same argument, of which it tells nothing."""
    return Unknown(f"<{function.removeprefix('Fn::')} {crc32(repr(argument).encode('utf-8', 'surrogatepass')):08x}>")


def member(around: Any, key: Any) -> Any:
    """A member of a map, whose keys YAML may take for numbers."""
    if type(around) is not dict or type(key) not in SCALARS:
        return None
    return around.get(key, around.get(text_of(key)))


def concatenated(pieces: list[Any], later: Unknown) -> Any:
    """A text made of pieces; where one is not known, an unknown value with what stands before and behind.

    ``later`` where a piece is no text, or the text is longer than ECS takes any.
    """
    if not all(type(piece) in (*SCALARS, Unknown) for piece in pieces):
        return later
    texts = [piece.raw if type(piece) is Unknown else text_of(piece) for piece in pieces]
    if sum(map(len, texts)) > MOST_TEXT:
        return later
    gaps = [index for index, piece in enumerate(pieces) if type(piece) is Unknown]
    if not gaps:
        return "".join(texts)
    first, last = gaps[0], gaps[-1]
    before = "".join(texts[:first]) + pieces[first].prefix
    return Unknown("".join(texts), before, pieces[last].suffix + "".join(texts[last + 1 :]))


def lifted(text: str) -> str | Unknown:
    """A text, or the unknown value that it stands for if it holds a placeholder."""
    from ecslint.syntax import placeholders

    return placeholders.read(text, placeholders.WEAK) or text


def text_of(value: Any) -> str:
    """A value as CloudFormation writes it into a text."""
    if type(value) is Unknown:
        return value.raw
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) is list:
        return ",".join(map(text_of, value))
    return str(value)
