"""A document becomes answers: what ECS derives from each task definition in it."""

from __future__ import annotations

from ecslint import engine, paths, readings
from ecslint.adapters import recognise
from ecslint.compat import attributes, ordering
from ecslint.compat.recorded import ATTRIBUTES, COMPATIBILITIES, Recorded
from ecslint.compat.verdicts import ALWAYS, CANNOT_TELL, NO, YES, verdicts
from ecslint.kinds import TASK_DEFINITION
from ecslint.locate import Located
from ecslint.masking import veiled
from ecslint.model import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ecslint.adapters import Resource
    from ecslint.compat.agent import Agent
    from ecslint.compat.attributes import Attribute
    from ecslint.compat.knowledge import Knowledge
    from ecslint.compat.verdicts import Verdict
    from ecslint.document import Document
    from ecslint.engine import View
    from ecslint.model import Path

#: What only an answer of ECS has is no fault of it.
OF_ANSWERS = ("readOnly", "null")

EXTERNAL = "EXTERNAL"

REFUSED = "it has errors that concern every launch type; `ecslint check` shows them"
EDITED = "requiresAttributes stands in an order in which ECS does not answer: it was edited by hand"


class Answer:
    """What ECS derives from one task definition.

    ``attributes`` are in the order of ECS, ``undecided`` the names of those that unknown values may demand.
    ``places`` are the paths in the document of each attribute's demands. ``differences`` are those to the recorded
    answer, None without one. ``agent`` is the configuration that instances have, if one was given.
    """

    __slots__ = ("agent", "attributes", "differences", "document", "name", "notes", "places", "undecided", "verdicts")

    def __init__(self, document: Document, name: str, found: dict[str, Verdict], demanded: list[Attribute]) -> None:
        self.agent: Agent | None = None
        self.document = document
        self.name = name
        self.verdicts = found
        self.attributes = demanded
        self.undecided: list[str] = []
        self.places: dict[str, list[Path]] = {}
        self.notes: list[str] = []
        self.differences: Sequence[tuple[str, list[str], list[str]]] | None = None

    @property
    def compatibilities(self) -> list[str]:
        """The launch types that ECS names for certain: those that fit, and always EC2 if any of them does."""
        fitting = {name for name, verdict in self.verdicts.items() if verdict.verdict == YES}
        return [name for name in self.verdicts if name in fitting or (fitting and name == ALWAYS)]

    @property
    def minimum(self) -> str | None:
        """The first agent that offers all attributes; None if any will do."""
        return attributes.minimum(self.attributes)

    def tell(self, agent: Agent) -> None:
        """Note which attributes the agent with a configuration does not offer."""
        self.agent = agent
        for attribute in self.attributes:
            if agent.offers(attribute) is False:
                self.notes.append(f"no instance with {agent.file} takes the task: it does not offer {attribute.name}")

    def since(self, attribute: Attribute) -> str | None:
        """The first agent that offers an attribute; None if all do, or none."""
        return None if attribute.since == attributes.NEVER else attribute.since

    def start(self, path: Path) -> int:
        """The offset of the value at a path in the document, or of what holds it."""
        root = self.document.root()
        return 0 if root is None else paths.locate(root, path)[0].start

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset in the document."""
        return Source(self.document.name, self.document.text).position(offset)

    def breadcrumbs(self, attribute: Attribute) -> list[str]:
        """The places that demand an attribute, for people."""
        return [paths.breadcrumb(path, self.document.data) for path in self.places[attribute.name]]


def answers(document: Document, knowledge: Knowledge, *, excerpts: bool = False) -> list[Answer]:
    """The answer for each task definition in a document; none if it holds none or cannot be parsed."""
    if not _task_definitions(document) or document.refuse_depth():
        return []
    lifted = document.lift()
    return [_answer(document, one, knowledge, lifted, excerpts) for one in _task_definitions(document)]


def _task_definitions(document: Document) -> list[Resource]:
    """The task definitions among the resources of a document."""
    found = recognise(document.data, document.named)
    return [resource for resource in found if resource.kind == TASK_DEFINITION]


def _answer(document: Document, resource: Resource, knowledge: Knowledge, lifted: bool, excerpts: bool) -> Answer:
    data, examination = engine.prepared(resource, knowledge.rules)
    view = engine.View(resource, data, examination, [])
    in_template = resource.spell is not None  # where values may be unknown although no placeholder stands there
    unsure = lifted or in_template or not resource.whole or view.examination is not None
    found = verdicts(document, view, knowledge, unsure=unsure, excerpts=excerpts)
    demanded = attributes.demanded(view.data, knowledge.facts)
    located = Located(document, view, knowledge.platform.of(TASK_DEFINITION))
    in_order = [demanded[name] for name in ordering.ordered(demanded)]
    family = view.data.get("family")
    answer = Answer(document, veiled(family) if type(family) is str else "", found, in_order)
    answer.places = {name: [located.source(path) for path in one.paths] for name, one in demanded.items()}
    if unsure:
        answer.undecided = attributes.undecided(view.data, demanded, knowledge.facts, knowledge.possible)
    case = readings.in_words([resource.facts], resource.every)
    if case:
        answer.notes.append(f"this is what the template makes {case}; there is an answer for each case")
    if _has_errors(view, knowledge):
        answer.notes.append(REFUSED)
    answer.notes += _nowhere(answer, knowledge)
    recorded = Recorded(resource.data)
    if recorded:
        derived = {COMPATIBILITIES: answer.compatibilities, ATTRIBUTES: demanded}
        doubtful = [name for name, verdict in found.items() if verdict.verdict == CANNOT_TELL]
        types = knowledge.facts.LAUNCH_TYPES
        answer.differences = recorded.differences(derived, [*doubtful, *answer.undecided], types)
        answer.notes += [EDITED] * recorded.is_edited()
    return answer


def _nowhere(answer: Answer, knowledge: Knowledge) -> Iterator[str]:
    """On which instances the task finds no place because they do not offer an attribute."""
    outside = answer.verdicts[EXTERNAL].verdict != NO
    for one in answer.attributes:
        if one.since == attributes.NEVER:
            yield f"no agent offers {one.name}: no container instance takes the task"
        elif outside and not attributes.requirement(one, knowledge.facts).external:
            yield f"external instances do not offer {one.name}: none of them takes the task"


def _has_errors(view: View, knowledge: Knowledge) -> bool:
    """Whether a task definition has errors whatever the launch type; what only an answer of ECS has is none."""
    described = "taskDefinitionArn" in view.resource.data
    structure = view.examination.hits if view.examination is not None else ()
    numbers = [
        knowledge.rules.by_keyword.get(keyword, -1)
        for keyword, _ in structure
        if not (described and keyword in OF_ANSWERS)
    ]
    return bool(view.outcomes) or not knowledge.facts.ERRORS.isdisjoint(numbers)
