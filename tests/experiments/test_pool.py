"""Tasks of any kind on worker processes: what a worker cannot say is said in its place."""

import os
import signal

import pandas as pd
import pytest
from batch_fakes import RUNS

from experiments import pool
from experiments.signals import Stop
from experiments.store import contents_digest


def answer(task):
    if isinstance(task, str) and task == "crash":
        os.kill(os.getpid(), signal.SIGKILL)
    return (lambda: None) if isinstance(task, str) and task == "function" else [task]


def unread():
    raise LookupError("nobody can read this")


class Unreadable:
    def __reduce__(self):
        return unread, ()


def answers(tasks, bury=lambda _: ()):
    return list(pool.answers(answer, tasks, 2, Stop(), bury))


def test_answers_come_back_with_their_tasks():
    assert answers(["number"] * 5) == [("number", ["number"])] * 5


def test_a_task_whose_worker_dies_is_given_up_when_nothing_is_tried_in_its_place():
    assert sorted(answers(["number", "crash", "number"]), key=str) == [("crash", None), *[("number", ["number"])] * 2]
    assert answers(["crash"], lambda _: ["number"]) == [("number", ["number"])]


def test_an_answer_that_cannot_be_sent_is_an_error_with_its_cause():
    with pytest.raises(RuntimeError, match=r"_ForkingPickler\.dumps"):
        answers(["function"])


@pytest.mark.parametrize("size", [1, 10**7], ids=["small", "large"])  # the large one is still being sent
def test_a_task_that_cannot_be_read_is_an_error_with_its_cause(size):
    with pytest.raises(RuntimeError, match="LookupError: nobody can read this"):
        answers([(Unreadable(), bytes(size))])


def test_an_answer_may_be_what_has_no_truth():
    frame = pd.DataFrame({"figure": [1.0, 2.0]})
    ((_, found),) = answers([frame])
    pd.testing.assert_frame_equal(found[0], frame)


@pytest.mark.usefixtures("fake_model")
def test_where_children_are_not_waited_for_a_batch_is_the_same(tmp_path, program, undisturbed):
    process = program(tmp_path, RUNS, 2, unawaited=True)
    assert process.communicate(timeout=120) == (None, "")
    assert process.returncode == 0
    assert contents_digest(tmp_path) == undisturbed
