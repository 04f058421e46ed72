"""A sheet repeats the outcomes of its parts, and is believed only while it is whole and they lie there."""

import batch_fakes
import pandas as pd
import pyarrow as pa
import pytest

from experiments import parts, readers, record, sheets, verify
from experiments.errors import BatchWarning, Interrupted, StoredDataDamaged
from experiments.manifest import read_manifest
from experiments.parts import OUTCOMES, cut, part_path

TWO_PARTS = 2048
RUNS = TWO_PARTS + 500  # one group of two parts, and a part of the next


@pytest.fixture
def stored(monkeypatch, tmp_path):
    """A batch in which two parts make a sheet, and its parts."""
    batch_fakes.install(monkeypatch.setattr)
    monkeypatch.setattr(sheets, "SHEET_PARTS", 2)
    directory = tmp_path / "batch"
    batch_fakes.run_plain(directory, RUNS, collect=False)
    held = list(cut("plain", RUNS, RUNS))
    gather(directory, held[:2])
    return directory, held


def gather(directory, held):
    path = sheets.path_of(directory, held[0])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(sheets.make(directory, held))


def rows(directory, columns=("status", "deal_months"), runs=None):
    return readers.read_outcomes(directory, columns, runs=runs)


@pytest.mark.parametrize("runs", [None, range(1000, 1100), range(2000, 2300), [0, 2047, 2048]], ids=str)
def test_a_sheet_says_what_its_parts_say(stored, runs):
    directory, held = stored
    quick = rows(directory, runs=runs)
    sheets.path_of(directory, held[0]).unlink()
    pd.testing.assert_frame_equal(quick, rows(directory, runs=runs))


def test_a_sheet_is_read_and_not_its_parts(stored, monkeypatch):
    directory, _ = stored
    monkeypatch.setattr(readers, "_dataset", None)  # a part would be read with this
    assert len(rows(directory, runs=range(TWO_PARTS))) == TWO_PARTS
    with pytest.raises(TypeError):
        rows(directory)  # the last part has no sheet


def test_parameters_are_read_from_parts(stored):
    directory, _ = stored
    assert rows(directory, ["parameters.labour.take"])["parameters.labour.take"].notna().all()


def test_a_sheet_of_other_parts_is_not_believed(stored):
    directory, held = stored
    before = rows(directory)
    others = directory.parent / "other"
    batch_fakes.run_plain(others, RUNS, seed=batch_fakes.SEED + 1, collect=False)
    gather(others, held[:2])
    sheets.path_of(directory, held[0]).write_bytes(sheets.path_of(others, held[0]).read_bytes())
    assert not sheets.stands(directory, held[:2])
    pd.testing.assert_frame_equal(before, rows(directory))
    assert not before.equals(rows(others))


def test_a_part_that_is_gone_is_told_and_not_read_over(stored):
    directory, held = stored
    part_path(directory, OUTCOMES, held[1]).unlink()
    with pytest.raises(StoredDataDamaged, match=r"part-00001\.parquet was stored and is gone; verify names"):
        rows(directory)
    (directory / record.NAME).unlink()  # as in batches of earlier versions
    assert len(rows(directory)) == RUNS - held[1].runs


def test_a_batch_writes_its_sheets_and_mends_them(stored):
    directory, held = stored
    path = sheets.path_of(directory, held[0])
    whole = path.read_bytes()
    for change, named in ((path.unlink, []), (lambda: path.write_bytes(whole[:-1]), [path])):
        assert verify(directory) == []
        change()
        assert [problem.path for problem in verify(directory)] == named
        batch_fakes.run_plain(directory, RUNS, collect=False)
        assert path.read_bytes() == whole
    assert [each.name for each in path.parent.iterdir()] == [path.name]  # none of a group that is not whole


@pytest.mark.parametrize("raises", [[], [3, 1500], list(range(1024))], ids=["none fails", "two fail", "a part fails"])
@pytest.mark.parametrize("block", [None, 64])
def test_a_sheet_is_the_same_from_memory_and_from_parts(monkeypatch, tmp_path, raises, block):
    batch_fakes.install(monkeypatch.setattr)
    monkeypatch.setattr(sheets, "SHEET_PARTS", 2)
    monkeypatch.setenv(batch_fakes.FAULTS, f'{{"raises": {raises}}}')
    with monkeypatch.context() as patch:
        patch.setattr(sheets, "_read", None)  # what was just written is not read again
        batch_fakes.run_plain(tmp_path, TWO_PARTS, collect=False, block=block)
    held = list(cut("plain", TWO_PARTS, TWO_PARTS))
    assert sheets.path_of(tmp_path, held[0]).read_bytes() == sheets.make(tmp_path, held)


