"""The command as a person and a script meet it: run in process, its output and exit code read."""

from __future__ import annotations

import csv
import io
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from parcours.cli.main import main

LEADS = "lead,created,origin\n" + "".join(
    f"L{n},2026-01-{n % 28 + 1:02d},{'web' if n % 3 else 'fair'}\n" for n in range(60)
)
DEALS = "lead,won,amount\n" + "".join(f"L{n},2026-02-{n % 27 + 1:02d},{n * 10}\n" for n in range(0, 60, 4))


class Answer:
    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def rows(self) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.out)))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")

    def go(*arguments: str) -> Answer:
        code = main(list(arguments))
        captured = capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    return go


@pytest.fixture
def sales(run, tmp_path: Path) -> str:
    (tmp_path / "leads.csv").write_text(LEADS)
    (tmp_path / "deals.csv").write_text(DEALS)
    answer = run(
        "import", "leads.csv", "deals.csv", "--into", "sales.parcours", "--person", "lead",
        "--time", "leads.csv:created", "--time", "deals.csv:won",
        "--event-name", "leads.csv:lead", "--event-name", "deals.csv:deal won", "--json",
    )  # fmt: skip
    assert answer.code == 0, answer.err
    assert answer.json == {"events": 75, "persons": 60, "skipped": {}}
    return "sales.parcours"


def test_funnel_answers_scripts_in_the_promised_form(run, sales: str) -> None:
    steps = run("funnel", sales, "lead", "deal won", "--within", "90d", "--json").json["steps"]
    assert [(step["name"], step["persons"]) for step in steps] == [("lead", 60), ("deal won", 15)]


def test_funnel_speaks_to_people_and_spreadsheets_too(run, sales: str) -> None:
    told = run("funnel", sales, "lead", "deal won", "--by", "channel")
    assert told.code == 0 and "deal won" in told.out and "25.0%" in told.out and "fair" in told.out
    rows = run("funnel", sales, "lead", "deal won", "--csv").rows
    assert [row["persons"] for row in rows] == ["60", "15"]


def test_transitions_answer_scripts_in_the_promised_form(run, sales: str) -> None:
    answer = run("transitions", sales, "--json").json
    assert answer["transitions"] == [{"from": "lead", "to": "deal won", "count": 15, "tied": 0}]
    assert run("transitions", sales).out.count("deal won") == 1
    assert run("transitions", sales, "--csv").rows[0]["count"] == "15"


def test_people_lists_as_many_as_the_figure_counts(run, sales: str) -> None:
    counts = run("people", sales, "--json").json["figures"]
    assert counts["journey:persons"] == 60
    for figure, count in counts.items():
        assert run("people", sales, "--figure", figure, "--json").json["count"] == count, figure
    lost = run("people", sales, "--figure", "funnel:2:lost", "--step", "lead", "--step", "deal won", "--csv").rows
    assert len(lost) == 45
    assert len(run("people", sales, "--figure", "transition:lead>deal won").out.splitlines()) == 15


def test_pseudonyms_hide_ids_and_stay_the_same(run, sales: str) -> None:
    first = run("people", sales, "--figure", "journey:persons", "--pseudonyms", "--csv").rows
    again = run("people", sales, "--figure", "journey:persons", "--pseudonyms", "--csv").rows
    assert first == again and not any(row["person"].startswith("L") and row["person"][1:].isdigit() for row in first)


def test_stages_and_report_agree_and_the_report_is_written(run, sales: str, tmp_path: Path) -> None:
    stages = run("stages", sales, "--json").json["stages"]
    report = run("report", sales, "--output", "report.html", "--json")
    assert report.code == 0, report.err
    shown = report.json["journey"]["stages"]
    assert [s["entered"] for s in shown] == [s["entered"] for s in stages]
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert page.lower().startswith("<!doctype html>")
    assert run("stages", sales, "--csv").rows[0]["entered"] == str(stages[0]["entered"])
    assert "succeeded" in run("stages", sales).out


def test_a_report_without_people_holds_no_id(run, sales: str, tmp_path: Path) -> None:
    assert run("report", sales, "-o", "r.html", "--people", "none").code == 0
    assert "L59" not in (tmp_path / "r.html").read_text(encoding="utf-8")
    assert run("report", sales, "-o", "r.html", "--people", "some").code == 2


