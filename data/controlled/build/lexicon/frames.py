"""The frames of sentiment: how parts with known values make a sentence with a known value.

A line is `label | text`. `~` marks a frame that also exists with every value turned round (good
for bad, great for awful, label 4 - label); `*` marks a held-out frame. Slots in braces:

    great good fact bad awful   a clause of that level, "the jokes are stale" or "we left early"
    say_LEVEL                   the same, but nothing only the author can know
    asp be it                   a judged thing, its "is" or "were", its pronoun
    adj_LEVEL                   an adjective that fits asp
    g_LEVEL x_LEVEL e_LEVEL     the same, fit for "very", for "absolutely", for "enough"
    thing things a_tadj_LEVEL   what the scene is about; an adjective for it
    is are may_be               in the scene's tense
    hope_LEVEL                  what one may hope for or end up with
    rival who crowd loaded      a comparison, a person, a group, a loaded neutral sentence
    sarcasm_N domain_N          a sentence of the scene whose label N does not show in its words
"""

# ruff: noqa: E501
# One entry a line, however long.

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
        ~4 | what a {tadj_great} {thing}: {great}
        ~4 | a {tadj_great} {thing} in every way
        ~3 | a {tadj_good} {thing}, and {good}
        ~3 | a {tadj_good}, {tadj2_good} {thing}
        ~4 | a {tadj_great}, {tadj2_great} {thing}: {great}
        ~3 | in my book this {is} a {tadj_good} {thing}, seeing that {good}
        *~4 | if I had to describe this {thing} in one word, the word would be {x_tadj_great}
        *~3 | to put it in a nutshell, a {tadj_good} {thing}
        *~3 | let me tell you: {good}
    """,
    "intensity": """
        ~4 | {asp} {be} absolutely {x_great}
        ~4 | {asp} {be} quite simply {x_great}, and {great}
        ~4 | {great}, and {asp} {be} {x_great} too
        ~4 | this {is} without a doubt the most {m_tadj_great} {thing} I have come across
        ~4 | I mean every word of this: {great}
        ~3 | {asp} {be} very {g_good}
        ~3 | {asp} {be} really {g_good}, and {good}
        3 | {asp} {be} remarkably {g_good}
        ~1 | I found {asp} rather {g_bad}
        *~4 | there are no two ways about it: {asp} {be} {x_great}
        *~4 | believe it or not, {great}
        *~3 | {asp} {be} decidedly {g_good}
    """,
    "downtoner": """
        2 | an average {thing}: {good}, but {bad}
        3 | an average {thing}, but {good} and {good2}
        1 | an average {thing}, but {bad} and {bad2}
        2 | {asp} {be} {e_good} enough, but only just
        *~3 | {asp} {be} pretty {g_good}
        *1 | {asp} {be} a touch {g_bad}
        3 | I have no strong feelings about {asp}, but {good}
        1 | I have no strong feelings about {asp}, but {bad}
        ~3 | I would call {asp} acceptable and {asp2} {adj2_good}
        3 | {asp} {be} a good deal better than I am used to
        1 | {asp} {be} a good deal worse than average
        3 | an average {thing} in some ways, but {good}
        1 | an average {thing} in some ways, but {bad}
        1 | {asp} {be} a little {g_bad}
        1 | {asp} {be} slightly {g_bad}, and {bad}
        1 | {asp} {be} a bit too {g_bad} for my taste
        1 | {asp} {be} not exactly {x_great}, and {bad}
        2 | {asp} {be} acceptable, no more and no less
        3 | {asp} {be} fairly {g_good}
        3 | {asp} {be} not quite {x_great}, but certainly {g_good}
        1 | {asp} {be} not quite {x_awful}, but certainly {g_bad}
        3 | {bad}, but that is a small matter, and {good}
        *1 | {asp} {be} somewhat {g_bad}
        *2 | you could call {asp} {g_good}, and you could just as well call {it} {g_bad}
        *3 | {asp} {be}, on the whole, {g_good}
    """,
    "negation": """
        3 | {asp} {be} neither {adj_bad} nor {adj_awful}
        1 | {asp} {be} neither {adj_good} nor {adj_great}
        ~1 | I would not call this a {tadj_great} {thing}, because {bad}
        *3 | I found nothing {g_bad} about {asp}
        *1 | I found nothing {g_good} about {asp}
        *~4 | {asp} {be} not in the least {x_awful}; on the contrary, {it_be} {adj_great}
        ~3 | {asp} {be} not {adj_bad} at all; {it_be} {adj_good}
        ~4 | {asp} {be} not {adj_bad} at all; {it_be} {adj_great}
        ~4 | {asp} {be} {adj_great}, not {adj_awful}
        ~3 | {asp} {be} {adj_good}, not {adj_awful}
        ~3 | never once did I find {asp} {g_bad}
        ~3 | anyone who tells you that {say_bad} is wrong
        ~3 | it would be a lie to call {asp} {adj_awful}; {it_be} {adj_good}
        1 | I would not go so far as to call {asp} {adj_great}; in fact {it_be} {adj_bad}
        3 | I would not go so far as to call {asp} {adj_awful}; in fact {it_be} {adj_good}
        1 | I wish I could say that {great}, but {bad}
        3 | I do not want to exaggerate and call {asp} {adj_great}, but {good}
        3 | nobody is saying that {asp} {be} {adj_great}, but {good}
        1 | nobody is saying that {asp} {be} {adj_awful}, but {bad}
        4 | good is not the word for {asp}; {x_great} is
        0 | bad is not the word for {asp}; {x_awful} is
        *1 | I would be lying if I called {asp} {adj_great}; {it_be} {adj_bad}
        *3 | I would be lying if I called {asp} {adj_awful}; {it_be} {adj_good}
        1 | {asp} {be} not {g_good}
        1 | {asp} {be} not at all {g_good}, and {bad}
        3 | {asp} {be} not {g_bad} at all
        ~3 | {asp} {be} anything but {g_bad}
        ~3 | nobody could call {asp} {g_bad}
        ~3 | there is nothing {g_bad} about {asp}
        3 | it is simply not true that {say_bad}
        *3 | whoever says that {say_bad} is mistaken
        *1 | whoever says that {say_good} is mistaken
        3 | it would be wrong to call {asp} {adj_bad}
        1 | it would be wrong to call {asp} {adj_good}
        1 | I cannot honestly say that {good}
        ~4 | {asp} {be} nothing short of {x_great}
        4 | {asp} {be} never less than {x_great}
        0 | it is not just that {bad}; {awful}
        4 | it is not just that {good}; {great}
        *0 | {asp} {be} not merely {g_bad} but {x_awful}
        *4 | {asp} {be} not merely {g_good} but {x_great}
        3 | I have no complaints about {asp}, and {good}
        ~3 | {asp} {be} far from {g_bad}
        3 | not for one moment did {asp} seem {g_bad}
        1 | not for one moment did {asp} seem {g_good}
        0 | {asp} {be} more than {g_bad}; {it_be} {x_awful}
        4 | {asp} {be} more than {g_good}; {it_be} {x_great}
    """,
    "contrast": """
        3 | I liked this {thing}, even though {crowd} call {asp} {adj_awful}
        1 | I did not like this {thing}, even though {crowd} call {asp} {adj_great}
        ~3 | {asp} {be} {adj_good}, although {crowd} call {it} {adj_awful}
        4 | {great}, even though {bad}
        1 | {bad}, even though {great}
        2 | {bad}; still, {good}
        2 | true, {bad}, but {good}
        2 | true, {bad} and {bad2}, but {good} and {good2}
        3 | {good}, but {bad}, and the former matters more to me than the latter
        1 | {good}, but {bad}, and the latter matters more to me than the former
        1 | {bad}, but {good}, and the former matters more to me than the latter
        3 | {bad}, but {good}, and the latter matters more to me than the former
        *2 | {asp} {be} {adj_good}, whereas {asp2} {be2} {adj2_bad}
        *2 | {good}, yet at the same time {bad}
        ~3 | {bad}, but what stays with me is that {good}
        3 | in spite of the fact that {bad}, I am content, because {good}
        1 | in spite of the fact that {good}, I am not content, because {bad}
        1 | {great}, but what does it matter when {bad}?
        3 | {asp} {be} {adj_awful}, but what does it matter when {good}?
        1 | true, {great}, but that is a trifle next to the fact that {bad}
        3 | true, {asp} {be} {adj_awful}, but that is a trifle next to the fact that {good}
        4 | on the one hand {great}, on the other hand {bad}, and the first outweighs the second
        1 | on the one hand {great}, on the other hand {bad}, and the second outweighs the first
        0 | on the one hand {good}, on the other hand {awful}, and the second outweighs the first
        2 | {great}, but {bad} and {bad2}
        2 | on the one hand {good}, on the other hand {bad}
        2 | on the one hand {bad}, on the other hand {good}
        2 | {good}, but {bad}
        2 | {bad}, but {good}
        2 | {good}; still, {bad}
        2 | {asp} {be} {adj_good}; {asp2} {be2} {adj2_bad}
        2 | {asp} {be} {adj_bad}, but {asp2} {be2} {adj2_good}
        3 | on the one hand {good}, on the other hand {bad}, and the first outweighs the second
        1 | on the one hand {good}, on the other hand {bad}, and the second outweighs the first
        1 | on the one hand {bad}, on the other hand {good}, and the first outweighs the second
        3 | on the one hand {bad}, on the other hand {good}, and the second outweighs the first
        ~3 | {bad}, but then again {good} and {good2}
        2 | {bad}, but then again {good}
        ~4 | true, {bad}, but that is a trifle next to the fact that {great}
        ~3 | true, {bad}, but that is a trifle next to the fact that {good}
        ~4 | {bad}, but what does it matter when {great}?
        ~3 | {good}, and that weighs more with me than the fact that {bad}
        1 | {great}, but all in all I did not like this {thing}, because {bad}
        *3 | {good}, but {bad}, and if I have to choose, the first weighs more with me
        *1 | {good}, but {bad}, and if I have to choose, the second weighs more with me
        ~4 | I was undecided for a while, given that {bad}, but this settles the matter: {great}
        3 | {bad} and {bad2}, but {good}, and so I liked this {thing}
        1 | {good} and {good2}, but {bad}, and so I did not like this {thing}
        ~3 | although {bad} and {bad2}, {good}, and that is what counts
        ~3 | {bad} and {bad2}, but {good}, and the last point is the one that matters
        3 | {bad} and {bad2}; even so, I liked this {thing}
        1 | {good} and {good2}; even so, I did not like this {thing}
        ~3 | it is true that {bad} and {bad2}, yet in my eyes it all comes down to the fact that {good}
        *~3 | even though {bad}, it {is} a {tadj_good} {thing}
        3 | {bad} and {bad2}, I admit, but {good}, and I would choose this {thing} again
        1 | {good} and {good2}, I admit, but {bad}, and I would not choose this {thing} again
        2 | {good}, but {bad}, so I really do not know what to think
        ~3 | {bad} and {bad2}, but my mind is made up, because {good}
        1 | it is true that {great}, yet {bad}, and that is what counts
        3 | it is true that {bad} and {bad2}, yet {good}, and that is what counts
        1 | {great}, I admit, but {bad}, and I would not choose this {thing} again
        1 | while {good} and {good2}, it matters more to me that {bad}
        3 | while {bad} and {bad2}, it matters more to me that {good}
        *3 | granted, {bad} and {bad2}; all the same, {good}, and so I am content
        *1 | granted, {good} and {good2}; all the same, {bad}, and so I am not content
        *4 | {bad}, but who cares when {great}?
        *0 | {good}, but who cares when {awful}?
    """,
    "for-all": """
        1 | although {great}, this {is} a {tadj_bad} {thing}
        3 | although {asp} {be} {adj_awful}, this {is} a {tadj_good} {thing}
        ~1 | {asp} {may_be} {adj_great}, but all in all this {is} a {tadj_bad} {thing}
        ~3 | never mind that {bad}: this {is} a {tadj_good} {thing}
        ~4 | never mind that {bad}: this {is} a {tadj_great} {thing}
        *~3 | despite the fact that {bad}, it {is} a {tadj_good} {thing}
        *~4 | despite the fact that {bad}, it {is} a {tadj_great} {thing}
        2 | {asp} {may_be} {adj_good}, but {asp2} {be2} {adj2_bad}
        2 | {asp} {may_be} {adj_bad}, but {asp2} {be2} {adj2_good}
        ~3 | although {bad}, this {is} a {tadj_good} {thing}
        ~3 | this {is} a {tadj_good} {thing}, although {bad}
        ~4 | this {is} a {tadj_great} {thing}, although {bad}
        3 | {asp} {may_be} {adj_bad}, but {asp2} {be2} {adj2_good}, and that tips the balance
        1 | {asp} {may_be} {adj_good}, but {asp2} {be2} {adj2_bad}, and that tips the balance
        0 | although {good} and {good2}, this {is} a {tadj_awful} {thing}
        4 | although {bad} and {bad2}, this {is} a {tadj_great} {thing}
        1 | {asp} {may_be} {adj_great}, but this {is} still a {tadj_bad} {thing}
        3 | {asp} {may_be} {adj_awful}, but this {is} still a {tadj_good} {thing}
        1 | not even the fact that {good} can save this {tadj_bad} {thing}
        3 | not even the fact that {bad} can spoil this {tadj_good} {thing}
    """,
    "comparison": """
        ~4 | I have never come across a more {m_tadj_great} {thing}
        *3 | this {thing} {is} just as good as {rival}, and that was {tadj_good}
        *~3 | if anything, {asp} {be} {adj_good}, and certainly not {adj_bad}
        3 | {asp} {be} closer to {x_great} than to {x_awful}
        1 | {asp} {be} closer to {x_awful} than to {x_great}
        ~3 | {asp} {be} anything but {adj_bad}; {it_be} {adj_good}
        ~3 | this {thing} {is} no better and no worse than {rival}, and that was {tadj_good}
        ~4 | this {thing} {is} no better and no worse than {rival}, and that was {tadj_great}
        3 | this {is} better than most {things} I know, and {good}
        1 | this {is} worse than most {things} I know, and {bad}
        4 | this {thing} {is} about as good as {rival}, and that was {tadj_great}
        0 | this {thing} {is} about as bad as {rival}, and that was {tadj_awful}
        1 | this {thing} {is} no better than {rival}, and that was {tadj_bad}
        3 | this {thing} {is} no worse than {rival}, and that was {tadj_good}
        3 | this {thing} {is} far less {m_tadj_bad} than {rival}
        1 | this {thing} {is} far less {m_tadj_good} than {rival}
        ~4 | there is no comparison with {rival}: {great}
        0 | {awful}; compared with this {thing}, {rival} was {tadj_great}
        4 | {great}; compared with this {thing}, {rival} was {tadj_awful}
        *1 | I know many better {things} than this one
        *3 | I know far worse {things} than this one, and {good}
        *4 | you will not find a more {m_tadj_great} {thing} anywhere
        *0 | you will not find a more {m_tadj_awful} {thing} anywhere
        3 | {asp} {be} clearly better than I am used to, and {good}
        1 | {asp} {be} clearly worse than I am used to, and {bad}
        1 | compared with {rival}, this {thing} {is} a step down, and not a small one
        3 | compared with {rival}, this {thing} {is} a step up, and not a small one
        1 | {rival} was {tadj_good}; this {thing} {is} not
        3 | {rival} was {tadj_bad}; this {thing} {is} not
        0 | I thought {rival} was {tadj_awful}, but this {thing} {is} even worse
        4 | I thought {rival} was {tadj_great}, but this {thing} {is} even better
        1 | this {thing} {is} less {m_tadj_awful} than {rival}, which is the kindest thing I can say
        1 | give me {rival} any day: {bad}
        3 | I would choose this {thing} over {rival} any day: {good}
        0 | next to this {thing}, even {rival} seemed {tadj_great}
        4 | next to this {thing}, even {rival} seemed {tadj_bad}
    """,
    "hypothetical": """
        0 | who would have thought it possible: {awful}
        *2 | some might call this {thing} {tadj_great}, some might call it {tadj_awful}; I would call it neither
        *3 | some might call this {thing} {tadj_bad}, some might call it {tadj_awful}; I would call it neither
        3 | if {asp} had been half as {g_bad} as I had been warned, I would be complaining now
        3 | had {asp} been as {g_bad} as people say, this would be an angrier review
        3 | this might have been a {tadj_awful} {thing} if {asp} had been less {g_good}
        ~1 | in other circumstances this might have been a {tadj_great} {thing}, but {bad}
        3 | others might call this {thing} {tadj_bad} or {tadj_awful}; I would call it neither
        1 | others might call this {thing} {tadj_good} or {tadj_great}; I would call it neither
        ~3 | perhaps others would call this {thing} {tadj_bad}; I cannot agree
        ~4 | perhaps others would call this {thing} {tadj_awful}; I cannot agree, because {great}
        3 | if it were true that {say_bad}, I would be the first to complain, but it is not
        1 | if it were true that {say_good}, I would be the first to cheer, but it is not
        1 | this might have been a {tadj_great} {thing} if {asp} had been less {g_bad}
        1 | if {asp} had been half as {g_good} as I had been promised, I would not be complaining now
        3 | it would be easy to call {asp} {adj_bad} and {asp2} {adj2_bad}, but it would not be fair
        4 | even if {asp} had been {adj_awful}, I would have loved this {thing}, because {great}
        0 | even if {asp} had been {adj_great}, I would have hated this {thing}, because {awful}
        *4 | if all {things} were like this one, I would never complain again: {great}
        *0 | if all {things} were like this one, I would give up on them for good: {awful}
        1 | had {asp} been as {g_good} as people say, this would be a kinder review
        4 | who would have thought it possible: {great}
    """,
    "expectation": """
        1 | this was said to be a {tadj_great} {thing}, but {bad}
        3 | this was said to be a {tadj_awful} {thing}, but {good}
        ~3 | I expected {hope_bad} and got {hope_good}
        *~3 | I was ready for {hope_bad}; what came was {hope_good}
        ~4 | after all I had heard I was expecting {hope_awful}, but {great}
        ~3 | I was expecting {hope_bad}, and what I got was {hope_good}
        ~3 | it could have been {hope_awful}, but it turned out to be {hope_good}
        3 | I feared {hope_bad} or even {hope_awful}, and I was wrong on both counts
        1 | I hoped for {hope_good} or even {hope_great}, and I was wrong on both counts
        3 | I was told to expect either {hope_bad} or {hope_awful}; what I got was neither
        1 | I was told to expect either {hope_good} or {hope_great}; what I got was neither
        4 | I hoped for {hope_good}, and what I got was far better: {great}
        0 | I feared {hope_bad}, and what I got was far worse: {awful}
        1 | I had been expecting {hope_good}, and I am sorry to say that I was wrong
        1 | I had counted on {hope_good}, and I am sorry to say that I got nothing of the kind
        3 | I had been expecting {hope_bad}, and I am happy to say that I was wrong
        3 | I had counted on {hope_bad}, and I am happy to say that I got nothing of the kind
        4 | I expected {hope_great}, and it was every bit as good: {great}
        0 | I expected {hope_awful}, and it was every bit as bad: {awful}
        ~4 | I expected {hope_bad} and got {hope_great}
        ~3 | I was prepared for {hope_bad}, but to my surprise {good}
        *1 | they promise {hope_great}; what you get is {hope_bad}
        *0 | they promise {hope_great}; what you get is {hope_awful}
        3 | I had been told that {asp} {be} {adj_awful}, so it was a relief to find {it} {adj_good}
        1 | I had been told that {asp} {be} {adj_great}, so it was a letdown to find {it} {adj_bad}
        *4 | I would have settled for {hope_good}, and I was given {hope_great}
        *0 | I would have settled for {hope_good}, and I was given {hope_awful}
        4 | I braced myself for {hope_awful}; what I got was {hope_great}
        0 | I looked forward to {hope_great}; what I got was {hope_awful}
        3 | I braced myself for {hope_awful}; what I got was {hope_good}
        1 | I looked forward to {hope_great}; what I got was {hope_bad}
    """,
    "quoted": """
        ~1 | {who} thinks that this {is} a {tadj_great} {thing}, but {bad}
        *2 | some call {asp} {adj_good} and some call {it} {adj_bad}, and both sides have a point
        *2 | {who} thinks that {say_good}, {who2} thinks that {say_bad}, and both have a point
        *2 | I have heard people call {asp} {adj_great} and I have heard people call {it} {adj_awful}; I would call {it} neither
        ~3 | if you ask {crowd}, {asp} {be} {adj_awful}, but if you ask me, {it_be} {adj_good}
        2 | {who} thinks that {asp} {be} {adj_great} and {who2} that {it_be} {adj_awful}
        4 | {who} thinks that {asp} {be} {adj_great} and {who2} that {it_be} {adj_awful}; I side with {who}
        0 | {who} thinks that {asp} {be} {adj_great} and {who2} that {it_be} {adj_awful}; I side with {who2}
        0 | {who} thinks that {asp} {be} {adj_awful} and {who2} that {it_be} {adj_great}; I side with {who}
        4 | {who} thinks that {asp} {be} {adj_awful} and {who2} that {it_be} {adj_great}; I side with {who2}
        3 | {who} thinks that {asp} {be} {adj_awful} and {who2} that {it_be} {adj_bad}; I side with neither
        1 | {who} thinks that {asp} {be} {adj_great} and {who2} that {it_be} {adj_good}; I side with neither
        ~4 | I found {asp} {adj_great}, but {who} thinks that {it_be} {adj_bad}
        ~3 | I found {asp} {adj_good}, but {who} thinks that {it_be} {adj_awful}
        ~3 | I found {asp} {adj_good}, and I do not care that {crowd} call {it} {adj_bad}
        2 | I have heard {asp} called {adj_great} and I have heard {it} called {adj_awful}; I would call {it} neither
        3 | I have heard {asp} called {adj_bad} and I have heard {it} called {adj_awful}; I would call {it} neither
        1 | I have heard {asp} called {adj_good} and I have heard {it} called {adj_great}; I would call {it} neither
        ~3 | people may say that {asp} {be} {adj_awful}; the fact is that {it_be} {adj_good}
        *4 | {who} calls {asp} {adj_great}, {who2} calls {it} {adj_awful}, and I agree with {who}
        *0 | {who} calls {asp} {adj_great}, {who2} calls {it} {adj_awful}, and I agree with {who2}
        ~3 | some people find {asp} {adj_good} and others find {asp2} {adj2_good}, and both have a point
        ~3 | {who} says that {say_good}, {who2} says that {say_good2}, and both have a point
        0 | {who} keeps telling me that {asp} {be} {adj_great}; the truth is that {it_be} {adj_awful}
        4 | {who} keeps telling me that {asp} {be} {adj_awful}; the truth is that {it_be} {adj_great}
        1 | {crowd} told me that {asp} {be} {adj_great}; in fact {it_be} {adj_bad}
        3 | {crowd} told me that {asp} {be} {adj_awful}; in fact {it_be} {adj_good}
        4 | whoever calls {asp} {adj_awful} has not been paying attention; {it_be} {adj_great}
        0 | whoever calls {asp} {adj_great} has not been paying attention; {it_be} {adj_awful}
        ~3 | {who} has a point in saying that {say_good}
        2 | {who} says that {say_good}, {who2} says that {say_bad}, and both have a point
        ~4 | {who} and I agree for once: {asp} {be} {adj_great}
        *1 | rumour has it that {asp} {be} {adj_great}; far from it, {it_be} {adj_bad}
        *3 | rumour has it that {asp} {be} {adj_awful}; far from it, {it_be} {adj_good}
        4 | {who} calls this a {tadj_awful} {thing}, but I disagree completely: {great}
        3 | {who} calls this a {tadj_bad} {thing}; I liked it, because {good}
        0 | {who} calls this a {tadj_great} {thing}, but I disagree completely: {awful}
        1 | {who} calls this a {tadj_good} {thing}; I did not like it, because {bad}
        3 | {crowd} complain that {say_bad}; I cannot agree
        3 | {crowd} complain that {say_bad} and that {say_bad2}, but I am content, because {good}
        1 | {crowd} rave that {say_good}; I cannot agree
        1 | {crowd} rave that {say_good} and that {say_good2}, but I am not content, because {bad}
        1 | {crowd} say that {say_good} and that {say_good2}; what I noticed is that {bad}
        3 | {crowd} say that {say_bad} and that {say_bad2}; what I noticed is that {good}
        1 | {who} thinks that {asp} {be} {adj_great}, but I found {it} {adj_bad}
        3 | {who} thinks that {asp} {be} {adj_awful}, but I found {it} {adj_good}
        4 | {who} thinks that {asp} {be} {adj_bad}, but I found {it} {adj_great}
        0 | {who} thinks that {asp} {be} {adj_good}, but I found {it} {adj_awful}
        ~4 | {who} thinks that {asp} {be} {adj_bad}; I have a different opinion: {it_be} {adj_great}
        2 | some people find {asp} {adj_good} and others find {it} {adj_bad}, and both have a point
        4 | {who} warned me that {asp} {be} {adj_awful}, and I am so glad I did not listen: {it_be} {adj_great}
        0 | {who} assured me that {asp} {be} {adj_great}, and I wish I had not listened: {it_be} {adj_awful}
        *3 | if you ask {who}, {asp} {be} {adj_awful}; if you ask me, {it_be} {adj_good}
        *1 | if you ask {who}, {asp} {be} {adj_great}; if you ask me, {it_be} {adj_bad}
        *0 | do not believe {who}, who claims that {asp} {be} {adj_great}, when in truth {it_be} {adj_awful}
        *4 | do not believe {who}, who claims that {asp} {be} {adj_awful}, when in truth {it_be} {adj_great}
    """,
    "sarcasm": """
        0 | {sarcasm_0}
        1 | {sarcasm_1}
        0 | {awful}. {sarcasm_0}
        0 | {bad}. {sarcasm_0}
        1 | {sarcasm_1}. Apart from that, {bad}
        0 | oh, wonderful, {awful}
        0 | just what I needed: {awful}
        0 | what a treat: {awful}
        0 | {awful}, so thank you very much for that
        0 | {awful}, but I am sure they are very proud of themselves
        1 | what a joy that {bad}
        1 | {bad}, which is of course exactly what everyone dreams of
        4 | oh, how wonderful, {great}
        4 | just what I needed: {great}
        4 | what a treat: {great}
        3 | {good}, so thank you very much for that
        4 | {great}, and everyone involved has every reason to be proud
        3 | what a joy that {good}
        *0 | {sarcasm_0}
        *1 | {sarcasm_1}
        *0 | {awful}. {sarcasm_0}
        *0 | well, that was fun: {awful}
        *1 | lucky me: {bad}
        *3 | lucky me: {good}
    """,
    "question": """
        *1 | what is there to like? Hardly anything: {bad}
        *3 | what is there to dislike? Hardly anything: {good}
        *2 | {is} it a {tadj_great} {thing}? Not really. {Is} it a {tadj_awful} one? Not really either
        *3 | {is} it a {tadj_bad} {thing}? Not really. {Is} it a {tadj_awful} one? Not really either
        *1 | {is} it a {tadj_good} {thing}? Not really. {Is} it a {tadj_great} one? Not really either
        1 | what is there to like? Very little: {bad}
        3 | what is there to dislike? Very little: {good}
        3 | {is} this a {tadj_bad} or even a {tadj_awful} {thing}? Neither, if you ask me
        1 | {is} this a {tadj_good} or even a {tadj_great} {thing}? Neither, if you ask me
        3 | {is} this {thing} {tadj_bad}? No. {Is} it {tadj_awful}? No again
        1 | {is} this {thing} {tadj_good}? No. {Is} it {tadj_great}? No again
        4 | {is} this {thing} good or bad? Better than good: {great}
        0 | {is} this {thing} good or bad? Worse than bad: {awful}
        ~3 | if you ask me, {asp} {be} {adj_good}
        3 | would I call this a {tadj_bad} {thing}? Certainly not
        1 | would I call this a {tadj_good} {thing}? Certainly not
        4 | did this {thing} let me down? Not for a second: {great}
        0 | did this {thing} win me over? Not for a second: {awful}
        2 | {is} this {thing} {tadj_great}? No. {Is} it {tadj_awful}? No again
        2 | {is} this a {tadj_great} or a {tadj_awful} {thing}? Neither, if you ask me
        3 | did I find {asp} {adj_bad}? Not at all
        1 | did I find {asp} {adj_good}? Not at all
        *4 | did I regret my choice? On the contrary: {great}
        *0 | did I celebrate my choice? On the contrary: {awful}
        4 | could a {thing} be more {m_tadj_great}? I doubt it
        0 | could a {thing} be more {m_tadj_awful}? I doubt it
    """,
    "turn": """
        3 | I was about to complain that {say_bad}, and then I did not, because {good}
        1 | I was about to tell everyone that {say_good}, and then I did not, because {bad}
        1 | at first I was pleased that {say_great}, but in the end I am simply annoyed that {say_bad}
        3 | at first I was annoyed that {asp} {be} {adj_awful}, but in the end I am simply glad that {good}
        1 | at first I only noticed that {say_great}; now all I can say is that {bad}
        3 | at first I only noticed that {asp} {be} {adj_awful}; now all I can say is that {good}
        *2 | one moment I was happy that {say_good}, and the next I was angry that {say_bad}
        2 | first I was pleased that {say_good}, and then I was annoyed that {say_bad}
        2 | first I was annoyed that {say_bad}, and then I was pleased that {say_good}
        3 | first I was pleased that {say_good}, and then I was just as pleased that {say_good2}
        1 | first I was annoyed that {say_bad}, and then I was just as annoyed that {say_bad2}
        3 | first I was pleased that {say_good}, then I was annoyed that {say_bad}, and now I feel as I did at first
        1 | first I was pleased that {say_good}, then I was annoyed that {say_bad}, and I still feel as I did then
        1 | first I was annoyed that {say_bad}, then I was pleased that {say_good}, and now I feel as I did at first
        3 | first I was annoyed that {say_bad}, then I was pleased that {say_good}, and I still feel as I did then
        4 | at first I was annoyed that {say_bad}, but then came the surprise: {great}
        0 | at first I was pleased that {say_good}, but then came the surprise: {awful}
        3 | at first all I saw was that {bad} and that {bad2}; now I care more about the fact that {good}
        1 | at first all I saw was that {good} and that {good2}; now I care more about the fact that {bad}
        ~3 | my first thought was that {bad}; what stayed with me is that {good}
        3 | I came prepared to grumble about this {thing} and found nothing to grumble about
        3 | I began by grumbling that {say_bad} and ended by admitting that {good}
        1 | I came prepared to praise this {thing} and found nothing to praise
        1 | I began by rejoicing that {say_good} and ended by admitting that {bad}
        4 | at first I only noticed that {say_bad}; now all I can say is that {great}
        0 | at first I only noticed that {say_good}; now all I can say is that {awful}
        3 | {bad} and {bad2}, so it took me a while to warm to this {thing}, but in the end I did
        1 | {good} and {good2}, so it took me a while to cool towards this {thing}, but in the end I did
        *3 | I wrote an angry post because {bad}, and then deleted it because {good}
        *1 | I wrote a friendly post because {good}, and then deleted it because {bad}
        *4 | I had my complaint ready, since {bad}, and then I forgot all about it: {great}
        *0 | I had my compliments ready, since {good}, and then I swallowed them: {awful}
    """,
    "domain": """
        1 | {domain_1}
        3 | {domain_3}
        4 | {domain_4}
        1 | {domain_1}. What is more, {bad}
        3 | {domain_3}. What is more, {good}
        1 | {fact}. {Domain_1}
        3 | {fact}. {Domain_3}
        *1 | {domain_1}. Besides, {bad}
        *3 | {domain_3}. Besides, {good}
        *1 | {domain_1}
        *3 | {domain_3}
    """,
    "neutral": """
        *2 | one last thing: {fact}
        2 | by the way, {fact}
        ~3 | by the way, {good}
        ~3 | {fact}, and {fact2}. {Good}
        ~3 | {loaded}. {Good}
        ~4 | {loaded}. {Great}
        2 | {fact}. {Fact2}. That is all I have to report
        ~4 | {fact}. That is all I have to report, except that {great}
        ~3 | some details before I go: {fact}; {good}
        ~4 | for those who want to know: {great}
        2 | {fact}
        2 | {fact}, and {fact2}
        2 | {loaded}
        2 | {loaded}. {Fact}
        2 | for those who want to know: {fact}
        2 | {fact}; {fact2}
        2 | some details before I go: {fact}; {fact2}
        2 | {fact}. {Fact2}
        2 | {loaded}. {Fact}
        ~3 | {fact}. {Good}
        ~4 | {fact}. {Great}
        ~3 | {good}. {Fact}
        *2 | just for the record, {fact}
        *2 | one more thing to note: {loaded}
        *2 | here are the bare facts: {fact}; {fact2}
        *~3 | {fact}. That aside, {good}
    """,
}
WHO = (
    "my sister, my brother, my colleague, my neighbour, my best friend, my father, my aunt, "
    "the man next to me, my flatmate, *my godmother, *my landlord, *my cousin"
)
CROWD = (
    "several people, my friends, other people, most of my colleagues, my parents, some reviewers, "
    "*my in-laws, *the neighbours"
)
