"""The ``parcours`` command: languages, errors and exit codes; the commands themselves stand beside this file."""

from __future__ import annotations

import atexit
import gettext
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from parcours.language.translation import _, environment_language

_LANGUAGES = ("fr", "en")


def run() -> None:
    """Start the command. Exit codes: 0 done, 1 our own fault, 2 usage, 3 input, 4 map, 5 log, 6 merge conflict, 130 stopped."""
    code = main(sys.argv[1:])
    atexit._run_exitfuncs()
    with suppress(BrokenPipeError):
        sys.stdout.flush()
        sys.stderr.flush()
    # Everything is written: taking the compiler's and Arrow's memory apart would only cost a tenth of a second.
    os._exit(code)


def main(arguments: list[str]) -> int:
    """Run one command and return its exit code; errors are one readable message on the error output."""
    _choose_language(arguments)
    from parcours.language.errors import ParcoursError

    try:
        import typer

        from parcours.cli.app import app

        try:
            return int(app(args=arguments, prog_name="parcours", standalone_mode=False) or 0)
        except typer.TyperException as wrong:
            return _show_usage(wrong)
        except (typer.Abort, KeyboardInterrupt):
            _complain(_("Stopped. Nothing that was not finished has been kept."))
            return 130
    except ParcoursError as error:
        _complain(str(error), *(str(problem) for problem in getattr(error, "problems", ())))
        return error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get("PARCOURS_DEBUG"):
            raise
        _complain(
            _("Parcours made a mistake of its own: {kind}: {error}").format(kind=type(error).__name__, error=error),
            _("Your data is as it was. Set PARCOURS_DEBUG=1 to see the whole trace, and please report it."),
        )
        return 1


def _choose_language(arguments: list[str]) -> None:
    """Settle the language before anything is imported that speaks, the command line's own words included."""
    for place, word in enumerate(arguments):
        chosen = word.partition("=")[2] if word.startswith("--language=") else ""
        if word == "--language" and place + 1 < len(arguments):
            chosen = arguments[place + 1]
        if chosen in _LANGUAGES:
            os.environ["PARCOURS_LANGUAGE"] = chosen
    os.environ["LANGUAGE"] = environment_language()
    gettext.bindtextdomain("messages", str(Path(__file__).parents[1] / "language" / "locale"))


def _complain(*lines: str) -> None:
    from parcours.cli.output import console

    errors = console(to_errors=True)
    for place, line in enumerate(lines):
        errors.print(line, style="bold red" if place == 0 else None, markup=False, highlight=False, soft_wrap=True)


def _show_usage(wrong: Any) -> int:
    """Say what is wrong with the words of the command line, in the user's language, and where help stands."""
    kind = type(wrong).__name__
    context = getattr(wrong, "ctx", None)
    if kind == "NoArgsIsHelpError" and context is not None:
        print(context.get_help())
        return 0
    _complain(_usage_in_words(wrong, kind))
    if context is not None:
        _complain("", _("See “{command} --help”.").format(command=context.command_path))
    return 2


def _usage_in_words(wrong: Any, kind: str) -> str:
    named = getattr(wrong, "param", None)
    is_argument = getattr(named, "param_type_name", "") == "argument"
    what = "" if named is None else (named.metavar or named.name.upper()) if is_argument else max(named.opts, key=len)
    if kind == "MissingParameter" and what:
        return _("{what} is missing.").format(what=what)
    if kind == "NoSuchOption":
        near = ", ".join(getattr(wrong, "possibilities", None) or ())
        text = _("There is no option {name}.").format(name=wrong.option_name)
        return f"{text} {_('Did you mean {near}?').format(near=near)}" if near else text
    if kind == "BadParameter" and what:
        return _("{what} does not fit: {reason}").format(what=what, reason=_misfit_in_words(wrong))
    text, asks, near = str(wrong.format_message()).partition(" Did you mean ")
    return f"{text} {_('Did you mean {near}?').format(near=near.rstrip('?'))}" if asks else text


def _misfit_in_words(wrong: Any) -> str:
    """Say why a value does not fit; what the command line's library has no kind for stays in its own words."""
    from parcours.language.formats import quoted

    first: dict[str, Any] = next(iter(getattr(wrong.__cause__, "errors", list)()), {})
    kind, value = first.get("type", ""), quoted(str(first.get("input", "")))
    if kind.startswith("int_"):
        return _("a whole number is needed here, not {value}.").format(value=value)
    if kind == "greater_than_equal":
        return _("at least {least} is needed here, not {value}.").format(least=first["ctx"]["ge"], value=value)
    _before, asks, known = wrong.message.partition(" is not one of ")
    if asks:
        return _("{value} is none of {known}.").format(value=value, known=known.rstrip(".").replace("'", ""))
    return str(wrong.message)
