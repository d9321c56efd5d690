"""The cluster query language of placement constraints: a parser, and what can be told without a cluster."""

from __future__ import annotations

from ecslint import paths
from ecslint.checks import check
from ecslint.checks.fields import PATH_OPTION
from ecslint.masking import Quoted
from ecslint.model import Hit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any, NoReturn, TypeAlias

    Tree: TypeAlias = "Comparison | Joined"

#: Every operator, and the sign that stands for it here.
OPERATORS = {
    **dict.fromkeys(("==", "equals"), "=="),
    **dict.fromkeys(("!=", "not_equals"), "!="),
    **dict.fromkeys((">", "greater_than"), ">"),
    **dict.fromkeys((">=", "greater_than_equal"), ">="),
    **dict.fromkeys(("<", "less_than"), "<"),
    **dict.fromkeys(("<=", "less_than_equal"), "<="),
    **dict.fromkeys(("=~", "matches"), "=~"),
    **dict.fromkeys(("!~", "not_matches"), "!~"),
    "in": "in",
    **dict.fromkeys(("!in", "not_in"), "!in"),
    "exists": "exists",
    **dict.fromkeys(("!exists", "not_exists"), "!exists"),
}
ORDER = ("==", "!=", ">", ">=", "<", "<=")
TEXT = ("==", "!=", "in", "!in", "=~", "!~")

#: What can be compared besides attributes, and how.
FIELDS = {
    "agentConnected": TEXT,
    "agentVersion": ORDER,
    "ec2InstanceId": TEXT,
    "registeredAt": ORDER,
    "runningTasksCount": ORDER,
    "task:group": TEXT,
}
ATTRIBUTE = "attribute:"
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
NAME = LETTERS + "0123456789./\\-:"
SIGNS = "=!<>~&|"
BLANKS = " \t\r\n"

#: How deep parentheses and negations may nest before an expression is left alone.
DEPTH_LIMIT = 50


class Comparison:
    """``subject operator arguments``; ``in`` has any number of arguments, ``exists`` none, the others one."""

    __slots__ = ("arguments", "operator", "subject")

    def __init__(self, subject: str, operator: str, arguments: tuple[str, ...]) -> None:
        self.subject = subject
        self.operator = operator
        self.arguments = arguments

    def __repr__(self) -> str:
        return " ".join((self.subject, self.operator, *map(repr, self.arguments)))


class Joined:
    """Expressions under ``and``, ``or`` or ``not``; ``not`` has one part."""

    __slots__ = ("operator", "parts")

    def __init__(self, operator: str, parts: tuple[Tree, ...]) -> None:
        self.operator = operator
        self.parts = parts

    def __repr__(self) -> str:
        return f"({self.operator} {' '.join(map(repr, self.parts))})"


class Unreadable(Exception):
    """An expression does not parse: the column (from 1), what was expected there and what was found."""

    def __init__(self, column: int, expected: str, found: str) -> None:
        super().__init__(column, expected, found)
        self.column = column
        self.expected = expected
        self.found = found


class TooDeep(Exception):
    """An expression nests too deeply to be read."""


def parse(expression: str) -> Tree:
    """The tree of an expression. Raises Unreadable, or TooDeep when it nests beyond DEPTH_LIMIT."""
    reader = Reader(expression)
    tree = reader.alternatives(0)
    if reader.place < len(expression):
        reader.fail("`and`, `or` or the end")
    return tree