def test_sheets_stand_however_a_batch_came_about(stored):
    """Broken off, extended, with a part computed again: each is what is read from its parts."""
    directory, held = stored

    def stop(done, _total):
        if done > 4 * 1024:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted):
        batch_fakes.run_plain(directory, 7 * 1024, collect=False, block=500, progress=stop)
    path = part_path(directory, OUTCOMES, held[1])
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.warns(BatchWarning, match="is computed again"):
        batch_fakes.run_plain(directory, 8 * 1024 - 3, collect=False, block=100)
    every = list(cut("plain", 8 * 1024 - 3, 8 * 1024 - 3))
    for group in (every[place : place + 2] for place in range(0, 8, 2)):
        assert sheets.path_of(directory, group[0]).read_bytes() == sheets.make(directory, group)


def test_a_part_that_is_changed_while_its_neighbour_is_written_is_told(stored):
    directory, held = stored
    batch_fakes.run_plain(directory.parent / "other", RUNS, seed=batch_fakes.SEED + 1, collect=False)
    first, second = (part_path(place, OUTCOMES, held[0]) for place in (directory, directory.parent / "other"))
    for part in held[:2]:
        part_path(directory, OUTCOMES, part).unlink()

    def change(done, _total):
        if done == 1024 + RUNS - TWO_PARTS:
            first.write_bytes(second.read_bytes())

    with pytest.warns(BatchWarning), pytest.raises(StoredDataDamaged, match="it belongs elsewhere: seed"):
        batch_fakes.run_plain(directory, RUNS, collect=False, block=512, progress=change)
    assert first.read_bytes() == second.read_bytes()
    assert not sheets.stands(directory, held[:2])


def test_memory_holds_two_groups_at_most(monkeypatch):
    monkeypatch.setattr(sheets, "SHEET_PARTS", 2)
    held, fresh = list(cut("plain", 10 * 1024, 10 * 1024)), sheets.Fresh()
    columns = pa.table({"run": [1], "status": ["ok"], "message": [""], "seed": [3]})
    data = parts.encode(columns, {})
    for part in held[::2]:  # of each group one is not computed again
        fresh.put(part, columns, data)
        assert not fresh.take(held[part.number : part.number + 2])
    assert len(fresh._repeats) == 1
    fresh.put(held[1], columns, data)
    assert not fresh.take(held[:2])  # the first was let go


def test_a_damaged_sheet_costs_time_and_nothing_else(stored):
    directory, held = stored
    before, path = rows(directory), sheets.path_of(directory, held[0])
    whole = path.read_bytes()
    for place in range(0, len(whole), max(len(whole) // 60, 1)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :])
        assert not sheets.stands(directory, held[:2])
        pd.testing.assert_frame_equal(before, rows(directory))
    path.write_bytes(whole[:-100])
    pd.testing.assert_frame_equal(before, rows(directory))
    path.write_bytes(whole)
    assert sheets.stands(directory, held[:2])


def test_failed_runs_are_missing_in_a_sheet_as_in_parts(monkeypatch, tmp_path):
    batch_fakes.install(monkeypatch.setattr)
    monkeypatch.setattr(sheets, "SHEET_PARTS", 2)
    monkeypatch.setenv(batch_fakes.FAULTS, '{"raises": [3, 1500]}')
    batch_fakes.run_plain(tmp_path / "batch", TWO_PARTS, collect=False, block=64)
    slow = rows(tmp_path / "batch", ["status", "message", "growth"])
    gather(tmp_path / "batch", list(cut("plain", TWO_PARTS, TWO_PARTS)))
    monkeypatch.setattr(readers, "_dataset", None)
    pd.testing.assert_frame_equal(slow, rows(tmp_path / "batch", ["status", "message", "growth"]))
    assert list(slow.index[slow["status"] == "failed"]) == [3, 1500]
    assert readers.count_failed(tmp_path / "batch", ["plain"], range(read_manifest(tmp_path / "batch").runs)) == 2