def test_maps_are_started_checked_drawn_and_discovered(run, sales: str, tmp_path: Path) -> None:
    assert run("map", "new", "coach.yaml").code == 0
    refused = run("map", "new", "coach.yaml")
    assert refused.code == 2 and "--force" in refused.err
    assert run("map", "new", "coach.yaml", "--force").code == 0
    assert "valid" in run("map", "validate", "coach.yaml").out
    for name in ("coach.html", "coach.svg"):
        assert run("map", "render", "coach.yaml", "--output", name, "--language", "fr").code == 0
        assert (tmp_path / name).stat().st_size > 5_000
    assert run("map", "discover", sales, "--output", "sales.json", "--title", "Sales").code == 0
    assert run("map", "validate", "sales.json", "--json").json == {"valid": True, "problems": []}
    assert run("stages", sales, "--map", "sales.json").code == 0


def test_discovery_explains_itself_and_shows_as_much_as_was_asked_for(run, sales: str, tmp_path: Path) -> None:
    rows = [f"p{n},2026-03-0{day},{name}" for n in range(9) for day, name in enumerate(("visit", "order_refused"), 1)]
    (tmp_path / "shop.csv").write_text("\n".join(["person,time,event", *rows, ""]))
    assert run("import", "shop.csv", "--into", "shop.parcours").code == 0
    explained = run("map", "discover", "shop.parcours", "--explain", "--language", "en")
    assert explained.code == 0 and "It comes first: 9 people (100%)." in explained.out
    assert "Failure: order_refused." in explained.out and "Left out" in explained.out
    answer = run("map", "discover", sales, "--stages", "2", "--json", "--output", "two.yaml").json
    assert len(answer["map"]["stages"]) == 2
    assert {one["kind"] for one in answer["proposals"]} >= {"stage", "touchpoint"}
    assert "valid" in run("map", "validate", "two.yaml").out
    few = run("map", "discover", sales, "--touchpoints", "1", "--stages", "1", "--json").json
    assert len([one for one in few["proposals"] if one["kind"] == "touchpoint"]) <= 2
    nowhere = run("map", "discover", sales)
    assert nowhere.code == 2 and "--explain" in nowhere.err
    assert run("map", "discover", sales, "--detail", "9", "--json").code == 2


