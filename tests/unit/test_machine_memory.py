"""A build takes no more memory than the unit or container it runs in may hold."""

from __future__ import annotations

from pathlib import Path

from orchestration.machine_memory import limits_of_groups

UNLIMITED = "9223372036854771712"  # what the first version says of a group without a limit


def _limited(root: Path, limits: dict[str, str]) -> None:
    """A tree of groups with these files and what stands in each."""
    for name, limit in limits.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{limit}\n")


def _told(tmp_path: Path, lines: str) -> list[int]:
    told = tmp_path / "cgroup"
    told.write_text(lines)
    return list(limits_of_groups(tmp_path / "fs", told))


def test_a_machine_has_no_more_than_its_control_group_may_hold(tmp_path: Path) -> None:
    slices = {"system.slice/build.service/memory.max": "max", "system.slice/memory.max": "2000000000"}
    _limited(tmp_path / "fs", slices)
    assert _told(tmp_path, "0::/system.slice/build.service\n") == [2_000_000_000]
    assert list(limits_of_groups(tmp_path / "fs", tmp_path / "none")) == []


def test_a_container_of_the_first_version_sees_its_limit_at_the_top(tmp_path: Path) -> None:
    """The path is the host's, and what is mounted begins at the container: only the upper file is there."""
    _limited(tmp_path / "fs", {"memory/memory.limit_in_bytes": "2000000000"})
    lines = "5:cpu,cpuacct:/docker/ab\n4:memory:/docker/ab\n1:name=systemd:/docker/ab\n0::/system.slice/a:b\n"
    assert _told(tmp_path, lines) == [2_000_000_000]


def test_a_group_without_a_limit_is_no_limit(tmp_path: Path) -> None:
    limits = {"memory/a/b/memory.limit_in_bytes": "3000000000", "memory/a/memory.limit_in_bytes": UNLIMITED}
    _limited(tmp_path / "fs", limits)
    assert min(_told(tmp_path, "4:memory:/a/b\n")) == 3_000_000_000
