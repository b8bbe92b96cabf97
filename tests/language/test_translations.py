import ast
import gettext
import importlib.util
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[2]
GETTEXT = "django.utils.translation"
TRANSLATE = ("_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy")


@pytest.fixture(scope="module")
def tool():
    path = ROOT / "tools" / "translations.py"
    spec = importlib.util.spec_from_file_location("translations_tool", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where its dataclass looks for the names of its fields
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def package(tmp_path):
    """A package with one message and one plural, and folders for its catalogue."""
    (tmp_path / "code.py").write_text(
        'def f(n):\n    return _("Step “{step}”."), ngettext("{n} person", "{n} people", n)\n', encoding="utf-8"
    )
    (tmp_path / "language/locale/fr/parts").mkdir(parents=True)
    return tmp_path


def part(package, text, name="one"):
    (package / f"language/locale/fr/parts/{name}.po").write_text(text, encoding="utf-8")


WHOLE = """
msgid "Step “{step}”."
msgstr "Étape « {step} »."

msgid "{n} person"
msgid_plural "{n} people"
msgstr[0] "une personne"
msgstr[1] "{n} personnes"
"""


def test_every_text_of_the_project_has_a_french_translation(tool):
    assert tool.check() == []


def test_merging_puts_french_spaces_right_and_compiles(tool, package):
    part(package, WHOLE)
    assert tool.merge(package) == []
    assert tool.check(package) == []
    catalogue = package / "language/locale/fr/LC_MESSAGES"
    assert "Étape «\u00a0{step}\u00a0»." in (catalogue / "parcours.po").read_text(encoding="utf-8")
    assert (catalogue / "parcours.mo").stat().st_size > 100


def test_merging_twice_changes_no_byte_and_names_no_place(tool, package):
    part(package, WHOLE)
    tool.merge(package)
    path = package / "language/locale/fr/LC_MESSAGES/parcours.po"
    first = path.read_bytes()
    (package / "language/locale/fr/parts/one.po").unlink()
    tool.merge(package)
    assert path.read_bytes() == first
    assert b"code.py" not in first and b"Date" not in first


def test_a_text_without_french_is_written_down_to_be_translated(tool, package):
    part(package, WHOLE.split("\n\n")[0])
    tool.merge(package)
    written = (package / "language/locale/fr/LC_MESSAGES/parcours.po").read_text(encoding="utf-8")
    assert 'msgid "{n} person"\nmsgid_plural "{n} people"\nmsgstr[0] ""\nmsgstr[1] ""\n' in written


def test_a_missing_text_fails_the_check_and_names_its_module(tool, package):
    part(package, WHOLE.split("\n\n")[0])
    tool.merge(package)
    assert tool.check(package) == ["missing: ('{n} person', '{n} people') (code.py)"]


def test_a_text_inside_an_f_string_is_found(tool, package):
    (package / "inner.py").write_text("def f(n):\n    return f\"<b>{_('see who')}</b>\"\n", encoding="utf-8")
    part(package, WHOLE)
    tool.merge(package)
    assert tool.check(package) == ["missing: 'see who' (inner.py)"]


def test_a_half_translated_plural_is_missing(tool, package):
    part(package, WHOLE.replace('"{n} personnes"', '""'))
    tool.merge(package)
    assert [line.split(":")[0] for line in tool.check(package)] == ["missing"]


def test_one_text_has_another_french_in_another_context(tool, package):
    (package / "roles.py").write_text('OWNER = pgettext_lazy("of a workspace", "Owner")\nCOLUMN = _("Owner")\n')
    part(package, WHOLE)
    tool.merge(package)
    said = ["missing: 'Owner' (roles.py)", "missing: InContext(context='of a workspace', text='Owner') (roles.py)"]
    assert tool.check(package) == said
    in_context = 'msgctxt "of a workspace"\nmsgid "Owner"\nmsgstr "Propriétaire"\n'
    part(package, f'{WHOLE}\nmsgid "Owner"\nmsgstr "Responsable"\n\n{in_context}')
    tool.merge(package)
    assert tool.check(package) == []
    words = gettext.translation("parcours", package / "language/locale", ["fr"])
    assert (words.gettext("Owner"), words.pgettext("of a workspace", "Owner")) == ("Responsable", "Propriétaire")
    (package / "roles.py").write_text('COLUMN = _("Owner")\n')
    assert tool.check(package) == ["obsolete: 'Owner'"]


def test_placeholders_that_differ_fail_the_check(tool, package):
    part(package, WHOLE.replace("{step} »", "{etape} »"))
    tool.merge(package)
    assert [line.split(":")[0] for line in tool.check(package)] == ["placeholders differ"]


def test_fuzzy_and_obsolete_texts_fail_the_check(tool, package):
    part(package, WHOLE)
    tool.merge(package)
    path = package / "language/locale/fr/LC_MESSAGES/parcours.po"
    text = path.read_text(encoding="utf-8").replace('msgid "Step', '#, fuzzy\nmsgid "Step')
    path.write_text(text + '\nmsgid "Gone"\nmsgstr "Parti"\n', encoding="utf-8")
    assert sorted(line.split(":")[0] for line in tool.check(package)) == ["fuzzy", "obsolete"]


def test_two_parts_that_disagree_are_told(tool, package):
    part(package, WHOLE)
    part(package, WHOLE.replace("Étape", "Pas"), "two")
    assert len(tool.merge(package)) == 1


def test_building_compiles_every_catalogue_under_its_own_name(tmp_path):
    build = importlib.util.spec_from_file_location("build_hook", ROOT / "tools" / "hatch_build.py")
    hook = importlib.util.module_from_spec(build)
    build.loader.exec_module(hook)
    locale = Path("src") / "parcours" / "language" / "locale"
    shutil.copytree(ROOT / locale, tmp_path / locale, ignore=shutil.ignore_patterns("*.mo"))
    hook.ParcoursBuild.initialize(SimpleNamespace(root=str(tmp_path)), "editable", {})
    for domain, english, french in (
        ("parcours", "Back to the start", "Revenir à l’accueil"),
        ("django", "Back to the start", "Revenir à l’accueil"),
    ):
        assert gettext.translation(domain, tmp_path / locale, ["fr"]).gettext(english) == french


def test_no_translating_function_goes_by_a_name_that_the_tool_does_not_gather(tool):
    strange = []
    for path in sorted(tool.PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module in ("parcours.language.translation", GETTEXT):
                known = [(one.name, one.asname or one.name) for one in node.names]
                strange += [
                    (path.name, name) for real, name in known if real in TRANSLATE and name not in tool.KEYWORDS
                ]
    assert strange == []
