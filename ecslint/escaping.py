"""Text from files, made harmless for a terminal, a build log and the eye."""

from __future__ import annotations

#: Characters that Unicode counts as printable although nothing of them is seen.
INVISIBLE = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"
    + "".join(map(chr, range(0xFE00, 0xFE10)))
    + "".join(map(chr, range(0xE0100, 0xE01F0)))
)

#: Build servers obey these wherever they stand in a line, so their first character is escaped.
COMMANDS = ("##[", "##vso[")


def visible(text: str) -> str:
    """The text on one line, with ``\\x1b`` or ``\\u202e`` for every character that acts or hides.

    Escaped are control characters (line feed and tab too), bidirectional controls, line separators,
    zero-width and unassigned characters, unusual spaces, lone surrogates, and the first character of a
    build server's command.
    """
    if not (text.isascii() and text.isprintable()):
        text = "".join(map(visible_character, text))
    for command in COMMANDS:
        if command in text:
            text = text.replace(command, escaped(command[0]) + command[1:])
    return text


def visible_character(character: str) -> str:
    """One character as ``visible`` shows it, without regard to its neighbours."""
    hidden = not character.isprintable() or character in INVISIBLE
    return escaped(character) if hidden else character


def escaped(character: str) -> str:
    """The escape of a character: ``\\x1b``, ``\\u202e`` or ``\\U000e0001``."""
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def harmless(text: str) -> str:
    """A text of several lines in which nothing acts: as ``visible``, but for line ends, tabs and unusual spaces."""
    if not (text.isascii() and text.replace("\n", "").replace("\t", "").replace("\r", "").isprintable()):
        text = "".join(
            [c if c in "\n\t\r" or (c.isspace() and c not in _ACTING) else visible_character(c) for c in text]
        )
    for command in COMMANDS:
        if command in text:
            text = text.replace(command, escaped(command[0]) + command[1:])
    if "::" in text:
        lines = text.split("\n")
        text = "\n".join(
            [line.replace("::", "\\x3a:", 1) if line.lstrip().startswith("::") else line for line in lines]
        )
    return text


#: Spaces that end a line somewhere.
_ACTING = frozenset("\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2028\u2029")


def line_start(name: str) -> str:
    """A visible name that may begin a line, with a colon behind it.

    GitHub obeys lines that begin with ``::``, blanks aside.
    """
    shown = visible(name)
    return "./" + shown if f"{shown.lstrip()}:".startswith("::") else shown


def markup(text: str) -> str:
    """Visible text for XML and HTML, in elements and in quoted attributes."""
    shown = visible(text)
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;")):
        shown = shown.replace(character, entity)
    return shown


def readable(name: str) -> str:
    """A file name as Unicode text: surrogates, which stand for bytes that are no UTF-8, become U+FFFD.

    Not every program that reads JSON can do with them.
    """
    return "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in name)


def quoted_parts(text: str) -> list[tuple[str, bool]]:
    """The parts of a message and whether each stood in backticks; with a backtick left over, none did."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return [(text, False)]
    return [(part, number % 2 == 1) for number, part in enumerate(parts) if part]
