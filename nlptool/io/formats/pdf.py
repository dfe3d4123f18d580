"""A searchable PDF: the pages as they are, with the text that was read, invisible, in its place."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from io import BytesIO
from typing import IO, Any

from nlptool.errors import UsageError
from nlptool.io.formats.format import Format, Layout
from nlptool.io.formats.page_xml import page_of
from nlptool.io.pictures import pdf
from nlptool.io.pictures.pages import Opener
from nlptool.tasks import Row
from nlptool.tasks.picture import Page

log = logging.getLogger(__name__)


class PdfEncoder:
    """Gathers the pages, and gives the document at its end."""

    def __init__(self, _layout: Layout) -> None:
        self.document: Any = None

    def encode(self, rows: list[Row]) -> bytes:
        """Nothing yet."""
        import pypdfium2

        for row in rows:
            page, opener = page_of(row, "pdf"), row["open"]
            if not isinstance(opener, Opener):
                raise UsageError("pdf is a format for pages that ocr has read from files")
            with pdf.LOCK:
                self.document = self.document or pypdfium2.PdfDocument.new()
                if opener.document:
                    self._keep(opener, page, f"{row['file']}, page {row['page']}")
                else:
                    self._draw(opener, page)
        return b""

    def _keep(self, opener: Opener, page: Page, name: str) -> None:
        """A page of a PDF as it is, with a layer of text where it has none."""
        with pdf.opened(opener.data, opener.password) as source:
            self.document.import_pages(source, [opener.number - 1])
        kept = self.document[len(self.document) - 1]
        if opener.text == "redo":
            pdf.without_layer(kept)
        if kept.get_textpage().count_chars():
            log.info("%s has text already, which is kept as it is", name)
            return
        from nlptool.io.pictures.text_layer import layer

        width, height = kept.get_size()
        with pdf.opened(layer(page, width, height)) as text:
            form = text.page_as_xobject(0, self.document).as_pageobject()
            form.set_matrix(pdf.upright(kept))
            kept.insert_obj(form)
            kept.gen_content()

    def _draw(self, opener: Opener, page: Page) -> None:
        """A picture as a page, with its text."""
        from nlptool.io.pictures.text_layer import layer

        picture = opener()
        width, height = (side * pdf.POINTS / opener.resolution() for side in picture.size)
        with pdf.opened(layer(page, width, height, picture)) as source:
            self.document.import_pages(source)

    def resume(self, written: IO[bytes]) -> None:
        """It cannot be written on."""

    def end(self) -> Iterable[bytes]:
        """The document; without a page there is none."""
        if self.document is None:
            raise UsageError("a PDF needs a page; there is none")
        file = BytesIO()
        with pdf.LOCK:
            self.document.save(file)
            self.document.close()
        yield file.getvalue()


PDF = Format("pdf", (".pdf",), encoder=PdfEncoder, whole=True, resumable=False)
