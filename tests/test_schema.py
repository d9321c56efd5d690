"""The generated schema is fresh, and botocore, the judge of structure, agrees with it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import botocore.session
import botocore.validate
from hypothesis import HealthCheck, given, settings

from ecslint.model import Unknown
from ecslint.ruleset.bundle import Ruleset
from tests.ruleset.test_compile import TASKS, known

ROOT = Path(__file__).resolve().parent.parent
REQUEST = botocore.session.get_session().get_service_model("ecs").operation_model("RegisterTaskDefinition").input_shape


def test_schema_is_what_the_script_writes() -> None:
    run = subprocess.run([sys.executable, ROOT / "scripts" / "update_schema.py", "--check"], cwd=ROOT, check=False)
    assert run.returncode == 0, "run scripts/update_schema.py"


def test_regions_are_what_the_script_writes() -> None:
    run = subprocess.run([sys.executable, ROOT / "scripts" / "update_regions.py", "--check"], cwd=ROOT, check=False)
    assert run.returncode == 0, "run scripts/update_regions.py"


#: Where ecslint is stricter than botocore: botocore checks neither enums nor most ranges (the overlay
#: gives the reason of each), and takes true for an integer, which ECS refuses.
STRICTER = {"enum", "minimum", "maximum"}


def holds_boolean(value: Any) -> bool:
    if type(value) in (dict, list):
        return any(map(holds_boolean, value.values() if type(value) is dict else value))
    return type(value) is bool


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(TASKS.filter(known))
def test_structure_refuses_what_botocore_refuses(ruleset: Ruleset, task: Any) -> None:
    task.setdefault("family", "web")
    task.setdefault("containerDefinitions", [])
    assert not any(type(key) is Unknown for key in task)
    hits = {keyword for keyword, _ in ruleset.of("task-definition").structure.examine(task).hits} - STRICTER
    errors = botocore.validate.ParamValidator().validate(task, REQUEST)
    if errors.has_errors():
        assert hits, errors.generate_report()
    elif hits:
        assert hits == {"type"}
        assert holds_boolean(task)
