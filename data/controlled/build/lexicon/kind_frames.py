"""How a question is put, for `kinds.py`: one frame a line, `kinds | frame`.

The letters say which kinds the frame can ask for, all six where there are none: w who, l where,
t when, n how many or how much, r why, m how. Slots, all of the same happening: {D} the question
itself, {d} the same with a pronoun; {E} it as a clause, {e} with a pronoun, {b} its question word
alone; {X}, {x} and {y} are the clauses and the word of another kind, which is not what is asked for.
{P} says that it happened; {past} is a form of its verb, {o} its object.
"""

# ruff: noqa: E501
# One wording a line, however long.

WORDINGS = {  # kind: (as a question, as a clause), more or less from common to rare
    "w": """
        who {past} {o} | who {past} {o}
        who was it that {past} {o} | who it was that {past} {o}
        which of the helpers {past} {o} | which of the helpers {past} {o}
        whose job was it to {base} {o} | whose job it was to {base} {o}
        whose idea was it to {base} {o} | whose idea it was to {base} {o}
        by whom {was} {s} {pp} | by whom {s} {was} {pp}
        which of the volunteers {past} {o} | which of the volunteers {past} {o}
    """,
    "l": """
        where {was} {s} {pp} | where {s} {was} {pp}
        where did they {base} {o} | where they {past} {o}
        whereabouts {was} {s} {pp} | whereabouts {s} {was} {pp}
        in which town {was} {s} {pp} | in which town {s} {was} {pp}
        in what part of town {was} {s} {pp} | in what part of town {s} {was} {pp}
        at which address did they {base} {o} | at which address they {past} {o}
        in which village did they {base} {o} | in which village they {past} {o}
    """,
    "t": """
        when {was} {s} {pp} | when {s} {was} {pp}
        when did they {base} {o} | when they {past} {o}
        on which day {was} {s} {pp} | on which day {s} {was} {pp}
        in which year did they {base} {o} | in which year they {past} {o}
        how long ago {was} {s} {pp} | how long ago {s} {was} {pp}
        at what time of day {was} {s} {pp} | at what time of day {s} {was} {pp}
        in which month {was} {s} {pp} | in which month {s} {was} {pp}
    """,
    "n": """
        how much did it cost to {base} {o} | how much it cost to {base} {o}
        how many people did it take to {base} {o} | how many people it took to {base} {o}
        how much money was spent on {ing} {o} | how much money was spent on {ing} {o}
        how many helpers were needed to {base} {o} | how many helpers were needed to {base} {o}
        how large was the bill for {ing} {o} | how large the bill for {ing} {o} was
        what did it cost to {base} {o} | what it cost to {base} {o}
        how many attempts were made to {base} {o} | how many attempts were made to {base} {o}
    """,
    "r": """
        why {was} {s} {pp} | why {s} {was} {pp}
        why did they {base} {o} | why they {past} {o}
        for what reason {was} {s} {pp} | for what reason {s} {was} {pp}
        what was the point of {ing} {o} | what the point of {ing} {o} was
        what made them {base} {o} | what made them {base} {o}
        what was the reason for {ing} {o} | what the reason for {ing} {o} was
        how come they wanted to {base} {o} | how it came about that they wanted to {base} {o}
    """,
    "m": """
        how {was} {s} {pp} | how {s} {was} {pp}
        how did they {base} {o} | how they {past} {o}
        by what means {was} {s} {pp} | by what means {s} {was} {pp}
        in what way {was} {s} {pp} | in what way {s} {was} {pp}
        how did they manage to {base} {o} | how they managed to {base} {o}
        with what sort of tool {was} {s} {pp} | with what sort of tool {s} {was} {pp}
        what method did they use to {base} {o} | what method they used to {base} {o}
    """,
}
WORDS = {  # what is left of a clause when the rest is understood
    "w": ("who did it", "who did it", "by whom", "whose idea it was"),
    "l": ("where", "where", "whereabouts", "in which town"),
    "t": ("when", "when", "on which day", "in which year"),
    "n": ("how much it cost", "how many people it took", "at what cost", "what it cost"),
    "r": ("why", "why", "for what reason", "what for"),
    "m": ("how", "how", "by what means", "in what way"),
}

FRAMES = """
{D}?
Can you tell me {E}?
A visitor wants to know {E}.
{P}, I hear. {d}?
One question before we close: {D}?
I know {X}, but not {b}.
Never mind {X}. {d}?
You have told me {X}. Now tell me {e}.
It is clear {X}, but not {e}.
The sign says {X}. It does not say {b}.
Everybody can tell you {X}, but nobody can say {b}.
Forget {X}; {d}?
We have found out {X}. Next we have to find out {e}.
They told me {X}. {d}?
I can guess {X}. What I cannot guess is {b}.
My sister remembers {X}, though she has forgotten {b}.
Thanks for telling me {X}. Would you also tell me {b}?
Nobody disputes {X}. {d}?
The report states {X} but not {b}.
So now we understand {X}. Do we understand {b}?
Yes, we all heard {X}. {d}?
Do not tell me {X}; {d}?
I asked {X} and got an answer. I also asked {e} and got none.
This letter says {X}. {d}?
Instead of telling me {X}, please tell me {e}.
The paper told us {X}. It did not tell us {e}.
I saw for myself {X}. {d}?
He told me {X}, but my question was {e}.
Fine, that tells me {y}. {D}?
{D}? I know {y} already.
Tell me {E}; you need not tell me {y}.
The question is {E}, not {y}.
Please say {E}. There is no need to say {y}.
{D}? I have not forgotten {y}.
I failed to ask {E}, although I did ask {y}.
We still do not know {E}. We do know {y}.
{D}? You may leave out {y}.
Could you remind me {E}? I remember {x}.
Nobody wrote down {E}, only {y}.
I am asking {E} rather than {y}.
{D}? The poster only says {y}.
{D}? Last week they only told us {y}.
Nobody has ever told us {E}, although the papers said {x}.
Do you know {E}? I do not mean {x}.
Tell us {E}. We have read {x}.
{D}? Nobody asked {y}.
My question was {E}, but he told me {x}.
Can anyone say {E}? Anyone can say {x}.
wltnm | Why everybody talks about {o} is easy to see. {d}?
wtnrm | There is a notice where the old road ends. It says that {P}. {d}?
lnrm | {P} on a Monday in March by two cousins. {d}?
wtnm | For the sake of peace {P} behind the old mill. {d}?
ltrm | A tall man in a raincoat paid eighty pounds and {past} {o}. {d}?
wlnr | At noon, by some clever trick, {P}. {d}?
lnrm | Last winter three students {past} {o}. {d}?
{D}? I do not care {y}.
The people who know how things are done here do not know {E}.
"""
