"""User data: what the commands of a shell script write into a file, if it stands there literally.

Only as much of the shell is known as it takes: words and quotes, redirections, here-documents, ``echo``, ``printf``,
``cat`` and ``tee``. What is expanded stays as it is written, so that it is a placeholder to those who read it. A script
that cannot be followed is read up to there.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from ecslint.syntax.env import SEVERAL, Written
from ecslint.syntax.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


CLOUD_CONFIG = "#cloud-config"

#: Those of several parts that are scripts.
SCRIPT = pattern(r"^#!(?:(?!^--)[^\n]*\n?)*", re.MULTILINE)

BLANKS = " \t\r"
ENDS = "\n;&|()"
DEEPEST = 20  # expansions in expansions

#: Before the name of a command.
LEADING = frozenset(("sudo", "then", "else", "do", "!", "{", "command"))
SHELLS = frozenset(("bash", "sh", "/bin/bash", "/bin/sh"))
ASSIGNMENT = pattern(r"[A-Za-z_]\w*=")


#: How a line is compared with the delimiter of a here-document.
AS_IT_IS, TABS, INDENTED = "as it is", "without tabs", "indented"


class Lost(Exception):
    """The rest of a script cannot be followed."""


class Word:
    """A word as a command gets it, and the offset of each of its characters; ``quoted`` says that it had quotes."""

    __slots__ = ("_pieces", "offsets", "quoted")

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self.offsets: list[int] = []
        self.quoted = False

    @property
    def text(self) -> str:
        """All of it; joined once, since a word may be as long as the script."""
        if len(self._pieces) != 1:
            self._pieces = ["".join(self._pieces)]
        return self._pieces[0]

    def add(self, text: str, start: int) -> None:
        """Add characters that stand in the script as they are."""
        self._pieces.append(text)
        self.offsets.extend(range(start, start + len(text)))


class Command:
    """A simple command: its words, the files that it is redirected into, and the here-document that it reads."""

    __slots__ = ("body", "into", "piped", "words")

    def __init__(self, piped: Command | None) -> None:
        self.words: list[Word] = []
        self.into: list[str] = []
        self.body: Written | None = None
        self.piped = piped  # the command whose output it reads


def written(text: str, file: str) -> list[Written]:
    """What the commands of a text write into a file, in their order."""
    if text.startswith(CLOUD_CONFIG):
        from ecslint.syntax import cloudconfig

        return list(cloudconfig.written(text, file))
    if text.startswith(SEVERAL):
        spans = (found.span() for found in SCRIPT.finditer(text))
        return [one for start, end in spans for one in in_script(text, start, end, file)]
    return list(in_script(text, 0, len(text), file))


# --- scripts ----------------------------------------------------------------------------------------


def in_script(text: str, start: int, end: int, file: str) -> Iterator[Written]:
    """What a part of a text that is a script writes into a file."""
    for command in Reader(text, start, end).commands():
        if file in command.into or _is_tee(command, file):
            found = _output(command)
            if found is not None:
                yield found
        inner = _script_of(command)
        if inner is not None:
            yield from in_script(text, *inner, file)


def _script_of(command: Command) -> tuple[int, int] | None:
    """Where the script stands that a shell is given with ``-c``, if it stands in quotes as it is."""
    name, words = _name(command)
    if name not in SHELLS or len(words) < 2 or words[0].text != "-c" or not words[1].text:
        return None
    offsets = words[1].offsets
    start, end = offsets[0], offsets[-1] + 1
    return (start, end) if end - start == len(offsets) else None


def _name(command: Command) -> tuple[str, list[Word]]:
    """The name of a command and its arguments; without what stands before the name."""
    for at, word in enumerate(command.words):
        text = word.text
        is_option = text.startswith("-") and command.words[0].text == "sudo"
        if not (text in LEADING or ASSIGNMENT.match(text) or is_option):
            return text, command.words[at + 1 :]
    return "", []


def _is_tee(command: Command, file: str) -> bool:
    name, words = _name(command)
    return name == "tee" and any(word.text == file for word in words)


def _output(command: Command) -> Written | None:
    """What a command writes, if it stands in the script."""
    name, words = _name(command)
    while command.body is None and command.piped is not None and (name == "tee" or (name == "cat" and not words)):
        command = command.piped
        name, words = _name(command)
    if name in ("cat", "tee") and command.body is not None:
        return command.body if name == "tee" or all(word.text == "-" for word in words) else None
    if name == "tee" or (name == "cat" and not words):
        return None
    if name == "echo":
        return _echo(words)
    if name == "printf" and words and words[0].text == r"%s\n":
        return _joined(words[1:], "\n")
    if name == "printf" and len(words) == 1 and "%" not in words[0].text:
        return _unescaped(_joined(words, ""))
    return None


def _echo(words: Sequence[Word]) -> Written | None:
    escapes = False
    while words and not words[0].quoted and words[0].text in ("-n", "-e", "-E", "-ne", "-en"):
        escapes = escapes or "e" in words[0].text
        words = words[1:]
    found = _joined(words, " ")
    return _unescaped(found) if escapes else found


def _joined(words: Sequence[Word], between: str) -> Written:
    """Some words with a sign between each two, which stands where the script goes on behind the first one."""
    text = ""
    offsets: list[int] = []
    for word in words:
        if text:
            text += between
            offsets.append(offsets[-1] + 1)
        text += word.text
        offsets += word.offsets
    return Written(text, [*offsets, offsets[-1] + 1 if offsets else 0], alone=False)


def _unescaped(written: Written) -> Written | None:
    """A text with line ends for ``\\n``; None if it has other escapes."""
    text, offsets, at = "", [], 0
    while at < len(written.text):
        char = written.text[at]
        step = 1
        if char == "\\":
            if written.text[at + 1 : at + 2] != "n":
                return None
            char, step = "\n", 2
        text += char
        offsets.append(written.offsets[at])
        at += step
    return Written(text, [*offsets, written.offsets[at]], alone=False)


class Reader:
    """A reader of a part of a text as a script of the shell."""

    __slots__ = ("_lines", "end", "pos", "text", "waiting")

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text = text
        self.pos = start
        self.end = end
        self._lines: dict[tuple[str, str], list[tuple[int, int]]] = {}
        self.waiting: list[tuple[Command, Word, bool]] = []  # commands whose here-documents begin behind this line

    def commands(self) -> Iterator[Command]:
        """The commands of the script, line by line, up to where it cannot be followed."""
        found: list[Command] = []
        command = Command(None)
        try:
            while self.pos < self.end:
                char = self.text[self.pos]
                if char in BLANKS or self.text.startswith("\\\n", self.pos):
                    self.pos += 1 if char in BLANKS else 2
                elif char == "#":
                    self.pos = self._line_end()
                elif char in "<>" or self.text.startswith("&>", self.pos):
                    self._redirect(command)
                elif char not in ENDS:
                    self._take(command)
                else:
                    found.append(command)
                    command = Command(command if self._is_pipe() else None)
                    self.pos += 1
                    if char == "\n":
                        self._bodies()
                        yield from found
                        found = []
        except Lost:
            pass
        yield from (*found, command)

    def _is_pipe(self) -> bool:
        """Whether the output of a command goes on to the next one."""
        here = self.text[self.pos - 1 : self.pos + 2]
        return here[1:2] == "|" and "||" not in here

    def _line_end(self) -> int:
        found = self.text.find("\n", self.pos, self.end)
        return self.end if found < 0 else found

    def _take(self, command: Command) -> None:
        """Read a word; the number of a stream is none."""
        word = self._word()
        if not (word.text.isdecimal() and not word.quoted and self.text[self.pos : self.pos + 1] in ("<", ">")):
            command.words.append(word)
        elif word.text != "1" and self.pos < self.end:
            self._redirect(Command(None))  # of another stream

    def _redirect(self, command: Command) -> None:
        """Read a redirection and its target."""
        sign = next(
            one
            for one in ("<<<", "<<-", "<<", ">>", "&>>", "&>", ">|", ">&", "<&", "<>", "<", ">")
            if self.text.startswith(one, self.pos)
        )
        self.pos += len(sign)
        if self.text[self.pos : self.pos + 1] == "(":  # a process, which is read and written like a file
            self.pos = self._closed(self.pos + 1, "(", ")", 0)
            return
        while self.text[self.pos : self.pos + 1] in (" ", "\t"):
            self.pos += 1
        target = self._word()
        if sign in ("<<", "<<-"):
            self.waiting.append((command, target, sign == "<<-"))
        elif sign in (">", ">>", ">|"):
            command.into.append(target.text)

    def _bodies(self) -> None:
        """Read the here-documents that begin here."""
        for command, word, stripped in self.waiting:
            start = self.pos
            stop, after = self._body_end(word.text, stripped)
            command.body = Written(self.text[start:stop], range(start, stop + 1))
            self.pos = after
        self.waiting.clear()

    def _body_end(self, delimiter: str, stripped: bool) -> tuple[int, int]:
        """Where a here-document ends, and where the script goes on; a delimiter may be indented in YAML."""
        for how in (TABS if stripped else AS_IT_IS, INDENTED):
            found = self._lines_by_text().get((how, delimiter), [])
            index = bisect_left(found, (self.pos,))
            if index < len(found):
                return found[index]
        return self.end, self.end

    def _lines_by_text(self) -> dict[tuple[str, str], list[tuple[int, int]]]:
        """Where lines begin and end, by their texts: as they are, without tabs before them, without blanks around."""
        at = self.pos
        if not self._lines:
            while at < self.end:
                stop = self.text.find("\n", at, self.end)
                after = self.end if stop < 0 else stop + 1
                line = self.text[at : self.end if stop < 0 else stop].rstrip("\r")
                for how, text in ((AS_IT_IS, line), (TABS, line.lstrip("\t")), (INDENTED, line.strip())):
                    self._lines.setdefault((how, text), []).append((at, after))
                at = after
        return self._lines

    def _word(self) -> Word:
        """Read one word."""
        word, text = Word(), self.text
        while self.pos < self.end:
            char = text[self.pos]
            if char in BLANKS or char in ENDS or char in "<>":
                break
            if char == "'":
                stop = text.find("'", self.pos + 1, self.end)
                if stop < 0:
                    raise Lost
                word.add(text[self.pos + 1 : stop], self.pos + 1)
                word.quoted = True
                self.pos = stop + 1
            elif char == '"':
                self.pos += 1
                self._double_quoted(word)
            elif char == "\\":
                if not text.startswith("\n", self.pos + 1):
                    word.add(text[self.pos + 1 : self.pos + 2], self.pos + 1)
                self.pos += 2
            elif char in "$`":
                self._expansion(word)
            else:
                word.add(char, self.pos)
                self.pos += 1
        return word

    def _double_quoted(self, word: Word) -> None:
        """Read up to the end of double quotes."""
        word.quoted = True
        while self.pos < self.end:
            char = self.text[self.pos]
            if char == '"':
                self.pos += 1
                return
            if char in "$`":
                self._expansion(word)
                continue
            if char == "\\" and self.text[self.pos + 1 : self.pos + 2] in ("$", "`", '"', "\\", "\n"):
                self.pos += 1
                if self.text[self.pos] == "\n":
                    self.pos += 1
                    continue
            word.add(self.text[self.pos], self.pos)
            self.pos += 1
        raise Lost

    def _expansion(self, word: Word) -> None:
        """Read what the shell expands, as it is written."""
        start = self.pos
        self.pos = self._expansion_end(start, 0)
        word.add(self.text[start : self.pos], start)

    def _expansion_end(self, at: int, depth: int) -> int:
        """Where an expansion ends that begins at an offset."""
        text = self.text
        if depth > DEEPEST:
            raise Lost
        if text[at] == "`":
            stop = text.find("`", at + 1, self.end)
            if stop < 0:
                raise Lost
            return stop + 1
        closing = {"(": ")", "{": "}"}.get(text[at + 1 : at + 2])
        return at + 1 if closing is None else self._closed(at + 2, text[at + 1], closing, depth)

    def _closed(self, at: int, opening: str, closing: str, depth: int) -> int:
        """The offset behind the bracket that closes the one before an offset."""
        text, open_, quote = self.text, 1, ""
        while open_ and at < self.end:
            char = text[at]
            step = 1
            if char == "\\" and quote != "'":
                step = 2
            elif quote != "'" and (char == "`" or (char == "$" and text[at + 1 : at + 2] in ("(", "{"))):
                step = self._expansion_end(at, depth + 1) - at
            elif quote:
                quote = "" if char == quote else quote
            elif char in "'\"":
                quote = char
            else:
                open_ += (char == opening) - (char == closing)
            at += step
        if open_:
            raise Lost
        return at
