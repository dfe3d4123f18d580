"""The options of commands whose records are pictures and pages."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from nlptool.io.pictures.pages import PageSpec, parse_pages


class PageOptions(msgspec.Struct, frozen=True):
    """Which pages of documents are taken, and how."""

    pages: Annotated[
        str | None, typer.Option(metavar="1-3,7", help="Only these pages of PDF and TIFF files.")
    ] = None
    dpi: Annotated[int, typer.Option(min=20, max=1200, help="Dots an inch of PDF pages.")] = 200
    password: Annotated[str | None, typer.Option(help="What opens encrypted PDF files.")] = None

    def spec(self) -> PageSpec:
        """For ``run_task``; UsageError for what are no numbers of pages."""
        numbers = None if self.pages is None else parse_pages(self.pages)
        return PageSpec(numbers, self.dpi, self.password)
