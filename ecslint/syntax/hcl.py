"""Texts in HCL, Terraform's language, with their positions.

They are read by tree-sitter, which the extra ``terraform`` brings.

Blocks become objects, literals values, and all other expressions unknown values with a tag: ``!Ref`` with a name,
``!If`` with a condition and two branches, ``!Join`` with the parts of a text, ``!Equals``, ``!Not``, ``!And`` and
``!Or``, and the name of a function with its arguments. So they look as functions in templates of CloudFormation do.
JSON in lines is an argument of ``!heredoc``, and what is filled in there without quotes of ``!bare``.
"""

from __future__ import annotations

from binascii import crc32

from ecslint.model import Node, Scan, Unknown
from ecslint.syntax import placeholders
from ecslint.syntax.interpolation import containers, moved, plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

#: Marks the data of such a text; no other data has an unknown key with this text.
MARK = Unknown("hcl")

MOST_NESTED = 100  # expressions and blocks in one another

#: Functions whose value is known where their arguments are.
FUNCTIONS = frozenset(("file", "jsonencode", "templatefile"))

#: Parts of names of what nobody may see.
TELLING = ("key", "pass", "pwd", "secret", "token")

#: The operators of conditions, and the tag that stands for each.
OPERATORS = {"==": "!Equals", "!=": "!Equals", "&&": "!And", "||": "!Or"}

ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}

MOST_DIGITS = 19  # of a number that is read exactly
MOST_NUMBER = 1e300
EXACT = 2**53

MOST_SHOWN = 80  # characters of an expression that stands for what it gives

#: Blocks whose labels lead to them: the kind, and how many labels there are.
LABELS = {"data": 2, "resource": 2, "variable": 1, "locals": 0}


class Unparsed(Exception):
    """A text that is no HCL; ``start`` is where that shows."""

    def __init__(self, start: int) -> None:
        super().__init__(start)
        self.start = start


def is_there() -> bool:
    """Whether texts can be read: whether somebody has installed the extra."""
    try:
        import tree_sitter  # noqa: F401 - that it is there
        import tree_sitter_hcl  # noqa: F401 - and this
    except ImportError:
        return False
    return True


def scan(text: str) -> Scan:
    """The resources, variables and local values of a text. Raises Unparsed."""
    import tree_sitter
    import tree_sitter_hcl

    raw = text.encode("utf-8", "surrogatepass")
    language = tree_sitter.Language(tree_sitter_hcl.language())
    tree = tree_sitter.Parser(language).parse(raw)
    reader = Reader(text, raw)
    if tree.root_node.has_error:
        raise Unparsed(reader.offset(first_error(tree.root_node)))
    data, root = reader.file(tree.root_node)
    return Scan(data, root, [])


def first_error(node: Any) -> int:
    """Where a tree first shows that its text is wrong."""
    while inner := next((child for child in node.children if child.has_error or child.is_missing), None):
        node = inner
    return int(node.children[-1].end_byte if node.children else node.start_byte)


def named(node: Any) -> list[Any]:
    """The children of a node, without signs and comments."""
    return [child for child in node.named_children if child.type != "comment"]


