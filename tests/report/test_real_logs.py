"""Reports of two public logs with discovered maps: figures, people and sentences, as a stranger meets them."""

import re

import pytest

from parcours.library.log import read
from parcours.picture.typeface import FONTS
from parcours.report.people import people_of
from parcours.report.shown import shown_figures

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def helpdesk(data):
    return read(data / "helpdesk.xes.gz")


@pytest.fixture(scope="module")
def loans(data):
    return read(data / "bpic2012.xes.gz")


@pytest.mark.parametrize("name", ["helpdesk", "loans"])
def test_every_figure_of_a_discovered_map_is_as_long_as_its_list_of_people(name, request):
    log = request.getfixturevalue(name)
    map = log.map(None)
    report = log.report(map, people="all")
    for key, count in shown_figures(report.picture):
        assert count in (None, report.figures()[key])
    for key, total in report.figures().items():
        assert len(report.picture.people[key]) == total, key
    for key in list(report.figures())[::17]:
        assert [case.person for case in people_of(log.stored, map, key)] == list(report.picture.people[key])


def test_the_loan_report_says_where_applications_end(loans):
    picture = loans.report(language="en").picture
    assert loans.events == 262_200
    assert picture.lost[0].startswith("Of 13,087 people: 2,246 successes (17%)")
    assert picture.findings[0].kind == "leak_most"
    assert any("A_DECLINED" in note for note in picture.notes)


def test_the_helpdesk_report_speaks_of_waiting_and_of_nothing_that_is_not_there(helpdesk):
    picture = helpdesk.report(language="fr").picture
    assert [finding.kind for finding in picture.findings] == ["wait_most"]
    assert picture.headline.startswith("On attend le plus à")
    assert picture.felt == ("Personne n’a donné de réponse\u00a0: on ne sait pas ce que les gens ressentent.",)


@pytest.mark.parametrize("size", ["a4", "a3"])
@pytest.mark.parametrize("name", ["helpdesk", "loans"])
def test_the_document_of_a_real_log_shows_its_figures_and_cuts_nothing_off(name, size, request, tmp_path, poppler):
    if not (FONTS / "drawn.txt").exists():
        pytest.skip("The fonts are not gathered; run make assets.")
    report = request.getfixturevalue(name).report(language="en")
    path = report.save(tmp_path / "report.pdf", paper=size)
    text = re.sub(r"\s", "", poppler("pdftotext", path, "-"))
    for stage in report.picture.stages:
        assert f"{stage.entered.count:,}" in text and re.sub(r"\s", "", stage.name) in text
    boxes = poppler("pdftotext", "-bbox", path, "-")
    wide, high = map(float, re.search(r'<page width="([\d.]+)" height="([\d.]+)"', boxes).groups())
    for found in re.findall(r'<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)"', boxes):
        left, top, right, bottom = map(float, found)
        assert 20 < left < right < wide - 20 and 15 < top < bottom < high - 15