def test_a_broken_map_names_line_and_field(run, tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text("id: m\ntitle: M\nstages:\n  - id: a\n    name: A\n    owner: nobody\n")
    answer = run("map", "validate", "m.yaml")
    assert answer.code == 4 and "m.yaml:6" in answer.err and "nobody" in answer.err
    problems = run("map", "validate", "m.yaml", "--json")
    assert problems.code == 4 and problems.json["problems"][0]["line"] == 6
    assert run("map", "validate", "nowhere.yaml").code == 3
    assert run("map", "new", "x.txt").code == 2
    assert run("map", "new", "x.yaml", "--template", "nope").code == 2


def test_a_bad_row_is_named_and_nothing_is_kept(run, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("person,time,event\nann,2026-03-05,visit\nbob,yesterday,visit\n")
    answer = run("import", "bad.csv", "--into", "bad.parcours")
    assert answer.code == 3 and "bad.csv:3" in answer.err and "yesterday" in answer.err
    assert "Traceback" not in answer.err
    skipped = run("import", "bad.csv", "--into", "bad.parcours", "--on-error", "skip", "--rejects", "r.csv", "--json")
    assert skipped.json == {"events": 1, "persons": 1, "skipped": {"time_unreadable": 1}}
    assert "yesterday" in (tmp_path / "r.csv").read_text()


def test_import_tells_people_what_was_left_out_and_what_comes_next(run, tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text("person,time,event\nann,2026-03-05,visit\n,2026-03-05,visit\n")
    told = run("import", "e.csv", "--into", "e.parcours", "--on-error", "skip").out
    assert "1 event of 1 person" in told and "1 row left out: no person" in told and "parcours report" in told
    again = run("import", "e.csv", "--into", "e.parcours", "--on-error", "skip").out
    assert "imported before" in again


def test_preview_shows_columns_and_imports_nothing(run, tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text("client,horodatage,action\nann,05/03/2026 10:00,visite\n")
    assert "person" in run("import", "e.csv", "--into", "e.parcours", "--preview").out
    columns = run("import", "e.csv", "--into", "e.parcours", "--preview", "--json").json[0]["columns"]
    assert [column["role"] for column in columns] == ["person", "time", "event"]
    assert not (tmp_path / "e.parcours").exists()


def test_info_lists_imports_and_undo_takes_one_back(run, sales: str) -> None:
    assert "deals.csv" in run("info", sales).out
    imports = run("info", sales, "--json").json["imports"]
    assert [one["events"] for one in imports] == [60, 15]
    assert run("undo", sales, str(imports[1]["import"]), "--json").json == {
        "undone": imports[1]["import"],
        "events": 15,
    }
    assert run("info", sales, "--json").json["events"] == 60
    assert run("undo", sales, "99").code in (2, 5)


def test_an_overlap_is_not_promised_in_the_rejects_and_told_when_its_origin_is_undone(run, tmp_path: Path) -> None:
    header = "person,time,event\n"
    (tmp_path / "1.csv").write_text(f"{header}a,2026-01-01,x\na,2026-01-02,y\n")
    (tmp_path / "2.csv").write_text(f"{header}a,2026-01-02,y\na,2026-01-03,z\n")
    load = ("--into", "o.parcours", "--dedupe", "content", "--on-error", "skip", "--rejects", "r.csv")
    run("import", "1.csv", *load)
    said = run("import", "2.csv", *load).out
    assert "1 row left out: the same row came with an earlier export" in said and "r.csv" not in said
    (tmp_path / "3.csv").write_text(f"{header}b,2026-01-02,y\nb,y\n")
    said = run("import", "3.csv", *load).out
    assert "1 row left out: too few or too many columns" in said and "r.csv" in said
    assert "Import 2 (2.csv) left out 1 row as duplicates" in " ".join(run("undo", "o.parcours", "1").out.split())
    assert "left out" not in run("undo", "o.parcours", "2").out


def test_simulate_gives_the_same_file_for_the_same_seed(run, tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        answer = run("simulate", "-o", name, "--persons", "50", "--seed", "4", "--truth", "t.json", "--json")
        assert answer.code == 0 and answer.json["events"] > 50
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert json.loads((tmp_path / "t.json").read_text())
    assert run("simulate", "-o", "a.xls").code == 2


def test_simulate_writes_a_parquet_file_that_can_be_imported(run, tmp_path: Path) -> None:
    answer = run("simulate", "--events", "5e3", "-o", "big.parquet", "--truth", "t.json", "--json")
    assert answer.code == 0, answer.err
    truth = json.loads((tmp_path / "t.json").read_text())
    assert answer.json["events"] == truth["events"] == pytest.approx(5_000, rel=0.2)
    assert run("import", "big.parquet", "--into", "big.parcours").code == 0
    assert run("map", "new", "map.yaml").code == 0
    asked = run("stages", "big.parcours", "--map", "map.yaml", "--json")
    assert [row["entered"] for row in asked.json["stages"]] == [stage["entered"] for stage in truth["stages"]]
    assert run("simulate", "--events", "5e3", "--persons", "10", "-o", "big.parquet").code == 2


def test_the_demo_ends_with_a_map_in_either_language(run, tmp_path: Path) -> None:
    for language, word in (("fr", "étape"), ("en", "stage")):
        answer = run("demo", "--into", "demo", "--no-open", "--language", language)
        assert answer.code == 0, answer.err
        page = (tmp_path / "demo" / "living-map.html").read_text(encoding="utf-8")
        assert f'lang="{language}"' in page and word in page.lower()
        for line in answer.out.splitlines():
            if line.startswith("  parcours "):
                asked = run(*shlex.split(line)[1:], "--json")
                assert asked.code == 0 and asked.json, line


def test_the_templates_are_listed_a_line_each(run) -> None:
    listed = run("map", "templates", "--language", "en")
    assert listed.code == 0
    assert [line.split()[0] for line in listed.out.splitlines()[:3]] == ["coach", "saas", "fashion"]
    assert "40 touchpoints" in listed.out and "The journey of an online fashion customer" in listed.out
    assert [one["name"] for one in run("map", "templates", "--json").json] == ["coach", "saas", "fashion"]
    assert "cliente de mode" in run("map", "templates", "--language", "fr").out


def test_a_map_starts_from_the_template_that_is_named(run, tmp_path: Path) -> None:
    assert run("map", "new", "shop.yaml", "--template", "fashion").code == 0
    assert "Publicité Instagram" in (tmp_path / "shop.yaml").read_text(encoding="utf-8")
    refused = run("map", "new", "x.yaml", "--template", "fasion")
    assert refused.code == 2 and "fashion" in refused.err


def test_the_company_of_a_template_is_played(run, tmp_path: Path) -> None:
    assert run("simulate", "--template", "saas", "--persons", "300", "-o", "s.csv").code == 0
    assert "demo_booked" in (tmp_path / "s.csv").read_text(encoding="utf-8")
    assert run("map", "new", "m.yaml").code == 0
    both = run("simulate", "--template", "saas", "--map", "m.yaml", "-o", "t.csv", "--language", "en")
    assert both.code == 2 and "not both" in both.err


def test_the_demo_of_a_template_names_its_company(run, tmp_path: Path) -> None:
    answer = run("demo", "--template", "fashion", "--into", "demo", "--no-open", "--language", "en")
    assert answer.code == 0 and "an invented fashion label" in answer.out, answer.err
    assert "Maison Lisière" in (tmp_path / "demo" / "living-map.html").read_text(encoding="utf-8")
    assert run("demo", "--template", "nope", "--into", "other", "--no-open").code == 2
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["funnel", "nowhere.parcours", "a"], 5, "nowhere.parcours"),
        (["funnel"], 2, "LOG"),
        (["funnel", "x", "a", "--nope"], 2, "--nope"),
        (["nonsense"], 2, "nonsense"),
        (["report", "x"], 2, "--output"),
        (["import", "missing.csv", "--into", "x.parcours"], 3, "missing.csv"),
        (["transitions", "x", "--most", "0"], 2, "--most"),
    ],
)
def test_a_mistake_is_one_readable_message_with_its_exit_code(run, arguments: list[str], code: int, said: str) -> None:
    answer = run(*arguments)
    assert answer.code == code and said in answer.err and "Traceback" not in answer.err


def test_two_forms_at_once_are_refused(run, sales: str) -> None:
    assert run("transitions", sales, "--json", "--csv").code == 2


def test_a_formula_never_leaves_for_a_spreadsheet_as_one(run, tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text('person,time,event\n"=cmd()",2026-03-05,visit\n')
    assert run("import", "e.csv", "--into", "e.parcours").code == 0
    row = run("people", "e.parcours", "--figure", "journey:persons", "--csv").rows[0]
    assert row["person"] == "'=cmd()"
    assert run("people", "e.parcours", "--figure", "journey:persons", "--json").json["people"][0]["person"] == "=cmd()"


def test_every_command_has_help_with_examples_in_both_languages() -> None:
    commands = ["import", "stages", "funnel", "transitions", "trips", "deviations", "promises",
                "alignment", "compare", "letter", "feelings", "people", "report", "simulate", "demo",
                "map new", "map validate", "map render", "map discover"]  # fmt: skip
    for language, word in (("en", "Examples"), ("fr", "Exemples")):
        code = (
            "import sys, io, contextlib\nfrom parcours.cli.main import main\n"
            f"for command in {commands!r}:\n"
            "    out = io.StringIO()\n"
            "    with contextlib.redirect_stdout(out):\n"
            f"        assert main([*command.split(), '--help', '--language', {language!r}]) == 0\n"
            f"    assert {word!r} in out.getvalue(), command\n"
        )
        env = {"PATH": "/usr/bin:/bin", "PARCOURS_LANGUAGE": language, "COLUMNS": "100"}
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env)
        assert done.returncode == 0, done.stderr


def test_our_own_mistake_shows_no_trace(run, monkeypatch: pytest.MonkeyPatch) -> None:
    import parcours.library.log as module

    def broken(*_args: object, **_more: object) -> None:
        raise RuntimeError("wires crossed")

    monkeypatch.setattr(module.EventLog, "__init__", broken)
    monkeypatch.delenv("PARCOURS_DEBUG", raising=False)
    answer = run("funnel", "x", "a")
    assert answer.code == 1 and "wires crossed" in answer.err and "Traceback" not in answer.err


def test_the_page_shows_the_command_that_lists_everybody(run, sales: str, tmp_path: Path) -> None:
    assert run("map", "discover", sales, "--output", "our map.yaml").code == 0
    assert run("report", sales, "--map", "our map.yaml", "-o", "r.html").code == 0
    assert "parcours people sales.parcours --map &#x27;our map.yaml&#x27;" in (tmp_path / "r.html").read_text("utf-8")
    assert run("report", sales, "-o", "r.html", "--goal", "deal won").code == 0
    assert "parcours people sales.parcours --goal &#x27;deal won&#x27;" in (tmp_path / "r.html").read_text("utf-8")


def test_a_first_question_says_that_analyses_are_prepared(sales: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "parcours", "funnel", sales, "lead", "deal won", "--json"]
    env = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "cache"), "PARCOURS_LANGUAGE": "en"}
    done = subprocess.run(command, capture_output=True, text=True, env=env, cwd=tmp_path)
    assert "once on this machine" in done.stderr and json.loads(done.stdout)["steps"][0]["persons"] == 60