class Reader:
    """Makes values of the nodes of tree-sitter, which count bytes."""

    def __init__(self, text: str, raw: bytes) -> None:
        self.text = text
        self.raw = raw
        self.offsets: list[int] | None = None
        if len(raw) != len(text):
            lengths = [len(sign.encode("utf-8", "surrogatepass")) for sign in text]
            self.offsets = [index for index, length in enumerate(lengths) for _ in range(length)]
            self.offsets.append(len(text))

    def offset(self, byte: int) -> int:
        """The offset of a character."""
        return byte if self.offsets is None else self.offsets[byte]

    def written(self, node: Any) -> str:
        """The text of a node."""
        return self.text[self.offset(node.start_byte) : self.offset(node.end_byte)]

    def between(self, first: Any, second: Any) -> str:
        """The text between two nodes, blanks included, which tree-sitter leaves out."""
        return self.text[self.offset(first.end_byte) : self.offset(second.start_byte)]

    def place(self, node: Any, key: Any = None) -> Node:
        """Where a value stands, and its key."""
        keys = (-1, -1) if key is None else (self.offset(key.start_byte), self.offset(key.end_byte))
        return Node(self.offset(node.start_byte), self.offset(node.end_byte), *keys)

    def file(self, node: Any) -> tuple[dict[Any, Any], Node]:
        """The blocks of a file that matter, by their kinds and labels."""
        data: dict[Any, Any] = {MARK: True}
        root = self.place(node)
        for block in (block for body in named(node) if body.type == "body" for block in named(body)):
            head, *labels = [child for child in named(block) if child.type in ("identifier", "string_lit")]
            kind = self.written(head)
            if block.type != "block" or LABELS.get(kind) != len(labels):
                continue
            around, at = data, root
            for label in (head, *labels):
                name = self.written(label).strip('"')
                around = around.setdefault(name, {})
                at = at.children.setdefault(name, self.place(block, label))
            self._body(block, around, at, 0)
        return data, root

    def _body(self, block: Any, data: dict[Any, Any], at: Node, depth: int) -> None:
        for item in (item for body in named(block) if body.type == "body" for item in named(body)):
            children = named(item)
            key = children[0]
            name = self.written(key)
            if item.type == "attribute":
                data[name], at.children[name] = self.expression(children[-1], key, depth + 1)
            elif item.type == "block" and name == "dynamic" and len(children) > 1:
                label = self.written(children[1]).strip('"')
                made = Unknown(f"<dynamic {label}>")  # blocks of this label, or none
                data[made] = made
            elif item.type == "block" and depth < MOST_NESTED and type(data.setdefault(name, [])) is list:
                inner = self.place(item, key)
                at.children.setdefault(name, self.place(item, key)).children[len(data[name])] = inner
                data[name].append({})
                self._body(item, data[name][-1], inner, depth + 1)

    def expression(self, node: Any, key: Any = None, depth: int = 0) -> tuple[Any, Node]:
        """The value of an expression, and where it stands."""
        at = self.place(node, key)
        children = named(node)
        if depth > MOST_NESTED or not children:
            return self._unknown(node), at
        first = children[0]
        if len(children) == 1:
            if first.type == "expression":  # in parentheses
                value, inner = self.expression(first, None, depth + 1)
                at.children = inner.children
                return value, at
            read = getattr(self, f"_{first.type}", None)
            return (self._unknown(node) if read is None else read(first, at, depth + 1)), at
        if first.type == "variable_expr":
            return self._reference(node, children), at
        return self._unknown(node), at

    def _unknown(self, node: Any) -> Unknown:
        """What an expression stands for that is not read: the same for the same text."""
        text = " ".join(self.written(node).split())
        return Unknown(f"<expression {crc32(text.encode('utf-8', 'surrogatepass')):08x}>")

    def _reference(self, node: Any, children: list[Any]) -> Unknown:
        names = [self.written(child).lstrip(".") for child in children if child.type in ("variable_expr", "get_attr")]
        plain = len(names) == len(children)
        if plain and names[0] == "path" and len(names) == 2:
            return Unknown(f"<{'.'.join(names)}>")
        if plain and len(names) == 2 and names[0] in ("var", "local"):
            name = ".".join(names)
            return Unknown(f"<{name}>", tag="!Ref", value=name)
        if plain and len(names) == 4 and names[:2] == ["data", "template_file"] and names[3] == "rendered":
            return Unknown(f"<{'.'.join(names)}>", tag="!rendered", value=names[2])
        if len(names) > 2 and "_" in names[0] and children[1].type == "get_attr":  # an attribute of a resource
            return Unknown(f"<{names[0]}/{names[1]}.{'.'.join(names[2:])}>")
        return self._unknown(node)

    def _variable_expr(self, node: Any, at: Node, depth: int) -> Any:  # noqa: ARG002 - called like the others
        return Unknown(f"<{self.written(node)}>")

    def _literal_value(self, node: Any, at: Node, depth: int) -> Any:  # noqa: ARG002 - called like the others
        [literal] = named(node)
        if literal.type == "string_lit":
            return unescaped(self.between(literal.children[0], literal.children[-1]))
        text = self.written(literal)
        return {"true": True, "false": False, "null": None}[text] if text.isalpha() else number(text)

    def _collection_value(self, node: Any, at: Node, depth: int) -> Any:
        [collection] = named(node)
        if collection.type == "tuple":
            items = [item for item in named(collection) if item.type == "expression"]
            values = []
            for index, item in enumerate(items):
                value, at.children[index] = self.expression(item, None, depth)
                values.append(value)
            return values
        found: dict[Any, Any] = {}
        for element in (item for item in named(collection) if item.type == "object_elem"):
            first, last = [child for child in named(element) if child.type == "expression"]
            name = self._key(first, depth)
            value, inner = self.expression(last, first, depth)
            found[name] = value
            if type(name) is str:
                at.children[name] = inner
        return found

    def _key(self, node: Any, depth: int) -> Any:
        children = named(node)
        if len(children) == 1 and children[0].type == "variable_expr":
            return self.written(node)
        value, _ = self.expression(node, None, depth)
        return value if type(value) is str else Unknown(f"<key {self.written(node)[:MOST_SHOWN]}>")

    def _template_expr(self, node: Any, at: Node, depth: int) -> Any:
        [template] = named(node)
        if any(child.type == "template_directive" for child in template.children):
            return self._unknown(node)
        if template.type == "heredoc_template":
            pieces = [
                child for child in named(template) if child.type in ("template_literal", "template_interpolation")
            ]
            return self._heredoc(pieces, at)
        filled = [child for child in template.children if child.type == "template_interpolation"]
        parts: list[Any] = []
        last = template.children[0]
        for piece in filled:
            inner = [child for child in named(piece) if child.type == "expression"]
            parts.append(unescaped(self.between(last, piece)))
            parts.append(self.expression(inner[0], None, depth)[0] if inner else "")
            last = piece
        parts.append(unescaped(self.between(last, template.children[-1])))
        if len(parts) == 3 and parts[0] == parts[2] == "":  # `"${x}"` is x
            value, whole = self.expression(inner[0], None, depth)
            at.children = whole.children
            return value
        return Unknown(f"<{self.written(node)[:MOST_SHOWN]}>", tag="!Join", value=["", parts])

    def _heredoc(self, pieces: list[Any], at: Node) -> Any:
        """A text in lines; if it is JSON, that is an argument of the function ``heredoc``, with its own positions."""
        if not pieces:
            return ""
        start, end = self.offset(pieces[0].start_byte), self.offset(pieces[-1].end_byte)
        text = self.text[start:end]
        for piece in pieces:
            if piece.type == "template_interpolation":
                low, high = self.offset(piece.start_byte) - start, self.offset(piece.end_byte) - start
                text = text[:low] + plain(text[low:high]) + text[high:]
        data, root = containers(text)
        if data is None:
            return Unknown(f"<heredoc {start}>")
        assert root is not None
        at.children[0] = moved(root, start)
        return Unknown(f"<heredoc {start}>", tag="!heredoc", value=[data])

    def _function_call(self, node: Any, at: Node, depth: int) -> Any:
        name, *rest = named(node)
        function = self.written(name)
        if function not in FUNCTIONS:
            return self._unknown(node)
        arguments = [item for given in rest for item in named(given) if item.type == "expression"]
        values = []
        for index, argument in enumerate(arguments):
            value, at.children[index] = self.expression(argument, None, depth)
            values.append(value)
        if function == "jsonencode":
            placeholders.lift(values)
        return Unknown(f"<{self.written(node)[:MOST_SHOWN]}>", tag=f"!{function}", value=values)

    def _conditional(self, node: Any, at: Node, depth: int) -> Any:
        """A conditional. tree-sitter takes ``a ? b : c ? d : e`` for ``(a ? b : c) ? d : e``; Terraform does not."""
        parts: list[Any] = []
        first = node
        while first is not None:
            asked, *branches = [child for child in named(first) if child.type == "expression"]
            parts[:0] = branches
            inner = asked.named_children
            first = inner[0] if len(asked.children) == 1 and inner and inner[0].type == "conditional" else None
        return self._chain([asked, *parts], at, depth)

    def _chain(self, parts: list[Any], at: Node, depth: int) -> Any:
        """The first of some conditionals of which each is the other branch of the one before."""
        asked, one, *others = parts
        values = []
        for index, part in enumerate((asked, one)):
            value, at.children[index] = self.expression(part, None, depth)
            values.append(value)
        if len(others) == 1 or depth > MOST_NESTED:
            value, at.children[2] = self.expression(others[0], None, depth)
        else:
            at.children[2] = Node(self.offset(others[0].start_byte), self.offset(others[-1].end_byte))
            value = self._chain(others, at.children[2], depth + 1)
        text = " ".join(self.written(asked).split())
        if not any(word in text.lower() for word in TELLING):  # else what is compared may be hidden
            text = text.replace("==", "is").replace("!=", "is not")
        end = self.offset(parts[-1].end_byte)
        written = self.text[self.offset(asked.start_byte) : end]
        return Unknown(f"<{written[:MOST_SHOWN]}>", tag="!If", value=[*values, value, text])

    def _operation(self, node: Any, at: Node, depth: int) -> Any:  # noqa: ARG002 - called like the others
        [operation] = named(node)
        sign = next((child.type for child in operation.children if not child.is_named and child.type not in "()"), "")
        sides = list(self._sides(operation, depth))
        if operation.type == "unary_operation":
            if sign == "-" and type(sides[0]) in (int, float):
                return -sides[0]
            return Unknown(f"<{self.written(node)}>", tag="!Not", value=sides) if sign == "!" else self._unknown(node)
        tag = OPERATORS.get(sign)
        if tag is None or len(sides) != 2:
            return self._unknown(node)
        made = Unknown(f"<{self.written(node)}>", tag=tag, value=sides)
        return Unknown(f"<!{self.written(node)}>", tag="!Not", value=[made]) if sign == "!=" else made

    def _sides(self, operation: Any, depth: int) -> Iterator[Any]:
        """The values on both sides of an operator; a side is a node, or a name and the attributes behind it."""
        groups: list[list[Any]] = [[]]
        for child in operation.children:
            if child.type == "comment":
                continue
            if child.is_named:
                groups[-1].append(child)
            elif child.type not in "()":
                groups.append([])
        for group in filter(None, groups):
            first = group[0]
            if len(group) > 1 and first.type == "variable_expr":
                yield self._reference(operation, group)
            elif len(group) == 1 and first.type == "expression":
                yield self.expression(first, None, depth)[0]
            elif len(group) == 1 and depth <= MOST_NESTED and hasattr(self, f"_{first.type}"):
                yield getattr(self, f"_{first.type}")(first, Node(0, 0), depth + 1)
            else:
                yield self._unknown(operation)


def number(text: str) -> int | float:
    """The number that a literal is: 512.0 is 512. One that is too large for ECS is not told exactly."""
    if text.isdecimal() and len(text) < MOST_DIGITS:
        return int(text)
    value = min(float(text), MOST_NUMBER)
    return int(value) if value.is_integer() and value < EXACT else value


def unescaped(text: str) -> str:
    """A literal text as it is meant."""
    found, rest = "", text.replace("$${", "${").replace("%%{", "%{")
    while "\\" in rest:
        before, _, rest = rest.partition("\\")
        length = {"u": 5, "U": 9}.get(rest[:1], 1)
        code = rest[:length]
        try:
            found += before + (chr(int(code[1:], 16)) if length > 1 else ESCAPES.get(code, code))
        except (ValueError, OverflowError):
            found += before + code
        rest = rest[length:]
    return found + rest
