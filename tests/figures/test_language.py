"""Figures in Korean: every label translated, every letter in the font, nothing covers anything; captions and citations."""

import re
from types import SimpleNamespace

import matplotlib
import pytest
from figure_batches import NAMES, make
from matplotlib.text import Text
from test_figure_gallery import check_legible, laid_out

from experiments import language
from experiments.citation import cited
from experiments.cli import main
from experiments.errors import UsageError
from experiments.figures import captions, fonts, gallery, style

ALLOWED = {"CSV", "ICBM", "IRBM", "KOTRA", "Peninsula", "SLBM", "SRBM", "peninsula"}
LATIN = re.compile(r"[A-Za-z]+")
BATCHES = {count: make(count, 20) for count in (1, 10)}
ONE_OF_EACH = ("outcomes_talks", "trade", "tests", "actions_russia", "observed", "talks", "votes", "dependence")
ALONE = [figure.name for figure in gallery.chosen(None, BATCHES[1])]
# for many scenarios the words are those for one, but in the figures that only many have, and in what tells them apart
ALL = {
    1: ALONE,
    10: [each.name for each in gallery.chosen(None, BATCHES[10]) if each.name not in ALONE or each.name in ONE_OF_EACH],
}


def english(text: str) -> set[str]:
    """Latin words of a text that are neither allowed nor in the name of a scenario, whole or cut at its end."""
    for name in NAMES:
        text = text.replace(name, "")
    bare = text.replace("\n", "").rstrip("…")
    if bare and any(name.startswith(bare) for name in NAMES):
        return set()
    lines = text.split("\n")
    if len(lines) > 1:
        return set().union(*map(english, lines))
    return set(LATIN.findall(text)) - ALLOWED


@pytest.mark.parametrize("count", BATCHES)
def test_no_english_is_left_in_any_figure(count):
    left = {}
    for name in ALL[count]:
        figure = gallery.FIGURES[name].draw(BATCHES[count], language="ko")  # warns of letters that no font has
        texts = [text.get_text() for text in figure.findobj(Text) if text.get_visible()]
        words = set().union(*(english(text) for text in [*texts, *str(figure.get_label()).split("\n")]))
        assert any(re.search("[가-힣]", text) for text in texts), name
        if words:
            left[name] = words
    assert not left


@pytest.mark.parametrize("name", ONE_OF_EACH)
@pytest.mark.parametrize("count", [1, 10])
def test_korean_figures_are_legible(name, count):
    figure = gallery.FIGURES[name].draw(BATCHES[count], language="ko")
    check_legible(figure, laid_out(figure))


def test_a_left_out_label_is_found():
    assert english("실행의 share (CSV)") == {"share"}
    assert english("moscow-opens-the-\nlabour-…") == set()


def test_every_entry_has_hangul_or_signs_alone_and_as_many_places():
    for text, translation in language.table("ko").items():
        assert translation == translation.strip() != "", text
        places = len(language.PLACE.findall(text))
        assert places == len(re.findall(r"\{\d?\}", translation)), text
        assert places > 1 or re.search("[가-힣]", translation) or text == "in {number}%", text


@pytest.mark.parametrize(
    ("text", "korean"),
    [
        ("Exports to China\nm USD/month", "대중 수출\n백만 달러/월"),
        ("Trade recovery (ratio to 2019)", "교역 회복(2019년 대비 비율)"),
        ("Jan\n2021", "1월\n2021"),
        ("2020\nMay-Dec", "2020년\n5월~12월"),
        ("2021-03", "2021년 3월"),
        ("North Korea and Russia", "북한·러시아"),
        (
            "2020 May-Dec, 2021 left out: not observed for just these months",
            "2020년 5월~12월, 2021 제외: 해당 기간의 관측값 없음",
        ),
        ("1,000 runs per scenario, seed 1 · peninsula 0.4.0", "시나리오당 실행 1,000회, 시드 1 · peninsula 0.4.0"),
        ("Mean over runs. Line: 90% of runs.", "실행의 평균. 선: 실행의 90%."),
        ("What the table lacks.\nIt stays.", "What the table lacks.\nIt stays."),
    ],
)
def test_texts_are_translated_whole_by_pattern_and_in_parts(text, korean):
    assert language.translated(text, "ko") == korean
    assert language.translated(text, "en") == text


