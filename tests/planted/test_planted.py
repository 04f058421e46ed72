"""Planted bugs fit the project as it is; that the suite goes red for each is tried in `make reliability` and in soaks."""

from __future__ import annotations

import pytest

from tests.planted import plant
from tests.planted.bugs import Bug, DoesNotApply, all_bugs, missing_test

BUGS = all_bugs()
AT_LEAST = 25


def test_there_are_enough_bugs_and_each_says_what_it_would_do_to_a_user() -> None:
    assert len(BUGS) >= AT_LEAST
    assert len({bug.name for bug in BUGS}) == len(BUGS)
    assert len({(bug.file, bug.changes) for bug in BUGS}) == len(BUGS)
    for bug in BUGS:
        assert bug.harm.endswith("."), bug.name
        assert bug.tests, bug.name
        assert not bug.file.startswith("tests/"), "a bug is planted in what users run"


def test_every_bug_can_be_planted() -> None:
    wrong = []
    for bug in BUGS:
        try:
            bug.planted()
        except DoesNotApply as problem:
            wrong.append(f"{bug.name}: {problem}")
    assert wrong == [], "change the texts in tests/planted/bugs with what they are about"


def test_every_test_that_should_notice_a_bug_exists() -> None:
    missing = {node: missing_test(node) for bug in BUGS for node in bug.tests}
    assert {node: what for node, what in missing.items() if what} == {}


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("no such text", "x", "0 times, not once"),
        ("ROOT", "HOME", "times, not once"),
        ("class Bug:", "class:", "no program"),
    ],
)
def test_a_bug_that_does_not_fit_says_why(old: str, new: str, problem: str) -> None:
    with pytest.raises(DoesNotApply, match=problem):
        Bug("x", "x.", "tests/planted/bugs.py", ((old, new),), ()).planted()


def test_changes_in_several_places_are_made_at_once() -> None:
    swapped = Bug("x", "x.", "tests/planted/bugs.py", (("import ast\n", "import tomllib\n"), ("import tomllib\n", "")), ())
    assert swapped.planted().count("import tomllib\n") == 1
    assert "import ast" not in swapped.planted()


def test_a_test_that_does_not_exist_is_told() -> None:
    assert missing_test("tests/planted/test_planted.py::test_every_bug_can_be_planted[x]") == ""
    assert (
        missing_test("tests/planted/test_planted.py::test_nothing")
        == "there is no test_nothing in tests/planted/test_planted.py"
    )
    assert missing_test("tests/planted/test_nothing.py") == "there is no tests/planted/test_nothing.py"


def test_the_suite_goes_red_for_every_bug(soak: int) -> None:
    if soak == 1:
        pytest.skip("some minutes; python tests/planted/plant.py, or PENINSULA_SOAK=2 with -o faulthandler_timeout=0")
    wrong = [str(result) for result in plant.run(BUGS) if not result.right]
    assert wrong == []
