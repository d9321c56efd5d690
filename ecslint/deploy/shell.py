"""The simple commands of a shell script: words without quotes, in the order in which they stand.

Only as much of the shell is known as it takes to tell commands from comments, strings and the text of here-documents.
A script that cannot be followed is Unclear. The time is linear in the length of the script.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re

DEEPEST = 20  # commands in commands

#: What ends a word, and what ends a command.
BLANKS = " \t\r"
ENDS = "\n;&|()"
PLAIN = r"[^\s;&|()<>'\"`\\$#{]+"
EXPRESSION = r"\$\{\{([^{}\n]{0,500})\}\}"
VARIABLE = r"\$\{(\w+)\}|\$(\w+)"

#: Words before the name of a command.
LEADING = frozenset(
    ("if", "then", "elif", "else", "do", "while", "until", "!", "{", "time", "sudo", "exec", "command", "env", "nohup")
)
ASSIGNMENT = r"(\w+)=(.*)"


class Unclear(Exception):
    """A script that is not followed."""


class Command:
    """A simple command: its ``words``, the first of which is its name, and the files that it is redirected ``into``.

    ``source`` is the file that it reads instead of standard input. ``values`` are assignments before it, ``depth`` is
    the number of subshells around it. Variables are not filled in; those in single quotes are none, and told by NUL.
    """

    __slots__ = ("depth", "into", "source", "values", "words")

    def __init__(self, depth: int) -> None:
        self.words: list[str] = []
        self.into: list[str] = []
        self.source = ""
        self.values: list[tuple[str, str]] = []
        self.depth = depth


def parse(script: str) -> tuple[list[Command], set[str]]:
    """The commands of a script, those in ``$(…)`` before the one around, and its functions. Raises Unclear."""
    reader = Reader(script)
    reader.sequence("", 0)
    for command in reader.found:
        lead(command)
    found = [command for command in reader.found if command.words or command.into or command.values]
    return found, reader.functions


def lead(command: Command) -> None:
    """Take from a command what stands before its name."""
    import re

    words = command.words
    start = 0
    while start < len(words):
        match = re.match(ASSIGNMENT, words[start], re.DOTALL)
        if match is not None:
            command.values.append((match[1], match[2]))
        elif words[start] not in LEADING and not (start and words[start - 1] == "sudo" and words[start][:1] == "-"):
            break
        start += 1
    command.words = words[start:]


class Reader:
    """A reader of a script, at an offset."""

    __slots__ = ("_expression", "_plain", "found", "functions", "pos", "text", "waiting")

    def __init__(self, text: str) -> None:
        import re

        self.text = text.replace("\\\r\n", "").replace("\\\n", "")
        self.pos = 0
        self.found: list[Command] = []
        self.functions: set[str] = set()
        self.waiting: list[tuple[str, bool]] = []  # here-documents that begin behind this line
        self._plain: re.Pattern[str] = re.compile(PLAIN)
        self._expression: re.Pattern[str] = re.compile(EXPRESSION)

    def sequence(self, end: str, depth: int) -> None:
        """Read commands up to a character, or to the end of the text."""
        if depth > DEEPEST:
            raise Unclear
        command = Command(depth)
        while self.pos < len(self.text):
            char = self.text[self.pos]
            if char == end:
                self.pos += 1
                break
            if char in BLANKS:
                self.pos += 1
            elif char == "#":
                self.pos = self._line_end()
            elif char in "<>" or (char == "&" and self.text.startswith(">", self.pos + 1)):
                self._redirection(command, depth)
            elif char not in ENDS:
                self._take(command, self._word(end, depth))
            else:
                command = self._end(command, char, depth)
        self.found.append(command)

    def _take(self, command: Command, word: str) -> None:
        """Add a word, unless it is the number of a stream."""
        if not (word.isdigit() and self.text[self.pos : self.pos + 1] in ("<", ">")):
            command.words.append(word)

    def _end(self, command: Command, char: str, depth: int) -> Command:
        """Go behind what ends a command; the next one."""
        self.pos += 1
        if char == "(" and self.text.startswith("(", self.pos):
            self._skip_sum()
            return command
        if char == "(":
            if self.text.startswith(")", self.pos):  # the name of a function
                self.pos += 1
                self.functions.update(command.words[-1:])
                return Command(depth)
            self.found.append(command)
            self.sequence(")", depth + 1)
            return Command(depth)
        if char == "\n":
            self._skip_documents()
        self.found.append(command)
        return Command(depth)

    def _skip_sum(self) -> None:
        """Go behind a calculation, ``((…))``."""
        close = self.text.find("))", self.pos)
        if close < 0:
            raise Unclear
        self.pos = close + 2

    def _line_end(self) -> int:
        end = self.text.find("\n", self.pos)
        return len(self.text) if end < 0 else end

    def _skip_documents(self) -> None:
        """Go behind the here-documents that begin in this line."""
        for word, tabs in self.waiting:
            while self.pos < len(self.text):
                end = self._line_end()
                line = self.text[self.pos : end].removesuffix("\r")
                self.pos = end + 1
                if (line.lstrip("\t") if tabs else line) == word:
                    break
        self.waiting = []

    def _redirection(self, command: Command, depth: int) -> None:
        """Read ``> file``, ``< file``, ``<< WORD``, ``<<< text`` and the like."""
        start = self.pos
        while self.text[self.pos : self.pos + 1] in ("<", ">", "&", "|") and self.pos - start < 3:
            self.pos += 1
        sign = self.text[start : self.pos]
        if sign in ("<", ">") and self.text.startswith("(", self.pos):  # a process in the place of a file
            self.pos += 1
            self.sequence(")", depth + 1)
            command.words.append("$()")
            return
        tabs = sign == "<<" and self.text.startswith("-", self.pos)
        self.pos += tabs
        while self.text[self.pos : self.pos + 1] in (" ", "\t"):
            self.pos += 1
        if self.text[self.pos : self.pos + 1] in ("", *ENDS):
            return
        word = self._word("", depth)
        if sign == "<<":
            self.waiting.append((word, tabs))
        elif sign == "<":
            command.source = word
        elif ">" in sign and not (sign.endswith("&") and (word.isdigit() or word == "-")):
            command.into.append(word)

    def _word(self, end: str, depth: int) -> str:
        """Read a word; without quotes, but for what is filled in."""
        parts: list[str] = []
        while self.pos < len(self.text):
            plain = self._plain.match(self.text, self.pos)
            if plain is not None:
                parts.append(plain.group())
                self.pos = plain.end()
                continue
            char = self.text[self.pos]
            if char == end or char in BLANKS or char in ENDS or char in "<>":
                break
            parts.append(self._piece(char, depth))
        return "".join(parts)

    def _piece(self, char: str, depth: int) -> str:
        """Read what begins with a special character."""
        if char == "'":
            close = self.text.find("'", self.pos + 1)
            if close < 0:
                raise Unclear
            text = self.text[self.pos + 1 : close]
            self.pos = close + 1
            return text.replace("$", "\0")
        if char == '"':
            return self._quoted(depth)
        if char in "$`":
            return self._expansion(char, depth)
        self.pos += 1
        if char == "\\":
            self.pos += 1
            return self.text[self.pos - 1 : self.pos].replace("$", "\0")
        return char

    def _quoted(self, depth: int) -> str:
        """Read a text in double quotes."""
        self.pos += 1
        parts: list[str] = []
        while self.pos < len(self.text):
            char = self.text[self.pos]
            if char == '"':
                self.pos += 1
                return "".join(parts)
            if char in "$`":
                parts.append(self._expansion(char, depth))
                continue
            self.pos += 1
            if char == "\\":
                char = self.text[self.pos : self.pos + 1].replace("$", "\0")
                self.pos += 1
            parts.append(char)
        raise Unclear

    def _expansion(self, char: str, depth: int) -> str:
        """Read ``$NAME``, ``${…}``, ``$(…)``, a command in backquotes, or an expression of a workflow."""
        start = self.pos
        expression = self._expression.match(self.text, start)
        if expression is not None:
            self.pos = expression.end()
            return "${{" + expression[1].strip() + "}}"
        self.pos += 1
        if char == "`":
            self.sequence("`", depth + 1)
            return "$(" + self.text[start + 1 : self.pos - 1].strip() + ")"
        if self.text.startswith("((", self.pos):
            self._skip_sum()
        elif self.text.startswith("(", self.pos):
            self.pos += 1
            self.sequence(")", depth + 1)
        elif self.text.startswith("{", self.pos):
            close = self.text.find("}", self.pos)
            if close < 0:
                raise Unclear
            self.pos = close + 1
        return self.text[start : self.pos]
