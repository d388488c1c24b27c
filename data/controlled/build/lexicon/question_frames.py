"""The frames of questions: for each kind of question, ways to ask it that mean the same.

Stars mark held-out frames, `&` elliptical ones. Slots: {vp} what one wants to do, {ing} its gerund; {s} a subject,
{does} its auxiliary, {v} and {vs} its verb in the base and the finite form, {c} the circumstance;
{a} {b} {is_a} {is_b} what is compared, {comp} {opp} the comparative and its opposite; {x} {y} the
two sides of a cause or the two parties of an event, {past} {pp} its verb; {one} {two} two steps.
"""

# ruff: noqa: E501
# One entry a line, however long.

ACTION_FRAMES = {
    "how": """
        How do I {vp}?
        How can I {vp}?
        What is the best way to {vp}?
        Can anyone explain how to {vp}?
        What do I have to do to {vp}?
        I want to {vp}. Where do I start?
        Are there any good tips for {ing}?
        I have never tried to {vp}. How is it done?
        What is a reliable method of {ing}?
        Does anyone know how I can {vp}?
        Which steps do I have to take to {vp}?
        Quick question: how does one go about {ing}?
        &Best way to {vp}?
        &Any tips for {ing}?
        &Any advice on {ing}?
        &A simple way to {vp}?
        *What is the trick to {ing}?
        *Could somebody talk me through {ing}?
        *I need to {vp} and have no idea how. Any advice?
    """,
    "cost": """
        How much does it cost to {vp}?
        What is the price of {ing}?
        How much money do I need to {vp}?
        What would I have to pay to {vp}?
        Roughly what should I budget for {ing}?
        Is there a rule of thumb for the cost of {ing}?
        &Rough cost of {ing}?
        &Likely price of {ing}?
        *What sum should I expect to spend on {ing}?
        *How much will I be charged if I {vp}?
    """,
    "time": """
        How long does it take to {vp}?
        How much time do I need to {vp}?
        How quickly can I {vp}?
        What is a realistic amount of time for {ing}?
        If I want to {vp}, how many hours or days will it take me?
        &Time needed to {vp}?
        &Average time needed for {ing}?
        *How much time should I set aside for {ing}?
        *How soon can I be done with {ing}?
    """,
    "why": """
        Why should I {vp}?
        What is the point of {ing}?
        What reasons are there to {vp}?
        What are the benefits of {ing}?
        What do I gain if I {vp}?
        &Any point in {ing}?
        *What good does it do to {vp}?
        *What speaks in favour of {ing}?
    """,
    "when": """
        When should I {vp}?
        What is the right time to {vp}?
        At what point is it time to {vp}?
        How do I know that the moment has come to {vp}?
        When is a good moment for {ing}?
        &Best time to {vp}?
        *Which moment is the best one for {ing}?
        *How can I tell when to {vp}?
    """,
    "worth": """
        Is it worth the effort to {vp}?
        Does it pay off to {vp}?
        Would you say that {ing} is worth the trouble?
        Does it make sense to {vp}?
        Is {ing} worth it?
        &Worth it to {vp}?
        *Is there any value in {ing}?
        *Do the rewards of {ing} justify the trouble?
    """,
    "who": """
        Who can {vp} for me?
        Is there someone I can pay to {vp}?
        What kind of professional can {vp} for me?
        Who is the right person to ask if I cannot {vp} myself?
        Where can I find somebody to {vp}?
        &Anyone who can {vp} for me?
        *Who offers help with {ing}?
        *Which expert do I call if I cannot {vp} on my own?
    """,
    "if": """
        What happens if I {vp}?
        What are the consequences of {ing}?
        What should I expect if I {vp}?
        What will be the result if I {vp}?
        &Consequences of {ing}?
        *What follows if I {vp}?
        *What will come of {ing}?
    """,
    "if-not": """
        What happens if I do not {vp}?
        What are the consequences of not {ing}?
        What should I expect if I do not {vp}?
        What will be the result if I do not {vp}?
        *What follows if I do not {vp}?
        *What will come of not {ing}?
    """,
}
QUANTITY_FRAMES = {
    "all": """
        Do all {s} {vp}?
        Is it true that all {s} {vp}?
        Do {s} {vp} without exception?
        *Can one say of all {s} that they {vp}?
        *Do {s} {vp} in every single case?
    """,
    "most": """
        Do most {s} {vp}?
        Is it true that most {s} {vp}?
        Do {s} {vp} in the majority of cases?
        *Can one say of most {s} that they {vp}?
        *Do {s} {vp} more often than not?
    """,
    "some": """
        Do some {s} {vp}?
        Are there any {s} that {vp}?
        Is it true that at least a few {s} {vp}?
        *Can one say of a few {s} that they {vp}?
        *Can one name any {s} that {vp}?
    """,
    "none": """
        Is it true that no {s} {vp}?
        Do {s} never {vp}?
        Are there really no {s} that {vp}?
        *Can one say of all {s} that they never {vp}?
        *Do {s} {vp} in not a single case?
    """,
    "only": """
        Do only {s} {vp}?
        Is it true that only {s} {vp}?
        Is it only {s} that {vp}?
        *Can one say that only {s} {vp}?
        *Are {s} the only ones that {vp}?
    """,
}
WHY_FRAMES = """
    Why {does} {s} {v} {c}?
    What makes {s} {v} {c}?
    What causes {s} to {v} {c}?
    What is the reason that {s} {vs} {c}?
    {s} {vs} {c}. What could be the reason?
    Does anyone know why {s} {vs} {c}?
    I would like to know why {s} {vs} {c}. Any ideas?
    *How come {s} {vs} {c}?
    *What lies behind it when {s} {vs} {c}?
    *{s} {vs} {c}, and I cannot work out why. Can you help?
"""
VERSUS_FRAMES = """
    {is_a} {a} {comp} than {b}?
    Is it true that {a} {is_a} {comp} than {b}?
    Would you say that {a} {is_a} {comp} than {b}?
    Do people find {a} {comp} than {b}?
    {is_b} {b} {opp} than {a}?
    Is it true that {b} {is_b} {opp} than {a}?
    Am I right in thinking that {b} {is_b} {opp} than {a}?
    Do people find {b} {opp} than {a}?
    *Is it fair to say that {a} {is_a} {comp} than {b}?
    *Would {b} be {opp} than {a}?
    *Can we agree that {b} {is_b} {opp} than {a}?
"""
CAUSE_FRAMES = """
    Can {x} cause {y}?
    Can {y} be caused by {x}?
    Can {y} be the result of {x}?
    Could {x} be a cause of {y}?
    Could it be that {x} can lead to {y}?
    Might {x} bring on {y}?
    Might {y} come from {x}?
    *Could {x} be what triggers {y}?
    *May {y} be traced back to {x}?
    *Is it conceivable that {x} will end in {y}?
"""
ROLE_FRAMES = {
    "why": """
        Why did {x} {v} {y} {c}?
        Why was {y} {pp} by {x} {c}?
        What made {x} {v} {y} {c}?
        What was the reason that {x} {past} {y} {c}?
        For what reason was {y} {pp} by {x} {c}?
        {c}, {x} {past} {y}. Why?
        *How come {x} {past} {y} {c}?
        *What led to {y} being {pp} by {x} {c}?
    """,
    "did": """
        Did {x} {v} {y} {c}?
        Was {y} {pp} by {x} {c}?
        Is it true that {x} {past} {y} {c}?
        Was it {x} who {past} {y} {c}?
        Is it true that {y} was {pp} by {x} {c}?
        Was it {y} who was {pp} by {x} {c}?
        *Did it really happen that {x} {past} {y} {c}?
        *Can it be right that {y} was {pp} by {x} {c}?
    """,
}
ORDER_FRAMES = """
    Should I {one} before I {two}?
    Is it better to {one} first and then {two}?
    Do I {one} first and {two} afterwards?
    Is it right to {two} only after {oneing}?
    Should {oneing} come before {twoing}?
    Is it best to wait with {twoing} until I {one}?
    *Is {twoing} the step that follows {oneing}?
    *Would you {one} and only later {two}?
    *Does {oneing} have to happen before {twoing}?
"""
EVENT_FRAMES = {
    "when": """
        When did {s} {vp}?
        When did {nom} by {s} take place?
        What was the date of {nom} by {s}?
        In which year did {s} {vp}?
        How long ago did {s} {vp}?
        *On what day exactly did {s} {vp}?
        *What date is given for {nom} by {s}?
    """,
    "why": """
        Why did {s} {vp}?
        What were the reasons for {nom} by {s}?
        What led to {nom} by {s}?
        What made {s} {vp}?
        What explains {nom} by {s}?
        *What prompted {s} to {vp}?
        *How is {nom} by {s} to be explained?
    """,
    "who": """
        Who objected when {s} decided to {vp}?
        Who was against {nom} by {s}?
        Which people opposed {nom} by {s}?
        Who did not want {s} to {vp}?
        *Who protested against {nom} by {s}?
        *Who spoke out when {s} planned to {vp}?
    """,
}
