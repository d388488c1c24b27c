"""The frames of questions: for each kind of question, ways to ask it that mean the same.

Stars mark held-out frames, `&` elliptical ones. Slots: {vp} what one wants to do, {ing} its gerund; {s} a subject,
{does} its auxiliary, {v} and {vs} its verb in the base and the finite form, {c} the circumstance;
{a} {b} {is_a} {is_b} what is compared, {comp} {opp} the comparative and its opposite; {x} {y} the
two sides of a cause or the two parties of an event, {past} {pp} its verb; {one} {two} two steps;
{poss} whose deed {nom} names.
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
        I would like to {vp}. How should I go about it?
        What is a good way of {ing}?
        Does anyone know how I can {vp}?
        What should I do if I want to {vp}?
        Quick question: how do I go about {ing}?
        &Best way to {vp}?
        &Any tips for {ing}?
        &Any advice on {ing}?
        &A simple way to {vp}?
        *Could you tell me how to {vp}?
        *Could somebody show me how to {vp}?
        *I need to {vp} and have no idea how. Any advice?
    """,
    "cost": """
        How much does it cost to {vp}?
        What is the usual cost of {ing}?
        How much money do I need to {vp}?
        What would I have to pay to {vp}?
        How much money should I budget for {ing}?
        Is there a rule of thumb for the cost of {ing}?
        &Rough cost of {ing}?
        &Likely cost of {ing}?
        *How much money should I expect to spend on {ing}?
        *What are the probable costs of {ing}?
    """,
    "time": """
        How long does it take to {vp}?
        How much time do I need to {vp}?
        How quickly can I {vp}?
        What is a realistic amount of time for {ing}?
        Roughly how long will it take me to {vp}?
        &Time needed to {vp}?
        &Average time needed to {vp}?
        *How much time should I set aside for {ing}?
        *How long will I need to {vp}?
    """,
    "why": """
        Why should I {vp}?
        What are the advantages of {ing}?
        What reasons are there to {vp}?
        What are the benefits of {ing}?
        Can anyone give me a reason to {vp}?
        &Good reasons to {vp}?
        *What is the main benefit of {ing}?
        *What is a good reason for {ing}?
    """,
    "when": """
        When should I {vp}?
        What is the right time to {vp}?
        At what point should I {vp}?
        Does anyone know when I should {vp}?
        When is a good moment for {ing}?
        &Best time to {vp}?
        *Which moment is the best one for {ing}?
        *Can you tell me when to {vp}?
    """,
    "worth": """
        Is it worth the effort to {vp}?
        Does it pay off to {vp}?
        Would you say that {ing} is worth the trouble?
        Does it make sense to {vp}?
        Is {ing} worth it?
        &Worth it to {vp}?
        *Would {ing} be worth the effort?
        *Do you think it is worth my while to {vp}?
    """,
    "who": """
        Who can {vp} for me?
        Is there anybody who could {vp} for me?
        What kind of professional can {vp} for me?
        Who is the right person to ask if I cannot {vp} myself?
        Where can I find somebody to {vp}?
        &Anyone who can {vp} for me?
        *Who could help me with {ing}?
        *Which expert do I call if I cannot {vp} on my own?
    """,
    "if": """
        What happens if I {vp}?
        What are the consequences of {ing}?
        What should I expect if I {vp}?
        What will be the result if I {vp}?
        &Consequences of {ing}?
        *What would happen if I were to {vp}?
        *What could happen if I {vp}?
    """,
    "if-not": """
        What happens if I do not {vp}?
        What are the consequences of not {ing}?
        What should I expect if I do not {vp}?
        What will be the result if I do not {vp}?
        *What would happen if I did not {vp}?
        *What could happen if I do not {vp}?
    """,
}
QUANTITY_FRAMES = {
    "all": """
        Do all {s} {vp}?
        Is it true that all {s} {vp}?
        Would you say that all {s} {vp}?
        Is there no exception to the rule that {s} {vp}?
        *Is it a fact that all {s} {vp}?
        *Do {s} {vp} in every single case?
    """,
    "most": """
        Do most {s} {vp}?
        Is it true that most {s} {vp}?
        Would you say that most {s} {vp}?
        Do the majority of {s} {vp}?
        *Is it a fact that most {s} {vp}?
        *Do more than half of all {s} {vp}?
    """,
    "some": """
        Do some {s} {vp}?
        Is it true that some {s} {vp}?
        Would you say that some {s} {vp}?
        Is it true that at least a few {s} {vp}?
        *Is it a fact that some {s} {vp}?
        *Do at least some {s} {vp}?
    """,
    "none": """
        Do {s} never {vp}?
        Is it true that no {s} {vp}?
        Would you say that no {s} {vp}?
        Am I right in thinking that no {s} {vp}?
        *Is it a fact that no {s} {vp}?
        *Is it certain that no {s} {vp}?
    """,
    "only": """
        Do only {s} {vp}?
        Is it true that only {s} {vp}?
        Would you say that only {s} {vp}?
        Is it only {s} that {vp}?
        *Is it a fact that only {s} {vp}?
        *Are {s} the only ones to {vp}?
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
    *Why on earth {does} {s} {v} {c}?
    *{s} {vs} {c}, and I cannot work out why. Can you help?
"""
VERSUS_FRAMES = """
    {is_a} {a} {comp} than {b}?
    Is it true that {a} {is_a} {comp} than {b}?
    Would you say that {a} {is_a} {comp} than {b}?
    Am I right in thinking that {a} {is_a} {comp} than {b}?
    {is_b} {b} {opp} than {a}?
    Is it true that {b} {is_b} {opp} than {a}?
    Would you say that {b} {is_b} {opp} than {a}?
    Am I right in thinking that {b} {is_b} {opp} than {a}?
    *Is it fair to say that {a} {is_a} {comp} than {b}?
    *Do you think that {b} {is_b} {opp} than {a}?
    *Is it a fact that {b} {is_b} {opp} than {a}?
"""
CAUSE_FRAMES = """
    Can {x} cause {y}?
    Can {y} be caused by {x}?
    Can {y} be the result of {x}?
    Could {x} be a cause of {y}?
    Is it possible for {x} to lead to {y}?
    Might {x} lead to {y}?
    Might {y} come from {x}?
    *Could {x} be responsible for {y}?
    *Can {y} be traced back to {x}?
    *Is it conceivable that {x} could lead to {y}?
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
        *Is it a fact that {x} {past} {y} {c}?
        *Is it correct that {y} was {pp} by {x} {c}?
    """,
}
ORDER_FRAMES = """
    Should I {one} before I {two}?
    Is it better to {one} first and then {two}?
    Do I {one} first and {two} afterwards?
    Is it right to {two} only after {oneing}?
    Should {oneing} come before {twoing}?
    Should {twoing} come after {oneing}?
    *Is {twoing} the step that follows {oneing}?
    *Would you {one} first and only later {two}?
    *Do you recommend {oneing} before {twoing}?
"""
EVENT_FRAMES = {
    "when": """
        When did {s} {vp}?
        When did {poss} {nom} take place?
        What was the date of {poss} {nom}?
        On what date did {s} {vp}?
        Does anyone know when {s} {past}?
        *On what day exactly did {s} {vp}?
        *What was the exact date of {poss} {nom}?
    """,
    "why": """
        Why did {s} {vp}?
        What were the reasons for {poss} {nom}?
        What led to {poss} {nom}?
        What made {s} {vp}?
        Does anyone know why {s} {past}?
        *What prompted {s} to {vp}?
        *What was the motive behind {poss} {nom}?
    """,
    "who": """
        Who objected when {s} decided to {vp}?
        Who was against {poss} {nom}?
        Which people opposed {poss} {nom}?
        Who did not want {s} to {vp}?
        *Who protested against {poss} {nom}?
        *Who fought against {poss} plan to {vp}?
    """,
}
