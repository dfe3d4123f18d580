"""Messages of gettext, by polib: what is not translated yet, plurals and fuzzy ones too."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from nlptool.errors import library_missing
from nlptool.io.formats.containers.container import Languages, container

CHARSET = re.compile(rb"charset=([\w-]+)")


class Catalogue:
    """A .po file. A message whose translation is empty or fuzzy is translated; others stay."""

    def __init__(self, data: bytes) -> None:
        try:
            import polib
        except ImportError as error:
            raise library_missing("polib", "nlptool[documents]") from error
        found = CHARSET.search(data)
        self.headed = data.startswith(b"#")
        self.charset = found[1].decode() if found and found[1] != b"CHARSET" else "utf-8"
        self.file = polib.pofile(data.decode(self.charset) + "\n")
        entries = [entry for entry in self.file if not entry.obsolete]
        self.open = [entry for entry in entries if not entry.translated()]
        self.has_others = len(self.open) < len(entries)
        self.places: list[tuple[Any, int | None]] = []
        for entry in self.open:
            forms = entry.msgstr_plural
            self.places += [(entry, form) for form in sorted(forms)] or [(entry, None)]
        self.texts = [_original(entry, form) for entry, form in self.places]

    def put(self, texts: Sequence[str], languages: Languages) -> bytes:
        """The file with the translations; what was fuzzy is no more. The header names their
        language, but where messages of another hand have theirs."""
        told = self.file.metadata
        if told and not (self.has_others and told.get("Language")):
            told["Language"] = languages[1].replace("-", "_")
        for (entry, form), text in zip(self.places, texts, strict=True):
            if form is None:
                entry.msgstr = text
            else:
                entry.msgstr_plural[form] = text
        for entry in self.open:
            entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
            entry.previous_msgid = entry.previous_msgid_plural = entry.previous_msgctxt = None
        text = f"{self.file}"
        return (text if self.headed else text.removeprefix("#\n")).encode(self.charset)


def _original(entry: Any, form: int | None) -> str:
    """The message that a form is of: the plural, but for the first of several."""
    plural = form is not None and (form or len(entry.msgstr_plural) == 1)
    text: str = entry.msgid_plural if plural else entry.msgid
    return text


PO = container("po", (".po", ".pot"), Catalogue)
