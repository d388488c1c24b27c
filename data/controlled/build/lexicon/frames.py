"""The frames of sentiment: how parts with known values make a sentence with a known value.

A line is `label | text`. `~` marks a frame that also exists with every value turned round (good
for bad, great for awful, label 4 - label); `*` marks a held-out frame. Slots in braces:

    great good fact bad awful   a clause of that level, "the jokes are stale" or "we left early"
    say_LEVEL                   the same, but nothing only the author can know
    asp be it                   a judged thing, its "is" or "were", its pronoun
    adj_LEVEL                   an adjective that fits asp
    g_LEVEL, x_LEVEL            the same, fit for "very"; the same, fit for "absolutely"
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
        ~4 | a {tadj_great} {thing} from start to finish
        ~3 | a {tadj_good} {thing}, and {good}
        ~3 | a {tadj_good}, {tadj2_good} {thing}
        ~4 | a {tadj_great}, {tadj2_great} {thing}: {great}
        ~3 | in my book this {is} a {tadj_good} {thing}, seeing that {good}
        *~4 | if I had to describe this {thing} in one word, the word would be {x_tadj_great}
        *~3 | the long and the short of it: a {tadj_good} {thing}
        *~3 | all things considered, {good}
    """,
    "intensity": """
        ~4 | {asp} {be} absolutely {x_great}
        ~4 | {asp} {be} quite simply {x_great}, and {great}
        ~4 | {great}, and {asp} {be} just as {x_great}
        ~4 | this {is} without a doubt the most {m_tadj_great} {thing} I know
        ~4 | I cannot say it loudly enough: {great}
        ~3 | {asp} {be} very {g_good}
        ~3 | {asp} {be} really {g_good}, and {good}
        3 | {asp} {be} remarkably {g_good}
        ~1 | I found {asp} rather {g_bad}
        *~4 | {asp} {be} utterly, unmistakably {x_great}
        *~4 | there is no other way to put it: {great}
        *~3 | {asp} {be} truly {g_good}
    """,
    "downtoner": """
        2 | an average {thing}, since {good}, but {bad}
        3 | an average {thing}, but {good} and {good2}
        1 | an average {thing}, but {bad} and {bad2}
        2 | {asp} {be} {g_good} enough, but only just
        *~3 | {asp} {be} pretty {g_good}
        *1 | {asp} {be} a touch {g_bad}
        3 | I have no strong feelings about {asp}, but {good}
        1 | I have no strong feelings about {asp}, but {bad}
        ~3 | I would call {asp} acceptable and {asp2} {adj2_good}
        3 | {asp} {be} a good deal better than average
        1 | {asp} {be} a good deal worse than average
        3 | an average {thing} in some ways, but {good}
        1 | an average {thing} in some ways, but {bad}
        1 | {asp} {be} a little {g_bad}
        1 | {asp} {be} slightly {g_bad}, and {bad}
        1 | {asp} {be} a bit too {g_bad} for my taste
        1 | {asp} could do with some improvement, and {bad}
        2 | {asp} {be} acceptable, no more and no less
        3 | {asp} {be} fairly {g_good}
        3 | {asp} {be} not quite {x_great}, but certainly {g_good}
        1 | {asp} {be} not quite {x_awful}, but certainly {g_bad}
        3 | {bad}, but only a little, and {good}
        *1 | {asp} {be} somewhat {g_bad}
        *2 | you could call {asp} {g_good}, and you could just as well call {it} {g_bad}
        *3 | {asp} {be} on the whole rather {g_good}
    """,
    "negation": """
        3 | {asp} {be} not {adj_bad}, and not {adj_awful} either
        1 | {asp} {be} not {adj_good}, and not {adj_great} either
        ~1 | I would not call this a {tadj_great} {thing}, because {bad}
        *3 | I found nothing {g_bad} about {asp}
        *1 | I found nothing {g_good} about {asp}
        *~4 | {asp} {be} not in the least {x_awful}, {it_be} {adj_great}
        ~3 | {asp} {be} not {adj_bad} but {adj_good}
        ~4 | {asp} {be} not {adj_bad} but {adj_great}
        ~4 | {asp} {be} {adj_great}, not {adj_awful}
        ~3 | {asp} {be} {adj_good}, not {adj_awful}
        ~3 | never once did I find {asp} {g_bad}
        ~3 | anyone who tells you that {bad} is wrong
        ~3 | it would be a lie to say that {awful}; {good}
        1 | it is not as if {great} or {great2}; {bad}
        3 | it is not as if {awful} or {awful2}; {good}
        1 | I wish I could say that {great}, but {bad}
        3 | I do not wish to exaggerate and say that {great}, but {good}
        3 | nobody is saying that {great}, but {good}
        1 | nobody is saying that {awful}, but {bad}
        4 | great is not the word for {asp}, {x_great} is
        0 | bad is not the word for {asp}, {x_awful} is
        *1 | I would be lying if I said that {great}; {bad}
        *3 | I would be lying if I said that {awful}; {good}
        1 | {asp} {be} not {g_good}
        1 | {asp} {be} not at all {g_good}, and {bad}
        3 | {asp} {be} not {g_bad} at all
        ~3 | {asp} {be} anything but {g_bad}
        ~3 | nobody could call {asp} {g_bad}
        ~3 | there is nothing {g_bad} about {asp}
        3 | it is simply not true that {bad}
        *3 | whoever says that {bad} is mistaken
        *1 | whoever says that {good} is mistaken
        3 | it would be wrong to say that {bad}
        1 | it would be wrong to say that {good}
        1 | I cannot honestly say that {good}
        ~4 | {asp} {be} nothing short of {x_great}
        4 | {asp} {be} never less than {x_great}
        0 | it is not just that {bad}; {awful}
        4 | it is not just that {good}; {great}
        *0 | {asp} {be} not merely {g_bad}, {it_be} {x_awful}
        *4 | {asp} {be} not merely {g_good}, {it_be} {x_great}
        3 | I have no complaints about {asp}, and {good}
        ~3 | {asp} {be} far from {g_bad}
        3 | not for one moment did {asp} seem {g_bad}
        1 | not for one moment did {asp} seem {g_good}
        0 | {asp} {be} more than {g_bad}, {it_be} {x_awful}
        4 | {asp} {be} more than {g_good}, {it_be} {x_great}
    """,
    "contrast": """
        ~3 | {good}, even if {crowd} call {asp} {adj_awful}
        ~3 | {asp} {be} {adj_good}, and what does it matter that {crowd} call {it} {adj_awful}
        4 | {great}, even if {bad}
        1 | {bad}, even if {great}
        2 | {bad}; {good}
        2 | {bad} and {good}
        2 | even though {bad} and {bad2}, {good} and {good2}
        3 | {good}, but {bad}, and the former matters more to me than the latter
        1 | {good}, but {bad}, and the latter matters more to me than the former
        1 | {bad}, but {good}, and the former matters more to me than the latter
        3 | {bad}, but {good}, and the latter matters more to me than the former
        *2 | {asp} {be} {adj_good}, whereas {asp2} {be2} {adj2_bad}
        *2 | on one side {good}, on the other side {bad}
        ~3 | even though {bad}, {good}
        ~3 | in spite of the fact that {bad}, I am content, because {good}
        1 | {great}, but what does it matter, when {bad}
        3 | {asp} {be} {adj_awful}, but what does it matter, when {good}
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
        2 | {good}; {bad}
        2 | {asp} {be} {adj_good}, {asp2} {be2} {adj2_bad}
        2 | {asp} {be} {adj_bad}, but {asp2} {be2} {adj2_good}
        3 | on the one hand {good}, on the other hand {bad}, and the first outweighs the second
        1 | on the one hand {good}, on the other hand {bad}, and the second outweighs the first
        1 | on the one hand {bad}, on the other hand {good}, and the first outweighs the second
        3 | on the one hand {bad}, on the other hand {good}, and the second outweighs the first
        ~3 | {bad}, but then again {good} and {good2}
        2 | {bad}, but then again {good}
        ~4 | true, {bad}, but that is a trifle next to the fact that {great}
        ~3 | true, {bad}, but that is a trifle next to the fact that {good}
        ~4 | {bad}, but what does it matter, when {great}
        ~3 | {good}, even if {bad}
        1 | {great}, but all in all I was less than happy, because {bad}
        *3 | on one side {good}, on the other side {bad}, and the first side wins
        *1 | on one side {good}, on the other side {bad}, and the second side wins
        ~4 | I was undecided for a while, given that {bad}, but nothing can cancel out this: {great}
        3 | undecided? Not I: {bad} and {bad2}, but {good}, and so I am in favour
        1 | undecided? Not I: {good} and {good2}, but {bad}, and so I am not in favour
        ~3 | although {bad} and {bad2}, {good}, and that is what counts
        ~3 | {bad} and {bad2}, but {good}, and the last point is the one that matters
        3 | {bad} and {bad2}; even so, I liked this {thing}
        1 | {good} and {good2}; even so, I did not like this {thing}
        ~3 | it is true that {bad} and {bad2}, yet in my eyes it all comes down to the fact that {good}
        *~3 | even though {bad}, it {is} a {tadj_good} {thing}
        3 | {bad} and {bad2}, I admit, but {good} and I would do it all again
        1 | {good} and {good2}, I admit, but {bad} and I would not do it all again
        2 | {good} and {bad}, so I really do not know what to think
        ~3 | {bad} and {bad2}, but I know what to think, because {good}
        1 | it is true that {great}, yet {bad}, and that is what counts
        3 | it is true that {bad} and {bad2}, yet {good}, and that is what counts
        1 | {great}, I admit, but {bad} and I would not do it all again
        1 | while {good} and {good2}, it matters more to me that {bad}
        3 | while {bad} and {bad2}, it matters more to me that {good}
        *3 | granted, {bad} and {bad2}; all the same, {good}, and so I am content
        *1 | granted, {good} and {good2}; all the same, {bad}, and so I am not content
        *4 | {bad}, but who cares, when {great}
        *0 | {good}, but who cares, when {awful}
    """,
    "for-all": """
        1 | although {great}, this {is} a {tadj_bad} {thing}
        3 | although {asp} {be} {adj_awful}, this {is} a {tadj_good} {thing}
        ~1 | {asp} {may_be} {adj_great}, but all in all this {is} a {tadj_bad} {thing}
        ~3 | for all that {bad}, this {is} a {tadj_good} {thing}
        ~4 | for all that {bad}, this {is} a {tadj_great} {thing}
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
        *3 | it {is} just as good as {rival}, and that was {tadj_good}
        *~3 | if anything, {asp} {be} {adj_good}, and certainly not {adj_bad}
        3 | {asp} {be} closer to {adj_great} than to {adj_awful}
        1 | {asp} {be} closer to {adj_awful} than to {adj_great}
        ~3 | {asp} {be} {adj_good} rather than {adj_bad}
        ~3 | it {is} no better and no worse than {rival}, and that was {tadj_good}
        ~4 | it {is} no better and no worse than {rival}, and that was {tadj_great}
        3 | this {is} better than most {things} I know, and {good}
        1 | this {is} worse than most {things} I know, and {bad}
        4 | it {is} about as good as {rival}, and that was {tadj_great}
        0 | it {is} about as bad as {rival}, and that was {tadj_awful}
        1 | it {is} no better than {rival}, and that was {tadj_bad}
        3 | it {is} no worse than {rival}, and that was {tadj_good}
        3 | it {is} far less {m_tadj_bad} than {rival}
        1 | it {is} far less {m_tadj_good} than {rival}
        ~4 | I cannot compare this with {rival}: {great}
        0 | compared with this, {rival} was {tadj_great}: {awful}
        4 | compared with this, {rival} was {tadj_awful}: {great}
        *1 | I know many better {things} than this one
        *3 | I know far worse {things} than this one, and {good}
        *4 | you will not find a more {m_tadj_great} {thing} anywhere
        *0 | you will not find a more {m_tadj_awful} {thing} anywhere
        3 | {asp} {be} clearly better than I am used to, and {good}
        1 | {asp} {be} clearly worse than I am used to, and {bad}
        1 | compared with {rival}, it {is} a step down, and not a small one
        3 | compared with {rival}, it {is} a step up, and not a small one
        1 | {rival} was {tadj_good}; this {thing} {is} not
        3 | {rival} was {tadj_bad}; this {thing} {is} not
        0 | I thought {rival} was {tadj_awful}, but this {thing} {is} even worse
        4 | I thought {rival} was {tadj_great}, but this {thing} {is} even better
        1 | it {is} less {m_tadj_awful} than {rival}, which is the kindest thing I can say
        1 | give me {rival} any day: {bad}
        3 | I would take this over {rival} any day: {good}
        0 | next to this, even {rival} seemed {tadj_great}
        4 | next to this, even the best {things} I know look {tadj_bad}
    """,
    "hypothetical": """
        0 | had somebody told me beforehand that {awful}, I would not have believed it
        *2 | people might call this {thing} {tadj_great} or {tadj_awful}; I would call it neither
        *3 | people might call this {thing} {tadj_bad} or {tadj_awful}; I would call it neither
        3 | if {asp} had been half as {g_bad} as they warned me, I would complain
        3 | had {asp} been as {g_bad} as people say, this would be an angrier review
        3 | this could have been a {tadj_awful} {thing} if only {asp} had been less {g_good}
        ~1 | on another day this might have been a {tadj_great} {thing}, but {bad}
        3 | others might call this {thing} {tadj_bad} or {tadj_awful}; I would call it neither
        1 | others might call this {thing} {tadj_good} or {tadj_great}; I would call it neither
        ~3 | perhaps others would call this {thing} {tadj_bad}; I cannot agree
        ~4 | perhaps others would call this {thing} {tadj_awful}; I cannot agree, because {great}
        3 | if it were true that {bad}, I would be the first to complain, but it is not
        1 | if it were true that {good}, I would be the first to cheer, but it is not
        1 | this could have been a {tadj_great} {thing} if only {asp} had been less {g_bad}
        1 | if {asp} had been half as {g_good} as they promised, I would not complain
        3 | it would be easy to say that {bad} and that {bad2}, but it would not be true
        4 | even if {asp} had been {adj_awful}, I would have loved it, because {great}
        0 | even if {asp} had been {adj_great}, I would have hated it, because {awful}
        *4 | if all {things} were like this one, I would never complain again: {great}
        *0 | if all {things} were like this one, I would give up on them for good: {awful}
        1 | had {asp} been as {g_good} as it should be, this would be a kinder review
        4 | had somebody told me beforehand that {great}, I would not have believed it
    """,
    "expectation": """
        1 | this was said to be a {tadj_great} {thing}, but {bad}
        3 | this was said to be a {tadj_awful} {thing}, but {good}
        ~3 | I expected {hope_bad} and got {hope_good}
        *~3 | I was ready for {hope_bad}; what came was {hope_good}
        ~4 | after all I had heard I was expecting {hope_awful}, but {great}
        ~3 | I was expecting {hope_bad} and found {hope_good}
        ~3 | it could have been {hope_awful} and it turned out to be {hope_good}
        3 | I feared {hope_bad}, I feared {hope_awful} even more, and I was wrong on both counts
        1 | I hoped for {hope_good}, I even hoped for {hope_great}, and I was wrong on both counts
        3 | I was told to expect {hope_bad} or {hope_awful}; what I got was neither
        1 | I was told to expect {hope_good} or {hope_great}; what I got was neither
        4 | I hoped for {hope_good}, and what I got was far more: {great}
        0 | I feared {hope_bad}, and what I got was far more: {awful}
        1 | I had been expecting {hope_good}, and I am sorry to say that I was wrong
        1 | I looked in vain for {hope_good}, and I am sorry about it
        3 | I had been expecting {hope_bad}, and I am happy to say that I was wrong
        3 | I looked in vain for {hope_bad}, and I am glad of it
        4 | I expected {hope_great} and that is what I got: {great}
        0 | I expected {hope_awful} and that is what I got: {awful}
        ~4 | I expected {hope_bad} and got {hope_great}
        ~3 | I was prepared for {hope_bad}, but {good}
        *1 | they promise {hope_great}; what you get is {hope_bad}
        *0 | they promise {hope_great}; what you get is {hope_awful}
        3 | I had been told that {asp} {be} {adj_awful}, so it was a relief to find {it} {adj_good}
        1 | I had been told that {asp} {be} {adj_great}, so it was a letdown to find {it} {adj_bad}
        *4 | I came for {hope_good} and found {hope_great}
        *0 | I came for {hope_good} and found {hope_awful}
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
        ~3 | the story goes that {asp} {be} {adj_awful}; the fact is that {good}
        *4 | {who} calls {asp} {adj_great}, {who2} calls {it} {adj_awful}, and I agree with {who}
        *0 | {who} calls {asp} {adj_great}, {who2} calls {it} {adj_awful}, and I agree with {who2}
        ~3 | some people find {asp} {adj_good} and others find {asp2} {adj2_good}, and both have a point
        ~3 | {who} says that {say_good}, {who2} says that {say_good2}, and both have a point
        0 | {who} keeps telling me that {asp} {be} {adj_great}; the truth is that {it_be} {adj_awful}
        4 | {who} keeps telling me that {asp} {be} {adj_awful}; the truth is that {it_be} {adj_great}
        1 | {crowd} told me that {asp} {be} {adj_great}; in fact {it_be} {adj_bad}
        3 | {crowd} told me that {asp} {be} {adj_awful}; in fact {it_be} {adj_good}
        4 | whoever calls {asp} {adj_awful} has not been paying attention: {great}
        0 | whoever calls {asp} {adj_great} has not been paying attention: {awful}
        ~3 | {who} has a point in saying that {say_good}
        2 | {who} says that {say_good}, {who2} says that {say_bad}, and both have a point
        ~4 | {who} and I have the same opinion, and that is rare: {great}
        *1 | there is a rumour that {asp} {be} {adj_great}; the reality is that {bad}
        *3 | there is a rumour that {asp} {be} {adj_awful}; the reality is that {good}
        4 | {who} calls it a {tadj_awful} {thing}, but I disagree completely: {great}
        3 | {who} calls it a {tadj_bad} {thing}; I would say that {good}
        0 | {who} calls it a {tadj_great} {thing}, but I disagree completely: {awful}
        1 | {who} calls it a {tadj_good} {thing}; I would say that {bad}
        3 | {crowd} complain that {say_bad}; I cannot agree
        3 | {crowd} complain that {say_bad} and that {say_bad2}, but in my view {good}
        1 | {crowd} rave that {say_good}; I cannot agree
        1 | {crowd} rave that {say_good} and that {say_good2}, but in my view {bad}
        1 | {crowd} say that {say_good} and that {say_good2}; what I noticed is that {bad}
        3 | {crowd} say that {say_bad} and that {say_bad2}; what I noticed is that {good}
        1 | {who} thinks that {asp} {be} {adj_great}, but I found {it} {adj_bad}
        3 | {who} thinks that {asp} {be} {adj_awful}, but I found {it} {adj_good}
        4 | {who} thinks that {asp} {be} {adj_bad}, but I found {it} {adj_great}
        0 | {who} thinks that {asp} {be} {adj_good}, but I found {it} {adj_awful}
        ~4 | {who} thinks that {asp} {be} {adj_bad}; I have a different opinion: {great}
        2 | some people find {asp} {adj_good} and others find {it} {adj_bad}, and both have a point
        4 | {who} warned me that {asp} {be} {adj_awful}, and I am so glad I did not listen, because {great}
        0 | {who} assured me that {asp} {be} {adj_great}, and I wish I had not listened, because {awful}
        *3 | if you ask {who}, {asp} {be} {adj_awful}; if you ask me, {it_be} {adj_good}
        *1 | if you ask {who}, {asp} {be} {adj_great}; if you ask me, {it_be} {adj_bad}
        *0 | do not believe {who}, who claims that {asp} {be} {adj_great}: {awful}
        *4 | do not believe {who}, who claims that {asp} {be} {adj_awful}: {great}
    """,
    "sarcasm": """
        1 | {bad}, so thank you very much for that
        3 | {good}, which is of course exactly what everyone dreams of
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
        4 | {great}, and everyone involved has every reason to be proud
        3 | how delightful: {good}
        *0 | {sarcasm_0}
        *1 | {sarcasm_1}
        *0 | {awful}; {sarcasm_0}
        *0 | well, that was fun: {awful}
        *1 | lucky me: {bad}
        *3 | lucky me: {good}
    """,
    "question": """
        *1 | what is there to like? Hardly anything: {bad}
        *3 | what is there to dislike? Hardly anything: {good}
        *2 | {is} it {tadj_great}? Not really. {Is} it {tadj_awful}? Not really either
        *3 | {is} it {tadj_bad}? Not really. {Is} it {tadj_awful}? Not really either
        *1 | {is} it {tadj_good}? Not really. {Is} it {tadj_great}? Not really either
        1 | what is there to like? Very little: {bad}
        3 | what is there to dislike? Very little: {good}
        3 | {is} it {tadj_bad} or {tadj_awful}? Neither, if you ask me
        1 | {is} it {tadj_good} or {tadj_great}? Neither, if you ask me
        3 | {is} it {tadj_bad}? No. {Is} it {tadj_awful}? No again
        1 | {is} it {tadj_good}? No. {Is} it {tadj_great}? No again
        4 | {is} it good or bad? Better than good: {great}
        0 | {is} it good or bad? Worse than bad: {awful}
        ~3 | if you ask me, {good}
        3 | would I call this a {tadj_bad} {thing}? Certainly not
        1 | would I call this a {tadj_good} {thing}? Certainly not
        4 | {is} it {tadj_bad}? Not for a second, because {great}
        0 | {is} it {tadj_good}? Not for a second, because {awful}
        2 | {is} it {tadj_great}? No. {Is} it {tadj_awful}? No again
        2 | {is} it {tadj_great} or {tadj_awful}? Neither, if you ask me
        3 | did I find that {bad}? Not at all
        1 | did I find that {good}? Not at all
        *4 | did I regret a single minute? On the contrary: {great}
        *0 | did I enjoy a single minute? On the contrary: {awful}
        4 | could anything be more {m_tadj_great}? I doubt it, for {great}
        0 | could anything be more {m_tadj_awful}? I doubt it, for {awful}
    """,
    "turn": """
        3 | I was about to complain that {bad}, and then I did not, because {good}
        1 | I was about to rejoice that {good}, and then I did not, because {bad}
        1 | on Monday I was thrilled that {great}, and since Tuesday I have been cross: {bad}
        3 | on Monday I was cross that {asp} {be} {adj_awful}, and since Tuesday I have been thrilled: {good}
        1 | at first I only noticed that {great}; a week later all I can say is that {bad}
        3 | at first I only noticed that {asp} {be} {adj_awful}; a week later all I can say is that {good}
        *2 | in the morning I was pleased that {good}, and in the evening I was cross that {bad}
        2 | on Monday I was thrilled that {good}, and on Tuesday I was cross that {bad}
        2 | on Monday I was cross that {bad}, and on Tuesday I was thrilled that {good}
        3 | on Monday I was thrilled that {good}, and on Tuesday I was thrilled that {good2}
        1 | on Monday I was cross that {bad}, and on Tuesday I was cross that {bad2}
        3 | on Monday I was thrilled that {good}, on Tuesday I was cross that {bad}, and today I feel as I did on Monday
        1 | on Monday I was thrilled that {good}, on Tuesday I was cross that {bad}, and today I feel as I did on Tuesday
        1 | on Monday I was cross that {bad}, on Tuesday I was thrilled that {good}, and today I feel as I did on Monday
        3 | on Monday I was cross that {bad}, on Tuesday I was thrilled that {good}, and today I feel as I did on Tuesday
        4 | on Monday I was cross that {bad}, and since Tuesday I have been thrilled: {great}
        0 | on Monday I was thrilled that {good}, and since Tuesday I have been cross: {awful}
        3 | on Monday all I saw was that {bad} and that {bad2}; today I care more about the fact that {good}
        1 | on Monday all I saw was that {good} and that {good2}; today I care more about the fact that {bad}
        ~3 | my first thought was that {bad}; what stayed with me is that {good}
        3 | I came prepared to grumble that {bad} and found nothing to grumble about
        3 | I began by grumbling that {bad} and ended by admitting that {good}
        1 | I came prepared to rejoice that {good} and found nothing to rejoice about
        1 | I began by boasting that {good} and ended by admitting that {bad}
        4 | at first I only noticed that {bad}; a week later all I can say is that {great}
        0 | at first I only noticed that {good}; a week later all I can say is that {awful}
        3 | {bad} and {bad2}, so it took me a while to warm to this {thing}, but in the end I did
        1 | {good} and {good2}, so it took me a while to cool towards this {thing}, but in the end I did
        *3 | I wrote an angry note because {bad}, and then tore it up because {good}
        *1 | I wrote a note of thanks because {good}, and then tore it up because {bad}
        *4 | I had my complaint ready, since {bad}, and then I forgot all about it: {great}
        *0 | I had my compliments ready, since {good}, and then I swallowed them: {awful}
    """,
    "domain": """
        1 | {domain_1}
        3 | {domain_3}
        4 | {domain_4}
        1 | {domain_1}, and {bad}
        3 | {domain_3}, and {good}
        1 | {fact}; {domain_1}
        3 | {fact}; {domain_3}
        *1 | {domain_1}, to say nothing of the rest: {bad}
        *3 | {domain_3}, and on top of that {good}
        *1 | {domain_1}
        *3 | {domain_3}
    """,
    "neutral": """
        *2 | one last thing, {fact}
        2 | by the way, {fact}
        ~3 | by the way, {good}
        ~3 | {fact}, and {fact2}. {Good}
        ~3 | {loaded}. {Good}
        ~4 | {loaded}. {Great}
        2 | {fact}. {Fact2}. That is all I have to report
        ~4 | {fact}. That is all I have to report, except that {great}
        ~3 | some details before I go: {fact}, and {good}
        ~4 | for those who want to know: {great}
        2 | {fact}
        2 | {fact}, and {fact2}
        2 | {loaded}
        2 | {loaded}, and {fact}
        2 | for those who want to know: {fact}
        2 | {fact}; {fact2}
        2 | some details before I go: {fact}, and {fact2}
        2 | {fact}. {Fact2}
        2 | {loaded}. {Fact}
        ~3 | {fact}. {Good}
        ~4 | {fact}. {Great}
        ~3 | {good}. {Fact}
        *2 | just for the record, {fact}
        *2 | one more thing to note: {loaded}
        *2 | here are the bare facts: {fact}, and {fact2}
        *~3 | {fact}. That aside, {good}
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
