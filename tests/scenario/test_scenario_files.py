"""Only regular files are read, only from where they may come from, and messages say where they are."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.scenario import ScenarioError, load_scenario

Write = Callable[..., str]


def refused(path: str | Path) -> str:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    (line,) = caught.value.lines
    assert line.isprintable()
    return line


def test_a_missing_file(write: Write) -> None:
    write("other")
    assert refused("missing.yaml") == "missing.yaml:1:1: there is no such file; expected the path of a scenario file"
    assert refused(Path("no") / "such" / "missing.yml").startswith("no/such/missing.yml:1:1: there is no such file")


def test_paths_are_shown_from_the_working_directory_or_whole(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("broken", "months: 0\n", whole=True)
    (tmp_path / "inner").mkdir()
    with pytest.raises(ScenarioError, match=r"^broken\.yaml:1:1: "):
        load_scenario(tmp_path / "broken.yaml")
    monkeypatch.chdir(tmp_path / "inner")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(tmp_path / "broken.yaml")
    assert caught.value.lines[0].startswith(f"{tmp_path}/broken.yaml:1:1: ")


def test_a_directory(write: Write, tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    assert "this is a directory" in refused(tmp_path / "folder.yaml")
    assert "child.yaml:4:10: this is a directory" in refused(write("child", "extends: folder\n"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_refused_and_does_not_wait(write: Write, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    assert "this is a device, a pipe or a socket" in refused(tmp_path / "pipe.yaml")
    assert "this is a device, a pipe or a socket" in refused(write("child", "extends: pipe\n"))


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no devices here")
def test_a_device(tmp_path: Path) -> None:
    (tmp_path / "zero.yaml").symlink_to("/dev/zero")
    assert "this is a device, a pipe or a socket" in refused(tmp_path / "zero.yaml")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="everything may be read")
def test_a_file_that_may_not_be_read(write: Write, tmp_path: Path) -> None:
    write("closed")
    (tmp_path / "closed.yaml").chmod(0)
    assert "the file cannot be read: permission denied" in refused("closed.yaml")


def test_links_may_not_lead_out_of_the_folder(write: Write, tmp_path: Path) -> None:
    write("base")
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "out.yaml").symlink_to(tmp_path / "base.yaml")
    (tmp_path / "inner" / "loop.yaml").symlink_to(tmp_path / "inner" / "loop.yaml")
    (tmp_path / "inner" / "gone.yaml").symlink_to(tmp_path / "inner" / "nowhere.yaml")
    (tmp_path / "inner" / "within.yaml").symlink_to("real.yaml")
    write("inner/real", "title: R\nstart: 2020-05\nmonths: 7\n", whole=True)
    assert "is a link that leads out of its folder" in refused(write("inner/a", "extends: out\n"))
    assert "the file cannot be read" in refused(write("inner/b", "extends: loop\n"))
    assert "there is no such file" in refused(write("inner/c", "extends: gone\n"))
    assert load_scenario(write("inner/d", "title: D\nextends: within\n", whole=True)).months == 7
    assert load_scenario("inner/out.yaml").name == "out"  # a link that the user names is the user's business


def test_a_folder_may_itself_be_a_link(write: Write, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    write("real/base")
    write("real/child", "extends: base\n")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert load_scenario("link/child.yaml").extends == ("base",)


def test_links_between_files_are_one_file_in_a_circle(write: Write, tmp_path: Path) -> None:
    (tmp_path / "again.yaml").symlink_to("first.yaml")
    line = refused(write("first", "extends: again\n"))
    assert line == "first.yaml:4:10: extends goes in a circle: first -> again"


def test_chains_have_an_end(write: Write) -> None:
    write("s0")
    for number in range(1, 12):
        write(f"s{number}", f"title: S\nextends: s{number - 1}\n", whole=True)
    assert load_scenario("s10.yaml").months == 20
    assert "s1.yaml:2:10: the chain of extends is longer than 10" in refused("s11.yaml")


def test_families_have_an_end(write: Write) -> None:
    for row in range(6):
        for number in range(10):
            parents = f"extends: [{', '.join(f'r{row - 1}n{other}' for other in range(10))}]\n" if row else ""
            write(f"r{row}n{number}", parents)
    assert load_scenario("r4n9.yaml").months == 20  # 41 files, a hundred thousand paths through them
    with pytest.raises(ScenarioError, match="this scenario rests on more than 50 files"):
        load_scenario("r5n9.yaml")


def test_reading_does_not_import_heavy_packages(write: Write) -> None:
    text = "parameters: {@PARAMETER@: @INSIDE@}\nnations: {@NATION@: {weights: {@FEATURE@: 0.5}}}\n"
    path = write("one", text)
    program = (
        "import sys; from sim.scenario import *; s = load_scenario(sys.argv[1]); warnings(s, load_parents(sys.argv[1])); "
        "list_scenarios(); json_schema(); show_lines(s); s.digest(); from_document(s.document()); "
        "print(sorted({'mesa', 'pandas', 'scipy', 'matplotlib', 'networkx', 'pyarrow'} & set(sys.modules)))"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", program, path]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "[]", "")
