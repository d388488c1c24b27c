"""What a reader opens after a prediction, or leaves shut: a summary with something folded below."""

from __future__ import annotations

import html

import pandas as pd


class Folded:
    """Lines or a table under a summary that opens them; as plain text, both in full."""

    def __init__(self, summary: str, content: str | pd.DataFrame) -> None:
        self.summary, self.content = summary, content

    def __str__(self) -> str:
        return f"{self.summary}\n{self.content}"

    def html(self) -> str:
        """A <details> element, shut."""
        if isinstance(self.content, pd.DataFrame):
            inside = self.content.to_html()
        else:
            inside = f'<pre style="margin: 0.5em 0 0 1em">{html.escape(self.content)}</pre>'
        return f"<details><summary>{html.escape(self.summary)}</summary>{inside}</details>"

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/html": self.html(), "text/plain": str(self)}