def test_names_of_scenarios_stay_even_where_they_are_words_of_the_table():
    with language.speaking("ko", {"Trade recovery"}):
        assert language.said("Trade recovery") == "Trade recovery"
        assert language.said("Growth") == "성장률"
    assert language.said("Growth") == "Growth"


def test_wide_letters_take_more_room():
    assert language.wrapped("가나다라 마바사아", 10) == "가나다라\n마바사아"
    assert language.wrapped("abcd efgh", 10) == "abcd efgh"


def test_unknown_languages_are_refused():
    with pytest.raises(UsageError, match="there is no language 'kr'"):
        language.translated("Growth", "kr")


def test_fonts_in_their_order_and_what_to_do_without(monkeypatch):
    assert fonts.families("en") == ["DejaVu Sans"]
    assert fonts.families("ko") == [fonts.NAME, "DejaVu Sans"]
    with style.house_style("ko"):
        weights = {matplotlib.font_manager.findfont(matplotlib.font_manager.FontProperties(weight=w)) for w in (400, 700)}
    assert {path.rsplit("/", 1)[-1] for path in weights} == set(fonts.PACKAGED)
    for known, family in (([], None), (["Arial", "Malgun Gothic"], "Malgun Gothic")):
        fonts._hangul.cache_clear()
        monkeypatch.setattr(fonts, "_packaged", list)
        monkeypatch.setattr(fonts, "fontManager", SimpleNamespace(get_font_names=lambda known=known: known))
        if family:
            assert fonts.families("ko")[0] == family
        else:
            with pytest.raises(UsageError, match=r"peninsula\[korean\]"):
                fonts.families("ko")
    monkeypatch.undo()
    fonts._hangul.cache_clear()


def test_same_batch_gives_the_same_bytes_in_korean_and_captions_to_paste(tmp_path):
    first, second = (
        gallery.draw_all(BATCHES[1], ["reserves"], out=tmp_path / place, language="ko") for place in ("first", "second")
    )
    gallery.draw_all(BATCHES[1], ["reserves"], out=tmp_path / "third")
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name
    assert first[0].read_bytes() != (tmp_path / "third" / "reserves.png").read_bytes()
    said = (tmp_path / "first" / captions.NAME).read_text("utf-8")
    assert said.startswith("## reserves\n\n그림: reserves.png, reserves.svg; 자료: reserves.csv\n\n**외화 보유액은")
    assert "인용: Peninsula 0.1.0, baseline-2020, 실행 20회, 시드 7" in said


def test_captions_say_what_marks_mean_and_keep_those_of_other_figures(tmp_path):
    gallery.draw_all(BATCHES[1], ["reserves"], out=tmp_path)
    gallery.draw_all(BATCHES[1], ["growth"], out=tmp_path)
    gallery.draw_all(BATCHES[1], ["reserves"], out=tmp_path)
    said = (tmp_path / captions.NAME).read_text("utf-8")
    assert re.findall("^## (.*)$", said, re.MULTILINE) == ["reserves", "growth"]
    for part in ("Dark band: 50% of runs", "20 runs per scenario, seed 7 · peninsula 0.1.0", "Cite as: Peninsula 0.1.0"):
        assert said.count(part) == 2


def test_citations_name_what_makes_the_numbers_again():
    one = cited("0.4.0", {"baseline-2020": "1a2b3c4d5e6f"}, [1000], 1)
    assert one == "Peninsula 0.4.0, baseline-2020 (1a2b3c4d), 1,000 runs, seed 1"
    many = {f"s{number}": "" for number in range(31)}
    assert cited("0.4.0", many, [990, 1000, 995], 1, shown=2) == (
        "Peninsula 0.4.0, s0, s1 and 29 more, 990 to 1,000 runs of each, seed 1"
    )
    assert cited("0.4.0", many, [1], 1).count(", s") == 32  # with the seed


def test_the_verb_offers_languages(capsys):
    with pytest.raises(SystemExit):
        main(["plot", "nowhere", "--language", "fr"])
    assert "choose from en, ko" in capsys.readouterr().err


def test_long_texts_are_left_as_they_are_and_soon():
    long = "Is it so that " + ", ".join(f"x{place}" for place in range(3000)) + "?"
    assert language.translated(long, "ko") == long