class Reader:
    """Reads an expression from left to right. Each method leaves ``place`` behind what it has read, and blanks."""

    __slots__ = ("place", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0
        self.run(BLANKS)

    def run(self, characters: str) -> str:
        """The text from here as far as it consists of these characters."""
        start = self.place
        while self.place < len(self.text) and self.text[self.place] in characters:
            self.place += 1
        return self.text[start : self.place]

    def take(self, *texts: str) -> bool:
        """Read one of these texts if it stands here; a word must not go on."""
        for text in texts:
            end = self.place + len(text)
            whole = not text.isalpha() or (self.text[end : end + 1] or " ") not in NAME
            if self.text[self.place : end].lower() == text and whole:
                self.place = end
                self.run(BLANKS)
                return True
        return False

    def fail(self, expected: str) -> NoReturn:
        """Raise Unreadable for what stands here."""
        start = self.place
        found = self.run(NAME)[:30] or self.run(SIGNS) or self.text[start : start + 1]
        raise Unreadable(start + 1, expected, f"`{found}`" if found else "the end")

    def alternatives(self, depth: int) -> Tree:
        """Expressions joined by ``or``."""
        parts = [self.conjunction(depth)]
        while self.take("||", "or"):
            parts.append(self.conjunction(depth))
        return parts[0] if len(parts) == 1 else Joined("or", tuple(parts))

    def conjunction(self, depth: int) -> Tree:
        """Expressions joined by ``and``."""
        parts = [self.unary(depth)]
        while self.take("&&", "and"):
            parts.append(self.unary(depth))
        return parts[0] if len(parts) == 1 else Joined("and", tuple(parts))

    def unary(self, depth: int) -> Tree:
        """A comparison, a negation, or an expression in parentheses."""
        if depth > DEPTH_LIMIT:
            raise TooDeep
        if self.take("!", "not"):
            return Joined("not", (self.unary(depth + 1),))
        if not self.take("("):
            return self.comparison()
        tree = self.alternatives(depth + 1)
        if not self.take(")"):
            self.fail("`)`")
        return tree

    def comparison(self) -> Comparison:
        """A subject, an operator, and its arguments."""
        start = self.place
        subject = self.run(NAME)
        if subject not in FIELDS and (not subject.startswith(ATTRIBUTE) or subject == ATTRIBUTE):
            self.place = start
            self.fail("a subject such as `attribute:NAME`")
        self.run(BLANKS)
        operator = self.operator()
        if operator in ("exists", "!exists"):
            return Comparison(subject, operator, ())
        return Comparison(subject, operator, self.bracketed() if operator in ("in", "!in") else (self.argument(),))

    def operator(self) -> str:
        """The sign of an operator."""
        start = self.place
        two = self.text[start : start + 2]
        if two in OPERATORS and two != "in":
            self.place += 2
        elif self.text[start : start + 1] in ("<", ">"):
            self.place += 1
        else:
            self.run("!")
            self.run(LETTERS)
        operator = OPERATORS.get(self.text[start : self.place].lower())
        if operator is None:
            self.place = start
            self.fail("an operator such as `==` or `in`")
        self.run(BLANKS)
        return operator

    def bracketed(self) -> tuple[str, ...]:
        """``[a, b]``."""
        if not self.take("["):
            self.fail("a list in brackets")
        arguments = [self.argument(",]")]
        while self.take(","):
            arguments.append(self.argument(",]"))
        if not self.take("]"):
            self.fail("`,` or `]`")
        return tuple(arguments)

    def argument(self, ends: str = "") -> str:
        """A value, in quotes or without; the latter ends at a blank, at one of ``ends`` and where a group closes."""
        start = self.place
        quote = self.text[start : start + 1]
        if quote in ("'", '"'):
            end = self.text.find(quote, start + 1)
            if end < 0:
                raise Unreadable(start + 1, "a closing quote", "none")
            self.place = end + 1
            value = self.text[start + 1 : end]
        else:
            self.bare(BLANKS + ends)
            value = self.text[start : self.place]
            if not value:
                self.fail("a value")
        self.run(BLANKS)
        return value

    def bare(self, ends: str) -> None:
        """Pass over a value without quotes, which may be a regular expression with groups of its own."""
        opened = 0
        while self.place < len(self.text):
            letter = self.text[self.place]
            opened += (letter == "(") - (letter == ")")
            if letter in ends or opened < 0 or self.text[self.place : self.place + 2] in ("&&", "||"):
                return
            self.place += 1


def read(expression: Any) -> Tree | None:
    """The tree of an expression; None when there is none."""
    if type(expression) is not str or not expression:
        return None
    try:
        return parse(expression)
    except (Unreadable, TooDeep):
        return None


def comparisons(tree: Tree) -> Iterator[Comparison]:
    """All comparisons of a tree, from left to right."""
    if isinstance(tree, Comparison):
        yield tree
    else:
        for part in tree.parts:
            yield from comparisons(part)


@check(values=("column", "expected", "found"))
def placement_syntax(expression: Any) -> Iterator[Hit]:
    """A text is an expression of the cluster query language; an empty one is passed over."""
    if type(expression) is str and expression:
        try:
            parse(expression)
        except Unreadable as fault:
            values = {"column": fault.column, "expected": fault.expected, "found": fault.found}
            yield Hit((), values, own=("column", "expected"))
        except TooDeep:
            return


@check(values=("subject", "operator", "known"))
def placement_operators(expression: Any) -> Iterator[Hit]:
    """Each field is compared with an operator that it has; attributes have all of them."""
    tree = read(expression)
    for comparison in comparisons(tree) if tree is not None else ():
        known = FIELDS.get(comparison.subject)
        if known is not None and comparison.operator not in known:
            from ecslint.words import listed

            values = {"subject": comparison.subject, "operator": comparison.operator, "known": listed(known)}
            yield Hit((), values, own=("known", "operator"))


FACT = {
    "type": "object",
    "additionalProperties": False,
    "required": ["member", "prefix", "subject", "value"],
    "properties": {key: {"type": "string"} for key in ("member", "prefix", "subject", "value")},
}


@check(
    options={"items": PATH_OPTION, "platform": PATH_OPTION, "facts": {"type": "array", "items": FACT}},
    values=("stated",),
    follows=("items",),
    needs=("platform",),
)
def placement_possible(task: Any, *, items: str, platform: str, facts: Sequence[Mapping[str, str]]) -> Iterator[Hit]:
    """No expression that ``items`` reaches is false on every instance that the task's platform allows.

    A fact says: where the platform's ``member`` starts with ``prefix``, ``subject`` has the ``value``
    on all of these instances. Members of the platform that decide are related, and ``stated``.
    """
    held = task.get(platform) if type(task) is dict else None
    if type(held) is not dict:
        return
    stated = {}
    for fact in facts:
        value = held.get(fact["member"])
        if type(value) is str and value.startswith(fact["prefix"]):
            stated[fact["subject"]] = (fact["value"], fact["member"], value)
    for path, expression in paths.follow(task, items):
        tree = read(expression)
        if tree is None or holds(tree, {subject: value for subject, (value, _, _) in stated.items()}) is not False:
            continue
        from ecslint.words import listed

        used = dict.fromkeys(stated[c.subject][1:] for c in comparisons(tree) if c.subject in stated)
        related = [((platform, member), Quoted(f"{value} here", (platform, member))) for member, value in used]
        stated_here = Quoted(listed(value for _, value in used), related[0][0])
        yield Hit(path, {"stated": stated_here}, related=related)


def holds(tree: Tree, facts: Mapping[str, str]) -> bool | None:
    """Whether an expression is true on instances of which these facts are known; None when others decide."""
    if isinstance(tree, Comparison):
        return _compared(tree, facts.get(tree.subject))
    verdicts = [holds(part, facts) for part in tree.parts]
    if tree.operator == "not":
        return None if verdicts[0] is None else not verdicts[0]
    decisive = tree.operator == "or"
    return decisive if decisive in verdicts else None if None in verdicts else not decisive


def _compared(comparison: Comparison, value: str | None) -> bool | None:
    """Regular expressions are not judged, nor values that differ only in case."""
    operator = comparison.operator
    if value is None or operator not in ("==", "!=", "in", "!in"):
        return None
    found = value in comparison.arguments
    if not found and value.lower() in (argument.lower() for argument in comparison.arguments):
        return None
    return found if operator in ("==", "in") else not found
