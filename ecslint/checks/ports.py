"""Checks over port mappings: ports that are taken twice, and ranges of ports."""

from __future__ import annotations

from ecslint import paths
from ecslint.checks import check, quick
from ecslint.checks.fields import PATH_OPTION, is_open
from ecslint.model import Hit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any, TypeAlias

    from ecslint.model import Path

    #: Lowest port, highest port, and the member that takes them.
    Span: TypeAlias = tuple[int, int, Path]

HIGHEST_PORT = 65535


@check(
    options={
        "mappings": PATH_OPTION,
        "ports": {"type": "array", "minItems": 1, "items": PATH_OPTION},
        "protocols": {"enum": ["same", "different"], "default": "same"},
    },
    values=("port", "protocol"),
    follows=("mappings",),
    more_than=1,
    passes=quick.are_taken_once,
    reads=("{mappings}.{ports}", "{mappings}.protocol"),
)
def distinct_ports(value: Any, *, mappings: str, ports: Sequence[str], protocols: str = "same") -> Iterator[Hit]:
    """No two port mappings take one port, for the same protocol or for different ones.

    ``ports`` are the members to read: the first one counts that a mapping has. It holds a port, 0
    for none, or a range. The later mapping is hit at that member, the earlier one is related;
    ``port`` is what the two share.
    """
    taken: dict[str, list[Span]] = {"tcp": [], "udp": []}
    for path, mapping in paths.follow(value, mappings):
        protocol, span = _taken_by(path, mapping, ports)
        if span is None:
            continue
        earlier = _claim(taken[protocol], span)
        if protocols == "different":
            earlier = _first_shared(taken["udp" if protocol == "tcp" else "tcp"], span)
        if earlier is not None:
            port = _text(max(earlier[0], span[0]), min(earlier[1], span[1]))
            yield Hit(span[2], {"port": port, "protocol": protocol}, related=[(earlier[2], f"port {port} here")])


@check(values=("turned",))
def port_range(value: Any) -> Iterator[Hit]:
    """A text is a range of ports, the lower one first: ``8000-8010``. An empty one is passed over.

    ``turned`` is the range with its two ends in the place of one another, if it is right then.
    """
    if type(value) is str and value and parse_range(value) is None:
        low, _, high = value.partition("-")
        turned = f"{high}-{low}"
        yield Hit((), {"turned": turned if parse_range(turned) else None})


def parse_range(text: str) -> tuple[int, int] | None:
    """The lowest and the highest port of ``8000-8010``; None when ECS does not take it for a range."""
    low, _, high = text.partition("-")
    if not all(part.isascii() and part.isdigit() and len(part) <= 5 for part in (low, high)):
        return None
    return (int(low), int(high)) if 1 <= int(low) < int(high) <= HIGHEST_PORT else None


def _taken_by(path: Path, mapping: Any, members: Sequence[str]) -> tuple[str, Span | None]:
    """The protocol of a mapping, and what it takes; nothing when that cannot be told."""
    if type(mapping) is not dict or is_open(mapping):
        return "tcp", None
    protocol = mapping.get("protocol", "tcp")
    if type(protocol) is not str:
        return "tcp", None
    if protocol != "udp":
        protocol = "tcp"  # as ECS reads every other word
    for member in members:
        port = mapping.get(member, 0)
        if type(port) is int and port > 0:
            return protocol, (port, port, (*path, member))
        if type(port) is str and port:
            span = parse_range(port)
            return protocol, None if span is None else (*span, (*path, member))
        if type(port) not in (int, str):
            break  # unknown, or no port at all
    return protocol, None


def _claim(spans: list[Span], span: Span) -> Span | None:
    """Make a span the owner of its ports; the lowest earlier owner that loses some, if there is one.

    ``spans`` are disjoint and in order, so that each claim costs little, however wide the ranges are.
    """
    low, high, _ = span
    start, end = _overlap(spans, low, high)
    earlier = spans[start:end]
    pieces = [span]
    if earlier and earlier[0][0] < low:
        pieces.insert(0, (earlier[0][0], low - 1, earlier[0][2]))
    if earlier and earlier[-1][1] > high:
        pieces.append((high + 1, earlier[-1][1], earlier[-1][2]))
    spans[start:end] = pieces
    return earlier[0] if earlier else None


def _first_shared(spans: list[Span], span: Span) -> Span | None:
    """The lowest owner of one of the span's ports."""
    start, end = _overlap(spans, span[0], span[1])
    return spans[start] if start < end else None


def _overlap(spans: list[Span], low: int, high: int) -> tuple[int, int]:
    """The slice of the spans that share a port with ``low`` to ``high``."""
    if not spans:
        return 0, 0
    from bisect import bisect_left, bisect_right

    start = bisect_left(spans, low, key=lambda span: span[1])
    return start, bisect_right(spans, high, key=lambda span: span[0])


def _text(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}-{high}"