def test_import_says_in_words_what_was_left_out_and_that_nothing_was_added(run, tmp_path: Path) -> None:
    (tmp_path / "ventes.csv").write_text(
        "N° client;Date;Action;Montant\n"
        + "C1;02/03/2026;visite;12,50\n" * 20
        + "C2;31/02/2026;visite;1\nC3;03/03/2026;visite;douze\nC4;03/03/2026;visite;1;2;3\n"
    )
    (tmp_path / "app.jsonl").write_text('{"person": "a", "time": "2026-01-01", "event": "x"}\n{broken\n')
    stopped = run("import", "ventes.csv", "--into", "a.parcours", "--language", "fr")
    assert stopped.code == 3 and "(une date illisible)" in stopped.err
    files = ("import", "ventes.csv", "app.jsonl", "--into", "b.parcours", "--on-error", "skip", "--rejects", "out.csv")
    first = run(*files, "--language", "fr").out
    assert "Lu dans b.parcours\u00a0: 21 événements de 2 personnes." in first and "_" not in first
    for reason in ("une date illisible", "un nombre illisible", "trop ou trop peu de colonnes", "du JSON illisible"):
        assert f"1 ligne écartée\u00a0: {reason}" in first
    assert "Chaque ligne fautive est dans out.csv." in first
    again = run(*files, "--language", "en").out
    assert "Nothing was added to b.parcours." in again


