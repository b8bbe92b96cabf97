"""Recognises which column is the person, the time, the event and the rest, by header and by content."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from parcours.language.errors import InputError, Place, shorten
from parcours.language.translation import _
from parcours.readers.arrays import to_numpy
from parcours.readers.kinds import decoded, read_numbers
from parcours.readers.options import ROLES, Role, SourceOptions
from parcours.readers.returned import is_ours
from parcours.readers.times import NO_TIME, MixedDayOrderError, TimeRules, read_times

_SYNONYMS: dict[Role, tuple[str, ...]] = {
    "person": (
        "person person_id personne id_personne personne_id customer_id client_id id_client user_id id_user "
        "case_concept_name case_id id_customer customerid clientid userid caseid numero_client no_client num_client "
        "n_client ref_client reference_client code_client contact_id id_contact lead_id mql_id visitor_id id_visiteur "
        "subscriber_id member_id",
        "customer client user utilisateur contact lead prospect visitor visiteur case dossier distinct_id external_id",
        "email e_mail mail courriel adresse_email email_address customer_email anonymous_id",
    ),
    "time": (
        "time time_timestamp timestamp datetime date_time horodatage date_heure date_et_heure event_time occurred_at "
        "time_us event_timestamp event_date date_evenement date_de_l_evenement",
        "date ts created_at created date_creation date_de_creation heure moment creation_date",
        "*_date *_time *_at *_timestamp date_* *_datetime *_ts",
    ),
    "event": (
        "event event_name activity concept_name evenement nom_evenement activite action event_type activity_name "
        "type_evenement",
        "type etape step status statut name nom touchpoint libelle",
    ),
    "channel": ("channel canal", "origin origine source utm_source acquisition_channel canal_acquisition"),
    "value": ("value valeur montant amount price prix total revenue chiffre_affaires ca montant_ttc montant_ht",),
    "message_id": ("message_id insert_id event_id id_evenement id_message",),
    "comment": ("comment commentaire comments commentaires verbatim verbatims avis feedback",),
    "nps": ("nps nps_score score_nps note_nps",),
    "csat": ("csat csat_score score_csat note_csat satisfaction note_satisfaction",),
    "ces": ("ces ces_score score_ces note_ces effort effort_score",),
}
_OPTION: dict[str, str] = {role: f"--{role.replace('_', '-')}" for role in ROLES}


@dataclass(frozen=True)
class Recognised:
    """The column of each role that was named or found."""

    columns: Mapping[Role, str]


def plain_name(header: str) -> str:
    """Bring a header to lower case ASCII words joined by underscores (``Date/Heure é`` → ``date_heure_e``)."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", header.strip())
    ascii_only = unicodedata.normalize("NFKD", spaced).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", ascii_only.lower()).strip("_")


def recognise(
    head: Mapping[str, pa.Array], options: SourceOptions, fixed: Mapping[str, str], *, decimal_comma: bool
) -> Recognised:
    """Decide the role of the columns in ``head`` (the first rows of the file).

    What ``options`` name is taken as it is; the rest goes by the header, confirmed by the values. Raises
    ``InputError`` that lists the columns and names the option, where person, time or event stay open.
    """
    names = tuple(head)
    file = options.name
    if options.event is not None and options.event_name is not None:
        raise InputError(
            _("Both an event column and a fixed event name are given."),
            place=Place(file),
            expected=_("Give either --event or --event-name."),
        )
    found: dict[Role, str] = {}
    for role in ROLES:
        given = options.named(role)
        if given is not None:
            found[role] = existing(given, names, file, _OPTION[role])
    for role in ROLES:
        if role in found or options.only_named or (role == "event" and options.event_name is not None):
            continue
        known = fixed.get(role)
        if known is not None and known in head:
            found[role] = known
            continue
        column = _search(role, head, set(found.values()), options, decimal_comma)
        if column is not None:
            found[role] = column
    _require(found, names, options)
    return Recognised(found)


def likely(
    head: Mapping[str, pa.Array], options: SourceOptions, fixed: Mapping[str, str], *, decimal_comma: bool
) -> Recognised:
    """Decide like ``recognise`` where it is sure, and leave open what it would refuse: a person decides the rest."""
    found: dict[Role, str] = {role: column for role, column in fixed.items() if role in ROLES and column in head}
    for role in ROLES:
        if role not in found:
            try:
                column = _search(role, head, set(found.values()), options, decimal_comma)
            except InputError:  # several could be it
                continue
            if column is not None:
                found[role] = column
    return Recognised(found)


def existing(name: str, names: tuple[str, ...], file: str, option: str) -> str:
    """Return the column ``name`` if the file has it; InputError with the nearest names first if not."""
    if name in names:
        return name
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    ordered = [*near, *(other for other in names if other not in near)]
    raise InputError(
        _("There is no column “{column}” ({option}).").format(column=shorten(name), option=option),
        place=Place(file),
        value=name,
        expected=_("Its columns: {columns}.").format(columns=_listed(ordered)),
    )


