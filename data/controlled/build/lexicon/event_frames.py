"""The frames of statements: ways to tell one event. Stars mark held-out frames.

Slots: {who} {is} {ing} {past} {what} {where}; {be_what} and {was_what} agree with what is acted on,
{pp} is the participle, {base} the base form.
"""

CAPTION_FRAMES = """
    {who} {is} {ing} {what} {where}.
    {where}, {who} {is} {ing} {what}.
    {what} {be_what} being {pp} by {who} {where}.
    {where}, {what} {be_what} being {pp} by {who}.
    There {is} {who} {ing} {what} {where}.
    The picture shows {who} {ing} {what} {where}.
    {who} can be seen {ing} {what} {where}.
    *Here we see {who} {ing} {what} {where}.
    *In this picture, {what} {be_what} being {pp} by {who} {where}.
    *This is a picture of {who} {ing} {what} {where}.
"""
REPORT_FRAMES = """
    {who} {past} {what} {where}.
    {where}, {who} {past} {what}.
    {what} {was_what} {pp} by {who} {where}.
    {where}, {what} {was_what} {pp} by {who}.
    According to the news, {who} {past} {what} {where}.
    The papers report that {who} {past} {what} {where}.
    *As we heard today, {who} {past} {what} {where}.
    *We now know that {what} {was_what} {pp} by {who} {where}.
    *It turns out that {who} {past} {what} {where}.
"""
NEGATED_FRAMES = """
    {who} did not {base} {what} {where}.
    It is not true that {who} {past} {what} {where}.
    *Contrary to first reports, {who} did not {base} {what} {where}.
    *There is no truth in the claim that {who} {past} {what} {where}.
"""
