"""The frames of sentiment: how parts with known values make a sentence with a known value.

A line is `label | text`. `~` marks a frame that also exists with every value turned round (good
for bad, great for awful, label 4 - label); `*` marks a held-out frame. Slots in braces:

    great good fact bad awful   a clause of that level, "the jokes are stale" or "we left early"
    say_LEVEL                   the same, but nothing only the author can know
    asp be it                   a judged thing, its "is" or "were", its pronoun
    adj_LEVEL                   an adjective that fits asp
    g_LEVEL, x_LEVEL            the same, fit for "very"; the same, fit for "absolutely"
    thing things a_tadj_LEVEL   what the scene is about; an adjective for it
    is are                      in the scene's tense
    hope_LEVEL                  what one may hope for or end up with
    rival who crowd loaded      a comparison, a person, a group, a loaded neutral sentence
    sarcasm_N domain_N          a sentence of the scene whose label N does not show in its words
"""

FRAMES = {
    "plain": """
        ~3 | {asp} {be} {adj_good}
        ~4 | {asp} {be} {adj_great}
        ~3 | {good}
        ~4 | {great}
        ~3 | this {is} a {tadj_good} {thing}
        ~4 | this {is} a {tadj_great} {thing}
        ~4 | {great}, and {great2}
        ~3 | {good}, and {good2}
        ~4 | what a {tadj_great} {thing}, {great}
        ~3 | I thought it {is} a {tadj_good} {thing}, and {good}
        *~4 | one word for this {thing}: {x_tadj_great}
        *~3 | all things considered, {good} and {good2}
    """,
    "intensity": """
        ~4 | {asp} {be} absolutely {x_great}
        ~4 | {asp} {be} quite simply {x_great}, and {great}
        ~4 | {great}, and {asp} {be} just as {x_great}
        ~4 | this {is} without a doubt the most {m_tadj_great} {thing} I know
        ~4 | I cannot say it loudly enough: {great}
        ~3 | {asp} {be} very {g_good}
        ~3 | {asp} {be} really {g_good}, and {good}
        3 | {asp} {be} remarkably {g_good} for the money
        ~1 | I found {asp} rather {g_bad}
        *~4 | {asp} {be} utterly, unmistakably {x_great}
        *~4 | there is no other way to put it: {great}
        *~3 | {asp} {be} truly {g_good}
    """,
    "downtoner": """
        1 | {asp} {be} a little {g_bad}
        1 | {asp} {be} slightly {g_bad}, and {bad}
        1 | {asp} {be} a bit too {g_bad} for my taste
        2 | {asp} {be} only just {g_good} enough
        2 | {asp} {be} more or less {g_good}, nothing more
        2 | {asp} {be} sort of {g_good}, I suppose, and sort of {g_bad} too
        2 | {asp} {be} acceptable, no more and no less
        3 | {asp} {be} fairly {g_good}
        3 | {asp} {be} not quite {x_great}, but certainly {g_good}
        1 | {asp} {be} not quite {x_awful}, but certainly {g_bad}
        2 | it {is} a passable {thing}, the kind you forget within a week
        3 | {bad}, but only a little, and {good}
        *1 | {asp} {be} somewhat {g_bad}
        *2 | {asp} {be} halfway {g_good}, which is to say halfway {g_bad}
        *3 | {asp} {be} on the whole rather {g_good}
    """,
    "negation": """
        1 | {asp} {be} not {g_good}
        1 | {asp} {be} not at all {g_good}, and {bad}
        3 | {asp} {be} not {g_bad} at all
        ~3 | {asp} {be} anything but {g_bad}
        ~3 | nobody could call {asp} {g_bad}
        ~3 | there is nothing {g_bad} about {asp}
        3 | it is simply not true that {bad}
        1 | I cannot honestly say that {good}
        2 | {asp} {be} neither {g_good} nor {g_bad}
        2 | {asp} {be} not {x_great}, and not {x_awful} either
        2 | I would not call {asp} {x_great}, nor would I call {it} {x_awful}
        ~4 | {asp} {be} nothing short of {x_great}
        4 | {asp} {be} never less than {x_great}
        0 | it is not just that {bad}; {awful}
        4 | it is not just that {good}; {great}
        3 | at no point did I find {asp} {g_bad}
        1 | at no point did I find {asp} {g_good}
        0 | {asp} {be} not merely {g_bad}, {it_be} {x_awful}
        4 | {asp} {be} not merely {g_good}, {it_be} {x_great}
        3 | I have no complaints about {asp}, and {good}
        *~3 | {asp} {be} far from {g_bad}
        *2 | I can call {asp} neither {g_good} nor {g_bad}
        *3 | not for one moment did {asp} seem {g_bad}
        *1 | not for one moment did {asp} seem {g_good}
        *0 | {asp} {be} more than {g_bad}, {it_be} {x_awful}
        *4 | {asp} {be} more than {g_good}, {it_be} {x_great}
    """,
    "contrast": """
        ~3 | although {bad}, {good}, and that is what counts
        ~3 | {bad}, but {good} and {good2}
        ~3 | {bad}; even so, I liked this {thing}, because {good}
        ~3 | it is true that {bad}, yet {great}
        ~3 | even though {bad}, it {is} a {tadj_good} {thing}
        3 | {bad}, I admit, but {good} and I would do it all again
        1 | {good}, I admit, but {bad} and I would not do it again
        2 | {good}, but then again {bad}
        2 | on the one hand {good}, on the other hand {bad}
        2 | {good} and {bad}, so I really do not know what to think
        2 | {great}, but {awful}, and in the end the two cancel out
        2 | {asp} {be} {adj_good}, {asp2} {be2} {adj2_bad}, and that leaves us somewhere in the middle
        4 | {bad}, and none of it matters in the least, because {great}
        0 | {good}, and none of it helps in the least, because {awful}
        4 | {bad}? A trifle, for {great} and {great2}
        0 | {good}? Perhaps, but {awful} and {awful2}
        ~1 | while {good}, {bad} and {bad2}
        *~3 | granted, {bad}; all the same, {good} and {good2}
        *2 | for everything that is {adj_good} about {asp} there is something {adj2_bad} about {asp2}
        *2 | {good}, whereas {bad}, which makes it a draw
        *4 | {bad}, but who cares, when {great}
        *0 | {good}, but who cares, when {awful}
    """,
    "for-all": """
        1 | for all that {good}, this {is} a {tadj_bad} {thing}
        3 | for all that {bad}, this {is} a {tadj_good} {thing}
        0 | despite all its good points, this {is} a {tadj_awful} {thing}: {awful}
        4 | despite all its faults, this {is} a {tadj_great} {thing}: {great}
        1 | {asp} may be {adj_great}, but this {is} still a {tadj_bad} {thing}
        3 | {asp} may be {adj_awful}, but this {is} still a {tadj_good} {thing}
        2 | {asp} may be {adj_good}, but {asp2} {be2} {adj2_bad}, and I am left undecided
        *1 | not even the fact that {good} can save this {tadj_bad} {thing}
        *3 | not even the fact that {bad} can spoil this {tadj_good} {thing}
        *2 | the fact that {good} makes up for the fact that {bad}, and that is the whole balance
    """,
    "comparison": """
        1 | I know many better {things} than this one
        3 | I know far worse {things} than this one, and {good}
        4 | you will not find a more {m_tadj_great} {thing} anywhere
        0 | you will not find a more {m_tadj_awful} {thing} anywhere
        ~3 | {asp} {be} clearly better than I am used to, and {good}
        2 | it {is} no better and no worse than {rival}
        2 | it {is} about as good as {rival}, and about as bad
        1 | compared with {rival}, it {is} a step down: {bad}
        3 | compared with {rival}, it {is} a step up: {good}
        1 | {rival} was {tadj_good}; this {thing} {is} not
        3 | {rival} was {tadj_bad}; this {thing} {is} not
        0 | I thought {rival} was {tadj_awful}, but this {thing} {is} even worse
        4 | I thought {rival} was {tadj_great}, but this {thing} {is} even better
        1 | it {is} less {m_tadj_awful} than {rival}, which is the kindest thing I can say
        *1 | give me {rival} any day: {bad}
        *3 | I would take this over {rival} any day: {good}
        *2 | put it next to {rival} and you will hardly see a difference
        *0 | next to this, even {rival} seemed {tadj_great}
        *4 | next to this, even the best {things} I know look {tadj_bad}
    """,
    "hypothetical": """
        1 | with better luck this might have been a {tadj_great} {thing}, but {bad}
        1 | this could have been a {tadj_great} {thing} if only {asp} had been less {g_bad}
        1 | if {asp} had been half as {g_good} as they promised, I would not complain
        3 | if {asp} had been any less {g_good}, I would have complained about the rest
        0 | I would have forgiven almost anything, even {hope_bad}, but {awful}
        2 | if {asp} had been {adj_great}, I might remember this {thing}; as it is, I have no strong feelings
        2 | perhaps others would call this {thing} {tadj_great}, perhaps {tadj_awful}; I cannot say either
        3 | it would be easy to say that {bad}, but it would not be fair, because {good}
        4 | even if {asp} had been {adj_awful}, I would have loved it, because {great}
        0 | even if {asp} had been {adj_great}, I would have hated it, because {awful}
        4 | if all {things} were like this one, I would never complain again: {great}
        0 | if all {things} were like this one, I would give up on them for good: {awful}
        *1 | had {asp} been as {g_good} as it should be, this would be a kinder review
        *2 | had {asp} been better I would praise it, had {it} been worse I would warn you, and so I shrug
        *4 | had somebody told me beforehand that {great}, I would not have believed it
        *0 | had somebody told me beforehand that {awful}, I would have stayed at home
    """,
    "expectation": """
        ~4 | I expected {hope_bad} and got {hope_great}
        ~3 | I expected {hope_bad} and got {hope_good}
        ~4 | after all I had heard I feared {hope_awful}, but {great}
        ~3 | I was prepared for {hope_bad}, but {good}
        1 | they promise {hope_great}; what you get is {hope_bad}
        0 | they promise {hope_great}; what you get is {hope_awful}
        3 | I had been told that {say_bad}, so it was a relief that {good}
        1 | I had been told that {say_good}, so it was a letdown that {bad}
        2 | I hoped for {hope_great} and feared {hope_awful}, and what I got was neither
        2 | I expected {hope_good} and that is what I got, no more and no less
        4 | we came for {hope_good} and found {hope_great}
        0 | we came for {hope_good} and found {hope_awful}
        *4 | I braced myself for {hope_awful}; it turned out to be {hope_great}
        *0 | I looked forward to {hope_great}; it turned out to be {hope_awful}
        *3 | I braced myself for {hope_awful}; it turned out to be {hope_good}
        *1 | I looked forward to {hope_great}; it turned out to be {hope_bad}
        *2 | I had imagined {hope_great} or else {hope_awful}; it was something in between
    """,
    "quoted": """
        4 | {who} calls it {hope_awful}, but I disagree completely: {great}
        0 | {who} calls it {hope_great}, but I disagree completely: {awful}
        3 | {crowd} complain that {say_bad}, but in my view {good}
        1 | {crowd} rave that {say_good}, but in my view {bad}
        1 | {crowd} say that {say_good}; what I noticed is that {bad}
        3 | {crowd} say that {say_bad}; what I noticed is that {good}
        1 | {who} thinks that {asp} {be} {adj_great}, but I found {it} {adj_bad}
        3 | {who} thinks that {asp} {be} {adj_awful}, but I found {it} {adj_good}
        4 | {who} thinks that {asp} {be} {adj_bad}, but I found {it} {adj_great}
        0 | {who} thinks that {asp} {be} {adj_good}, but I found {it} {adj_awful}
        2 | {who} thinks that {asp} {be} {adj_great} and {who2} that {it_be} {adj_awful}; I have no opinion
        2 | some people find {asp} {adj_good} and others find {it} {adj_bad}, and both have a point
        4 | {who} warned me that {say_bad}, and I am so glad I did not listen, because {great}
        0 | {who} assured me that {say_good}, and I wish I had not listened, because {awful}
        *3 | if you ask {who}, {asp} {be} {adj_awful}; if you ask me, {it_be} {adj_good}
        *1 | if you ask {who}, {asp} {be} {adj_great}; if you ask me, {it_be} {adj_bad}
        *2 | if you ask {who}, {asp} {be} {adj_great}; if you ask {who2}, {it_be} {adj_awful}
        *0 | do not believe {who}, who claims that {say_good}: {awful}
        *4 | do not believe {who}, who claims that {say_bad}: {great}
    """,
    "sarcasm": """
        0 | {sarcasm_0}
        1 | {sarcasm_1}
        0 | {awful}. {sarcasm_0}
        0 | {bad}. {sarcasm_0}
        1 | {sarcasm_1}; apart from that, {bad}
        0 | oh, wonderful, {awful}
        0 | just what I needed: {awful}
        0 | what a treat: {awful}
        0 | {awful}, so thank you very much for that
        0 | {awful}, but I am sure they are very proud of themselves
        1 | how delightful: {bad}
        1 | {bad}, which is of course exactly what everyone dreams of
        4 | oh, how wonderful, {great}
        4 | just what I needed: {great}
        4 | what a treat: {great}
        3 | {good}, so thank you very much for that
        4 | {great}, and they have every reason to be proud of themselves
        3 | how delightful: {good}
        *0 | {sarcasm_0}
        *1 | {sarcasm_1}
        *0 | {awful}; {sarcasm_0}
        *0 | well, that was fun: {awful}
        *4 | well, that was fun: {great}
        *1 | lucky me: {bad}
        *3 | lucky me: {good}
    """,
    "domain": """
        1 | {domain_1}
        3 | {domain_3}
        4 | {domain_4}
        1 | {domain_1}, and {bad}
        3 | {domain_3}, and {good}
        2 | {domain_1}, but {good}
        1 | {fact}; {domain_1}
        3 | {fact}; {domain_3}
        *1 | {domain_1}, to say nothing of the rest: {bad}
        *3 | {domain_3}, and on top of that {good}
        *1 | {domain_1}
        *3 | {domain_3}
    """,
    "neutral": """
        2 | {fact}
        2 | {fact}, and {fact2}
        2 | {loaded}
        2 | {loaded}, and {fact}
        2 | for those who want to know: {fact}
        2 | {fact}; {fact2}
        2 | some details before I go: {fact}, and {fact2}
        ~3 | {fact}, and {good}
        ~4 | {fact}, and {great}
        *2 | just for the record, {fact}
        *2 | one more thing to note: {loaded}
        *~3 | by the way, {fact}; more to the point, {good}
    """,
}
WHO = (
    "my sister, my brother, a colleague of mine, my neighbour, my best friend, my father, my aunt, "
    "the man next to me, a friend of ours, *my godmother, *my landlord, *my cousin"
)
CROWD = (
    "the critics, my friends, other people, most of my colleagues, my parents, some reviewers, "
    "*my in-laws, *the neighbours"
)
