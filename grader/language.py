"""The language of everything that people read: English as it stands in the sources, or Chinese.

Texts go through `_`; what they are in Chinese stands in locale/zh.po, which the build compiles for
gettext. Invariants: the language is chosen once, before anything is said; a text without a
translation stays English, and a test sees that there is none; numbers, names and all that a
program printed are put in afterwards, so that no language changes them.
"""

import gettext
import os
from pathlib import Path

from grader.errors import Refusal

LANGUAGES = ("en", "zh")
DOMAIN = "caplab"
CATALOGS = Path(__file__).resolve().parent.parent / "build" / "locale"
_chosen: gettext.NullTranslations = gettext.NullTranslations()


def of_locale() -> str:
    """The language that the environment asks for, by the variables that gettext looks at."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return "zh" if value.startswith("zh") else "en"
    return "en"


def choose(language: str | None = None) -> None:
    """Speak this language from now on; None: the one of the locale."""
    global _chosen
    language = language or of_locale()
    if language not in LANGUAGES:
        raise Refusal(_("there is no language {language!r}: --lang takes {known}",
                        language=language, known=", ".join(LANGUAGES)))
    _chosen = gettext.NullTranslations() if language == "en" else gettext.translation(
        DOMAIN, CATALOGS, [language], fallback=True)


def take(arguments: list[str]) -> list[str]:
    """Choose the language that a command line names, `--lang L` anywhere in it; give the rest."""
    rest = list(arguments)
    for index, word in enumerate(rest):
        if word == "--lang":
            if not rest[index + 1:]:
                raise Refusal(_("--lang needs a language: {known}", known=", ".join(LANGUAGES)))
            choose(rest[index + 1])
            return rest[:index] + rest[index + 2:]
        if word.startswith("--lang="):
            choose(word.removeprefix("--lang="))
            return rest[:index] + rest[index + 1:]
    choose()
    return rest


def chosen() -> str:
    """The language that is spoken: English too where the catalog of another one is not built."""
    return _chosen.info().get("language", "en")


def _(text: str, /, **values: object) -> str:
    """The text in the chosen language, with the values that it names in braces put in."""
    said = _chosen.gettext(text)
    return said.format(**values) if values else said


def N_(text: str) -> str:
    """Marks a text for translation that goes through `_` only when it is shown."""
    return text


def several(count: int, one: str, many: str, **values: object) -> str:
    """`one` or `many` of something, by `count`, which both may name in braces."""
    return _chosen.ngettext(one, many, count).format(count=count, **values)


def pick(english: str, chinese: str) -> str:
    """Of a text that a lab gives in both languages, the one to show."""
    return chinese if chinese and chosen() == "zh" else english


# What the system says of files that cannot be used.
_OF_THE_SYSTEM = (N_("No such file or directory"), N_("Permission denied"), N_("Is a directory"),
                  N_("Not a directory"), N_("Read-only file system"), N_("File exists"),
                  N_("Too many levels of symbolic links"))