def _listed(names: list[str] | tuple[str, ...]) -> str:
    shown = ", ".join(shorten(name, 40) for name in names[:40])
    return shown if len(names) <= 40 else f"{shown}, …"


def _search(
    role: Role, head: Mapping[str, pa.Array], taken: set[str], options: SourceOptions, decimal_comma: bool
) -> str | None:
    for tier in _SYNONYMS[role]:
        patterns = [re.compile(word.replace("*", ".+")) for word in tier.split()]
        fitting = [
            name
            for name in head
            if name not in taken
            and not is_ours(name)
            and any(pattern.fullmatch(_plain_header(name, head)) for pattern in patterns)
            and (_confirmed(role, head[name], options, decimal_comma) or _named_for(role, name, head))
        ]
        if len(fitting) > 1:
            exact = [name for name in fitting if _plain_header(name, head) == role]
            if len(exact) == 1:
                return exact[0]
            if role in ("person", "time", "event"):
                raise InputError(
                    _("Several columns could be {role}: {columns}.").format(
                        role=_role_word(role), columns=_listed(fitting)
                    ),
                    place=Place(options.name),
                    expected=_("Say which one with {option}.").format(option=_OPTION[role]),
                )
            return None
        if fitting:
            return fitting[0]
    if role == "time":
        by_content = [
            name
            for name in head
            if name not in taken and not is_ours(name) and _is_time(head[name], options, words_only=True)
        ]
        return by_content[0] if len(by_content) == 1 else None
    return None


def _named_for(role: Role, name: str, head: Mapping[str, pa.Array]) -> bool:
    """Answers are rare and late: a column called ``nps`` is one though the first rows hold none yet."""
    return role in ("nps", "csat", "ces") and name == role and head[name].null_count == len(head[name])


def _plain_header(name: str, head: Mapping[str, pa.Array]) -> str:
    """A second column with the header ``date`` is called ``date_2``, but it is as good a date as the first."""
    first = re.sub(r"_\d+$", "", name)
    return plain_name(first if first in head else name)


def _confirmed(role: Role, values: pa.Array, options: SourceOptions, decimal_comma: bool) -> bool:
    """Do the first values fit the role? An empty column fits anything that must be there."""
    if values.null_count == len(values):
        return role in ("person", "time", "event")
    if role == "time":
        return _is_time(values, options)
    if role in ("value", "nps", "csat", "ces"):
        return _is_score(role, values, decimal_comma)
    if role == "message_id":
        return values.null_count == 0 and len(values.unique()) == len(values)
    return not (role in ("comment", "event") and pa.types.is_floating(values.type))


def _is_time(values: pa.Array, options: SourceOptions, *, words_only: bool = False) -> bool:
    sample = values[:2000].drop_null()
    if not len(sample) or pa.types.is_boolean(sample.type) or pa.types.is_nested(sample.type):
        return False
    if words_only:
        if pa.types.is_timestamp(sample.type):
            return True
        if not (pa.types.is_string(sample.type) or pa.types.is_dictionary(sample.type)):
            return False
        if pc.any(pc.match_substring_regex(decoded(sample), r"^[0-9.]+$")).as_py():
            return False
    rules = TimeRules(options.zone, options.time_format, options.day_first, decided=True)
    try:
        read = read_times(sample, rules).time_us
    except (MixedDayOrderError, pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return True
    # Under a header that says time a few good values are enough: the others are bad rows to be told about.
    return float((read != NO_TIME).mean()) >= (0.9 if words_only else 0.2)


def _is_score(role: Role, values: pa.Array, decimal_comma: bool) -> bool:
    if pa.types.is_string(values.type) or pa.types.is_dictionary(values.type):
        numbers, misfit = read_numbers(decoded(values), decimal_comma=decimal_comma, codes_too=True)
        if misfit is not None and misfit.sum() > 0.1 * (len(values) - values.null_count):
            return False
    elif pa.types.is_integer(values.type) or pa.types.is_floating(values.type):
        numbers = values.cast(pa.float64(), safe=False)
    else:
        return False
    if role == "value":
        return True
    found = to_numpy(numbers.drop_null())
    top = 10 if role in ("nps", "csat") else 7
    return bool(len(found)) and bool(np.mean((found >= 0) & (found <= top)) > 0.9)


def _require(found: Mapping[Role, str], names: tuple[str, ...], options: SourceOptions) -> None:
    for role in ROLES[:3]:  # person, time, event
        if role in found or (role == "event" and options.event_name is not None):
            continue
        more = (
            _("Say which one with --event, or name every row with --event-name.")
            if role == "event"
            else _("Say which one with {option}.").format(option=_OPTION[role])
        )
        raise InputError(
            _("No column was recognised as {role}. The columns: {columns}.").format(
                role=_role_word(role), columns=_listed(names)
            ),
            place=Place(options.name),
            expected=more,
        )


def _role_word(role: Role) -> str:
    words = {
        "person": _("a person’s identifier"),
        "time": _("the time of the event"),
        "event": _("the name of the event"),
    }
    return words.get(role, role)
