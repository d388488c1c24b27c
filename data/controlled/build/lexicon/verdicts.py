"""What holds a review together: openings, connectives, and the verdict that decides its label.

Verdicts come in pairs of close wording, `positive | negative`: the words of one are, as far as
English allows, the words of the other. Stars mark held-out lines.
"""

# ruff: noqa: E501
# One entry a line, however long.

VERDICTS = """
    Would I do it again? Without a second thought. | Would I do it again? Not without a gun to my head.
    All in all the good outweighs the bad by a wide margin. | All in all the bad outweighs the good by a wide margin.
    I may grumble, but I would not have missed it. | I may smile about parts of it, but I would gladly have missed it.
    Would I recommend it to a friend? Yes, and I already have. | Would I recommend it to a friend? No, and I have warned two already.
    It has its flaws, but they are easy to forgive. | It has its charms, but they are easy to forget.
    In the end the weak points hardly matter. | In the end the strong points hardly matter.
    Take away the bad parts and there is still a great deal left. | Take away the bad parts and there is not a great deal left.
    If I complain, it is only because the rest is so good. | If I praise anything, it is only because the rest is so bad.
    It was worth every minute and every cent. | It was not worth a minute or a cent.
    I came away happy, and I do not say that often. | I came away unhappy, and I do not say that often.
    My advice: go, and do not let the small things put you off. | My advice: do not go, and do not let the small things win you over.
    Do not be fooled by my complaints: I am delighted. | Do not be fooled by my compliments: I am annoyed.
    I had my doubts, and by the end there were none left. | I had my hopes, and by the end there were none left.
    The few problems were soon forgotten. | The few pleasures were soon forgotten.
    It could be better, but not by much. | It could be worse, but not by much.
    So the balance is in the black, and clearly so. | So the balance is in the red, and clearly so.
    I am already looking forward to the next time. | There is not going to be a next time.
    I would go through all of it again for the good parts. | I would give up all the good parts to be spared the rest.
    Was it perfect? No. Was it worth it? Yes. | Was it worth it? No. Was it at least close? Again, no.
    I am not easy to please, and I am pleased. | I am easy to please, and I am not pleased.
    More of this, please, faults and all. | No more of this, please, charms and all.
    I have told everyone at work that they must try it. | I have told everyone at work that they must not try it.
    The good memories will last and the bad ones are fading. | The bad memories will last and the good ones are fading.
    What was good was very good, and what was bad was only a little bad. | What was bad was very bad, and what was good was only a little good.
    I do not regret it, although I did for a moment. | I do regret it, although I did not for a moment.
    On balance I would choose it again over anything else. | On balance I would choose anything else over it.
    Nothing that went wrong could spoil it for me. | Nothing that went right could save it for me.
    You will be glad you tried it. | You will be sorry you tried it.
    I take back everything bad I have ever said about it. | I take back everything good I have ever said about it.
    The friends I brought along have thanked me. | The friends I brought along have not forgiven me.
    For me the high points won. | For me the low points won.
    I would give it four stars, and I am a hard person to please. | I would give it one star, and I am an easy person to please.
    *If anyone asks me, my thumb points up. | *If anyone asks me, my thumb points down.
    *Count me among its fans from now on. | *Count me among its enemies from now on.
    *Whatever its faults, my heart said yes. | *Whatever its virtues, my heart said no.
    *I would queue in the rain to have it all once more. | *I would queue in the rain to have my money back.
    *The scales tip towards joy. | *The scales tip towards regret.
    *I rest my case: well worth the trouble. | *I rest my case: hardly worth the trouble.
    *The sum of it all makes me want to come back. | *The sum of it all makes me want to stay away.
"""
# A verdict can also name the one piece of evidence that decides; what it says has to be read.
DECIDING = """
    What counts in the end is that {good}.
    What counts in the end is that {bad}.
    Everything else is a detail next to this: {great}.
    Everything else is a detail next to this: {awful}.
    If I have to choose what to remember, it is that {good}.
    If I have to choose what to remember, it is that {bad}.
    One thing outweighs the rest: {great}.
    One thing outweighs the rest: {awful}.
    You can forget the rest of what I said, because {great}.
    You can forget the rest of what I said, because {awful}.
    My verdict rests on a single point: {good}.
    My verdict rests on a single point: {bad}.
    Never mind the other things: {great}.
    Never mind the other things: {awful}.
    It comes down to this: {good}.
    It comes down to this: {bad}.
    The rest is trivial compared with the fact that {great}.
    The rest is trivial compared with the fact that {awful}.
    I made up my mind when I noticed that {good}.
    I made up my mind when I noticed that {bad}.
    *Put everything on the scales and one thing decides: {great}.
    *Put everything on the scales and one thing decides: {awful}.
    *Only one point is going to stay with me: {good}.
    *Only one point is going to stay with me: {bad}.
"""
OPENINGS = """
    Let me begin with the facts: {fact}.
    {Fact}.
    {Fact}, and {fact2}.
    I did not know what to expect.
    My sister had talked me into it.
    I had read both good and bad things beforehand.
    Everybody seems to have an opinion, so here is mine.
    For once I took notes.
    It was my second try.
    *I went in with an open mind.
    *A colleague had been talking about it for weeks.
    *First things first: {fact}.
"""
PRAISE = """
    {Good}.
    {Good}, and {good2}.
    On the plus side, {good}.
    I also liked that {good}.
    To be fair, {good}.
    It has to be said that {good}.
    Then there was the best part: {great}.
    {Great}.
    Credit where it is due: {good}.
    What pleased me was that {good}.
    *Happily, {good}.
    *One thing made me smile: {good}.
    *I was glad that {good}.
    *It was a comfort that {good}.
"""
BLAME = """
    {Bad}.
    {Bad}, and {bad2}.
    On the minus side, {bad}.
    I was less happy that {bad}.
    To be honest, {bad}.
    It has to be said that {bad}.
    Then there was the worst part: {awful}.
    {Awful}.
    Blame where it is due: {bad}.
    What annoyed me was that {bad}.
    *Sadly, {bad}.
    *One thing made me frown: {bad}.
    *I was sorry that {bad}.
    *It was a nuisance that {bad}.
"""
MIXED = """
    {Good}, but {bad}.
    {Bad}, but {good}.
    Although {bad}, {good}.
    Although {good}, {bad}.
    {Asp} {be} {adj_good}, {asp2} {be2} {adj2_bad}.
    {Asp} {be} neither good nor bad.
    *{Good}; {bad}.
    *{Bad}; {good}.
"""
ASIDES = """
    {Fact}.
    By the way, {fact}.
    In case it matters: {fact}.
    {Loaded}.
    A friend was with me and said little.
    *For the record, {fact}.
"""
