"""CJML's own words for channels, and the channels that stand for them."""

from __future__ import annotations

from parcours.language.translation import _

_ICONS = {
    "email": "mail",
    "sms": "sms",
    "phone": "phone",
    "chat": "chat",
    "letter": "document",
    "faceToFace": "people",
    "internetViaPC": "web",
    "selfServiceMachine": "store",
    "appOnPc": "web",
    "appOnSmartphone": "phone",
    "appOnTablet": "phone",
}
_WORD_OF = {"mail": "email", "sms": "sms", "phone": "phone", "chat": "chat", "people": "faceToFace"}


def icon_of(word: str) -> str | None:
    """Return the icon for one of CJML's own words; None for any other."""
    return _ICONS.get(word)


def own_word(text: str) -> str | None:
    """Return CJML's own word that ``text`` is, whatever its capitals; None where it is none."""
    return next((word for word in _ICONS if word.casefold() == text.replace(" ", "").casefold()), None)


def word_for(channel_id: str, icon: str) -> str | None:
    """Return CJML's own word for a channel; None where only its name says what it is."""
    return channel_id if channel_id in _ICONS else _WORD_OF.get(icon)


def name_of(word: str) -> str:
    """Return what people call one of CJML's own words, in the current language."""
    return {
        "email": _("E-mail"),
        "sms": _("SMS"),
        "phone": _("Phone"),
        "chat": _("Chat"),
        "letter": _("Letter"),
        "faceToFace": _("Face to face"),
        "internetViaPC": _("Web on a computer"),
        "selfServiceMachine": _("Self-service machine"),
        "appOnPc": _("App on a computer"),
        "appOnSmartphone": _("App on a smartphone"),
        "appOnTablet": _("App on a tablet"),
    }[word]
