"""What a reader opens after a prediction, or leaves shut: a summary with something folded below."""

from __future__ import annotations

import html

import pandas as pd

from mtslib.report.plots import Picture


class Folded:
    """Lines, tables or pictures under a summary that opens them; as plain text, all in full."""

    def __init__(self, summary: str, *contents: str | pd.DataFrame | Picture) -> None:
        self.summary, self.contents = summary, contents

    def __str__(self) -> str:
        words = (one.alt if isinstance(one, Picture) else str(one) for one in self.contents)
        return "\n".join([self.summary, *words])

    def html(self) -> str:
        """A <details> element, shut."""
        inside = "".join(map(_html, self.contents))
        return f"<details><summary>{html.escape(self.summary)}</summary>{inside}</details>"

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/html": self.html(), "text/plain": str(self)}


def _html(content: str | pd.DataFrame | Picture) -> str:
    if isinstance(content, Picture):
        return content.html()
    if isinstance(content, pd.DataFrame):
        return content.to_html()
    return f'<pre style="margin: 0.5em 0 0 1em">{html.escape(content)}</pre>'
