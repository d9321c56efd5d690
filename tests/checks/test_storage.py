"""Volumes are of one type and mounted; mount points have paths of their own and do not give the host away."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecslint.checks.storage import (
    at_most_once,
    at_most_one,
    distinct_paths,
    drive,
    host_mount,
    mounted,
    normal,
    same_drive,
)
from ecslint.model import UNKNOWN, Unknown

MOUNTS = "containerDefinitions[].mountPoints[]"
PATHS = ["mountPoints[].containerPath", "linuxParameters.tmpfs[].containerPath"]
TYPES = ["host", "efsVolumeConfiguration", "configuredAtLaunch"]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just(UNKNOWN),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def task(volumes: Any, *mounts: Any) -> dict[str, Any]:
    return {"volumes": volumes, "containerDefinitions": [{"name": "web", "mountPoints": list(mounts)}]}


def unmounted(value: Any, at_launch: bool = False) -> list[object]:
    hits = mounted(value, volumes="volumes[]", mounts=f"{MOUNTS}.sourceVolume", at_launch=at_launch)
    return [hit.values["name"] for hit in hits]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (task([{"name": "a"}, {"name": "b"}], {"sourceVolume": "a"}), ["b"]),
        (task([{"name": "a"}], {"sourceVolume": "a"}), []),
        (task([{"name": "a", "configuredAtLaunch": False}]), ["a"]),
        (task([{"name": "a", "configuredAtLaunch": True}]), []),
        (task([{"name": "a", "configuredAtLaunch": UNKNOWN}]), []),
        (task([{"name": "a", Unknown("${MORE}"): 1}]), []),
        (task([{"name": ""}, {}, UNKNOWN, {"name": UNKNOWN}]), []),
        (task([{"name": "a"}], {"sourceVolume": UNKNOWN}), []),
        (task([{"name": "a"}], UNKNOWN), []),
        (task([{"name": "a"}], {}), []),
        ({"volumes": [{"name": "a"}], "containerDefinitions": UNKNOWN}, []),
        ({"volumes": [{"name": "a"}], "containerDefinitions": [{Unknown("${MORE}"): 1}]}, []),
        ({"volumes": UNKNOWN}, []),
    ],
)
def test_ordinary_volume_without_mount_point(value: Any, expected: list[str]) -> None:
    assert unmounted(value) == expected


def test_volume_that_is_configured_at_launch_is_judged_apart() -> None:
    value = task([{"name": "a", "configuredAtLaunch": True}, {"name": "b"}])
    assert unmounted(value, at_launch=True) == ["a"]
    assert unmounted(value, at_launch=False) == ["b"]


@pytest.mark.parametrize(
    ("volume", "expected"),
    [
        (
            {"host": {"sourcePath": "/a"}, "efsVolumeConfiguration": {"fileSystemId": "fs-1"}},
            ["efsVolumeConfiguration"],
        ),
        ({"efsVolumeConfiguration": {"fileSystemId": "fs-1"}, "host": {"sourcePath": "/a"}}, ["host"]),
        ({"configuredAtLaunch": True, "host": {"sourcePath": "/a"}, "efsVolumeConfiguration": {"x": 1}}, TYPES[:2]),
        ({"configuredAtLaunch": False, "host": {"sourcePath": "/a"}}, []),
        ({"host": {}, "efsVolumeConfiguration": {"fileSystemId": "fs-1"}}, []),
        ({"host": UNKNOWN, "efsVolumeConfiguration": {"fileSystemId": "fs-1"}}, []),
        ({"name": "a", "host": {"sourcePath": "/a"}}, []),
        ({}, []),
        (UNKNOWN, []),
        (None, []),
    ],
)
def test_volume_of_several_types(volume: Any, expected: list[str]) -> None:
    assert [hit.path[0] for hit in at_most_one(volume, members=TYPES)] == expected


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ([True], []),
        ([True, False, True, True], [2, 3]),
        ([False, False], []),
        ([True, UNKNOWN, 1, "true"], []),
    ],
)
def test_boolean_is_true_at_most_once(flags: list[Any], expected: list[int]) -> None:
    value = {"volumes": [{"configuredAtLaunch": flag} for flag in flags]}
    hits = list(at_most_once(value, items="volumes[].configuredAtLaunch", value=True))
    assert [hit.path[1] for hit in hits] == expected
    assert all(hit.related[0][0] == ("volumes", 0, "configuredAtLaunch") for hit in hits)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("/data", "/data/", True),
        ("/data//x", "/data/./x", True),
        ("/data", "/Data", False),
        ("/data", "/data/x", False),
        ("/", "//", True),
        ("C:\\Data", "c:/data/", True),
        ("C:\\data", "D:\\data", False),
        ("/a/../b", "/b", False),
    ],
)
def test_spellings_of_a_directory(one: str, other: str, same: bool) -> None:
    assert (normal(one) == normal(other)) is same


@given(st.text() | st.text(alphabet="/a.\\C:"))
def test_normal_form_is_its_own_normal_form(path: str) -> None:
    assert normal(normal(path)) == normal(path)


@pytest.mark.parametrize(("path", "letter"), [("c:\\x", "C"), ("D:", "D"), ("/c:", None), ("", None), ("1:/x", None)])
def test_drive_of_a_path(path: str, letter: str | None) -> None:
    assert drive(path) == letter


@pytest.mark.parametrize(
    ("paths", "tmpfs", "expected"),
    [
        (["/a", "/b"], [], []),
        (["/a", "/b", "/a/"], [], [("mountPoints", 2, "containerPath")]),
        (["/a"], ["/a"], [("linuxParameters", "tmpfs", 0, "containerPath")]),
        (["", "", UNKNOWN, Unknown("${A}"), Unknown("${A}"), 1, 1], [], []),
    ],
)
def test_two_mounts_at_one_path(paths: list[Any], tmpfs: list[Any], expected: list[Any]) -> None:
    container = {
        "mountPoints": [{"containerPath": path} for path in paths],
        "linuxParameters": {"tmpfs": [{"containerPath": path} for path in tmpfs]},
    }
    assert [hit.path for hit in distinct_paths(container, items=PATHS)] == expected


@pytest.mark.parametrize(
    ("source", "mount", "writable", "hits"),
    [
        ("/etc", {}, True, 1),
        ("/etc/", {"readOnly": False}, True, 1),
        ("/etc", {"readOnly": True}, True, 0),
        ("/etc", {"readOnly": True}, False, 1),
        ("/etc", {"readOnly": UNKNOWN}, True, 0),
        ("/etc", {Unknown("${MORE}"): 1}, True, 0),
        ("/etc/app", {}, True, 0),
        (UNKNOWN, {}, True, 0),
        ("", {}, True, 0),
    ],
)
def test_path_of_the_host_in_a_container(source: Any, mount: dict[Any, Any], writable: bool, hits: int) -> None:
    value = task([{"name": "a", "host": {"sourcePath": source}}, UNKNOWN], {"sourceVolume": "a", **mount}, UNKNOWN)
    found = host_mount(value, volumes="volumes[]", mounts=MOUNTS, sources=["/etc"], writable=writable)
    assert [hit.path for hit in found] == [("containerDefinitions", 0, "mountPoints", 0, "sourceVolume")] * hits


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("D:\\data", "C:\\data", [("D", "C")]),
        ("c:\\data", "C:/more", []),
        ("/data", "C:\\data", []),
        ("D:\\data", "/data", []),
        ("D:\\data", UNKNOWN, []),
    ],
)
def test_directory_changes_its_drive(source: str, target: Any, expected: list[tuple[str, str]]) -> None:
    value = task([{"name": "a", "host": {"sourcePath": source}}], {"sourceVolume": "a", "containerPath": target})
    hits = same_drive(value, volumes="volumes[]", mounts=MOUNTS)
    assert [(hit.values["source"], hit.values["target"]) for hit in hits] == expected


@given(json_values, json_values)
def test_no_value_makes_a_check_raise(volumes: Any, mount: Any) -> None:
    value = task(volumes, mount)
    found = [*unmounted(value), *at_most_one(mount, members=TYPES), *distinct_paths(mount, items=PATHS)]
    found += host_mount(value, volumes="volumes[]", mounts=MOUNTS, sources=["/etc"], writable=True)
    found += same_drive(value, volumes="volumes[]", mounts=MOUNTS)
    assert found == []
