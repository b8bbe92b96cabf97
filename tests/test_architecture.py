"""The shape of the project: what the linter cannot see."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "parcours"
MODULES = sorted(PACKAGE.rglob("*.py"))


def layers() -> list[str]:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return next(c["layers"] for c in config["tool"]["importlinter"]["contracts"] if c["type"] == "layers")


def imports_of(module: Path) -> set[str]:
    tree = ast.parse(module.read_text())
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def test_every_package_stands_in_the_layers() -> None:
    packages = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    assert packages == set(layers()) - {"__main__"}


def below_the_line() -> list[str]:
    return layers()[layers().index("library") :]


def test_nothing_below_the_line_knows_django() -> None:
    below = [m for m in MODULES if m.relative_to(PACKAGE).parts[0] in below_the_line()]
    assert below
    assert [m for m in below if any(name.split(".")[0] in ("django", "allauth") for name in imports_of(m))] == []


def test_the_linter_forbids_django_to_every_package_below_the_line() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())
    rule = next(c for c in config["tool"]["importlinter"]["contracts"] if c["name"] == "No Django below the line")
    assert rule["source_modules"] == [f"parcours.{name}" for name in below_the_line()]


def test_tables_point_only_at_tables_of_packages_below() -> None:
    pytest.importorskip("django")
    from django.apps import apps

    order = layers()
    ours = [model for model in apps.get_models() if model.__module__.startswith("parcours.")]
    assert ours
    for model in ours:
        for field in model._meta.get_fields():
            target = field.related_model if field.concrete and field.is_relation else None
            if target is not None and target.__module__.startswith("parcours."):
                mine, theirs = (order.index(m.__module__.split(".")[1]) for m in (model, target))
                assert mine <= theirs, f"{model.__name__}.{field.name} points up at {target.__name__}"


def test_nothing_inside_imports_the_top_of_the_package() -> None:
    allowed = {"__version__"}
    for module in MODULES:
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module == "parcours":
                assert {alias.name for alias in node.names} <= allowed, module


def test_the_simulator_shares_no_code_with_the_analyses() -> None:
    allowed = {"parcours.engine.predicates"}
    for module in (PACKAGE / "simulate").rglob("*.py"):
        engine = {name for name in imports_of(module) if name.startswith("parcours.engine")}
        assert engine <= allowed, f"{module.name} imports {engine - allowed}"


def test_importing_the_library_loads_no_heavy_library() -> None:
    code = (
        "import sys, time, json; t=time.perf_counter(); import parcours as pc; s=time.perf_counter()-t;"
        "names=('numpy','numba','pyarrow','pandas','jsonschema','ruamel.yaml','rich','typer');"
        "heavy=[m for m in names if m in sys.modules];"
        "print(json.dumps([s, heavy, pc.__version__, sorted(dir(pc))]))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    _seconds, heavy, version, names = json.loads(out.stdout)
    assert heavy == []
    assert version and "read" in names


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_is_one_idea_of_readable_length(module: Path) -> None:
    assert len(module.read_text().splitlines()) <= 450


def test_nothing_names_a_machine_or_a_registry() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    home = str(ROOT.parent) + os.sep
    for name in filter(None, tracked):
        path = ROOT / name
        if not path.is_file() or path.suffix in (".png", ".woff2", ".parquet", ".sqlite", ".gz", ".arrow"):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        assert home not in text or len(home) < 4, name
        if name.endswith((".lock", "package-lock.json")):
            assert not re.search(r"https?://", text), name


def test_the_tour_names_only_what_exists() -> None:
    for page in (ROOT / "docs" / "tour.md",):
        for path in re.findall(r"`((?:src|tests|benchmarks|docs|tools)/[\w./-]+)`", page.read_text()):
            assert (ROOT / path).exists(), f"{page.name} names {path}"