def test_preview_and_info_name_roles_and_kinds_in_the_users_language(run, tmp_path: Path) -> None:
    (tmp_path / "ventes.csv").write_text("N° client;Date;Action;Montant\nC1;02/03/2026;visite;12,50\n")
    shown = run("import", "ventes.csv", "--into", "a.parcours", "--preview", "--language", "fr").out
    assert all(word in shown for word in ("personne", "événement", "montant", "nombre", "texte"))
    preview = run("import", "ventes.csv", "--into", "a.parcours", "--preview", "--json").json
    assert [column["role"] for column in preview[0]["columns"]] == ["person", "time", "event", "value"]
    run("import", "ventes.csv", "--into", "a.parcours")
    assert "nombre" in run("info", "a.parcours", "--language", "fr").out


def test_tables_keep_figures_and_words_whole_on_a_narrow_screen(run, sales: str, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    run("map", "new", "map.yaml")
    shown = run("stages", sales, "--map", "map.yaml", "--language", "fr").out
    assert all(word in shown for word in ("Ressenti", "recommandation", "d’informations", "utilisation"))
    assert max(map(len, shown.partition("réussi")[0].splitlines())) <= 80


def test_usage_errors_and_help_speak_french_throughout(run, sales: str) -> None:
    french = ("--language", "fr")
    assert "il faut ici un nombre entier, pas «\u00a0deux\u00a0»" in run("undo", sales, "deux", *french).err
    assert "n’est pas parmi any, first" in run("funnel", sales, "lead", "--entry", "prems", *french).err
    assert "il faut ici au moins 1" in run("transitions", sales, "--most", "0", *french).err
    assert "Vouliez-vous dire" in run("fnnel", *french).err
    for command in ((), ("map",), ("info",)):
        code = "import sys; from parcours.cli.main import main; main(sys.argv[1:])"
        words = [sys.executable, "-c", code, *command, "--help"]
        env = {"PARCOURS_LANGUAGE": "fr", "PATH": "/usr/bin:/bin", "COLUMNS": "120"}
        shown = subprocess.run(words, capture_output=True, text=True, env=env).stdout
        assert "Affiche cette aide." in shown and "Install completion" not in shown


def test_a_plan_alone_counts_nobody(run, tmp_path: Path) -> None:
    assert run("map", "new", "coach.yaml").code == 0
    for name in ("plan.html", "plan.svg"):
        assert run("map", "render", "coach.yaml", "--output", name, "--language", "en").code == 0
        drawn = (tmp_path / name).read_text(encoding="utf-8")
        assert "Leaving" not in drawn and "0 leave" not in drawn and "Touchpoints" in drawn


def test_a_rule_that_no_event_fits_is_said_in_the_terminal_and_on_the_page(run, sales: str, tmp_path: Path) -> None:
    assert run("map", "discover", sales, "--output", "m.yaml").code == 0
    text = (tmp_path / "m.yaml").read_text(encoding="utf-8").replace("deal won", "deal wonn")
    (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
    for command in (["stages", sales, "--map", "m.yaml"], ["report", sales, "--map", "m.yaml", "-o", "r.html"]):
        answer = run(*command)
        assert answer.code == 0 and "never saw: “deal wonn”" in answer.out, answer.out
    assert "deal wonn" in (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "never saw" not in run("stages", sales).out


def test_an_import_that_fails_leaves_no_empty_log_behind(run, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("person,time,event\nann,never,visit\n")
    assert run("import", "bad.csv", "--into", "new.parcours").code == 3
    assert not (tmp_path / "new.parcours").exists()
    (tmp_path / "good.csv").write_text("person,time,event\nann,2026-03-05,visit\n")
    assert run("import", "good.csv", "--into", "old.parcours").code == 0
    assert run("import", "bad.csv", "--into", "old.parcours").code == 3
    assert run("info", "old.parcours", "--json").json["events"] == 1


def test_times_without_a_zone_are_said_to_be_read_as_utc_unless_somebody_named_one(run, tmp_path: Path) -> None:
    (tmp_path / "bare.csv").write_text("person,time,event\na,2026-01-05 09:00,visit\nb,2026-01-06 10:00,visit\n")
    (tmp_path / "zoned.csv").write_text("person,time,event\na,2026-01-05T09:00:00+01:00,visit\n")
    said = "The times of bare.csv have no zone and are read as UTC: --zone Europe/Paris"
    both = ("import", "bare.csv", "zoned.csv", "--into", "log", "--language", "en")
    assert said in " ".join(run(*both, "--preview").out.split())
    assert [one["zone"] for one in run(*both, "--preview", "--json").json] == ["UTC", None]
    assert "no zone" not in run(*both, "--preview", "--zone", "Europe/Paris").out
    assert said in " ".join(run(*both).out.split())
    for more in (("bare.csv", "--zone", "UTC"), ("zoned.csv",)):
        assert "no zone" not in run("import", *more, "--into", f"log-{len(more)}", "--language", "en").out


def test_compiling_is_told_once_a_process_and_loading_what_is_compiled_never(tmp_path: Path) -> None:
    code = (
        "from parcours.cli.preparing import prepare\nfor one in ('transitions', 'transitions', 'funnel'): prepare(one)"
    )
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path), "PARCOURS_LANGUAGE": "en"}

    def told() -> int:
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
        return done.stderr.count("Preparing the analyses")

    assert [told(), told()] == [1, 0]
