"""What holds a review together: openings, connectives, and the verdict that decides its label.

Verdicts come in pairs of close wording, `positive | negative`: the words of one are, as far as
English allows, the words of the other. Stars mark held-out lines.
"""

# ruff: noqa: E501
# One entry a line, however long.

VERDICTS = """
    Would I choose it again? Without a second thought. | Would I choose it again? Not for all the money in the world.
    All in all the good outweighs the bad by a wide margin. | All in all the bad outweighs the good by a wide margin.
    I may grumble about parts of it, but I am glad I chose it. | I may smile about parts of it, but I am sorry I chose it.
    Would I recommend it to a friend? Yes, and I already have. | Would I recommend it to a friend? No, and I have warned two already.
    It has its flaws, but they are easy to forgive. | It has its charms, but they are easy to forget.
    In the end the weak points hardly matter. | In the end the strong points hardly matter.
    Take away the bad parts and there is still a great deal left. | Take away the bad parts and there is not a great deal left.
    If I complain, it is only because the rest is so good. | If I praise anything, it is only because the rest is so bad.
    It was well worth the trouble. | It was not worth the trouble.
    I am happy with it, and I do not say that often. | I am unhappy with it, and I do not say that often.
    My advice is to give it a try and not to let the small things put you off. | My advice is to give it a miss and not to let the small things win you over.
    Do not be fooled by my complaints: I am delighted. | Do not be fooled by my compliments: I am annoyed.
    I had my doubts, and by the end there were none left. | I had my hopes, and by the end there were none left.
    The problems were soon forgotten. | The pleasures were soon forgotten.
    It could be better, but not by much. | It could be worse, but not by much.
    So the pros outweigh the cons, and clearly so. | So the cons outweigh the pros, and clearly so.
    I would put up with all the bad parts for the sake of the good ones. | I would give up all the good parts to be spared the bad ones.
    Was it perfect? No. Was it good? Yes. | Was it perfect? No. Was it good? No again.
    I am not easy to please, and I am pleased. | I am easy to please, and I am not pleased.
    I can live with the faults. | I cannot live with the faults.
    I have told everyone I know to give it a try. | I have told everyone I know to give it a miss.
    The good memories will last and the bad ones are fading. | The bad memories will last and the good ones are fading.
    What was good was very good, and what was bad was only a little bad. | What was bad was very bad, and what was good was only a little good.
    I do not regret it, although there was a moment when I did. | I do regret it, although there was a moment when I did not.
    On balance I would choose it over most others. | On balance I would choose most others over it.
    Nothing that went wrong could spoil it for me. | Nothing that went right could save it for me.
    If a friend asked me, I would say yes. | If a friend asked me, I would say no.
    If you choose it, you will not be sorry. | If you choose it, you will be sorry.
    For me the good points win. | For me the bad points win.
    I would give it four stars, and I am hard to please. | I would give it one star, and I am easy to please.
    The faults have not changed my mind: it was good. | The charms have not changed my mind: it was bad.
    It was the right choice. | It was the wrong choice.
    *Thumbs up from me. | *Thumbs down from me.
    *Count me among its admirers. | *Count me among its critics.
    *Faults and all, it has won me over. | *Charms and all, it has put me off.
    *I would recommend it to anybody. | *I would not recommend it to anybody.
    *Taken as a whole, a success. | *Taken as a whole, a failure.
    *My overall impression is positive. | *My overall impression is negative.
    *My conclusion is a firm yes. | *My conclusion is a firm no.
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
    You can forget the rest of what I said: {great}.
    You can forget the rest of what I said: {awful}.
    My verdict rests on a single point: {good}.
    My verdict rests on a single point: {bad}.
    Never mind the other things: {great}.
    Never mind the other things: {awful}.
    It comes down to this: {good}.
    It comes down to this: {bad}.
    The rest is trivial compared with the fact that {great}.
    The rest is trivial compared with the fact that {awful}.
    What settles it for me is that {good}.
    What settles it for me is that {bad}.
    *When all is said and done, one fact decides the matter: {great}.
    *When all is said and done, one fact decides the matter: {awful}.
    *Only one point is going to stay with me: {good}.
    *Only one point is going to stay with me: {bad}.
"""
OPENINGS = """
    Let me begin with a plain fact: {fact}.
    {Fact}.
    {Fact}, and {fact2}.
    I did not know what to expect.
    My sister had recommended it to me.
    I had heard both good and bad things beforehand.
    Everybody seems to have an opinion, so here is mine.
    I have tried to see both sides.
    I have thought about this review for a while.
    *I tried to keep an open mind.
    *I will keep this brief.
    *First things first: {fact}.
"""
PRAISE = """
    {Good}.
    {Good}, and {good2}.
    On the plus side, {good}.
    I like that {good}.
    To be fair, {good}.
    It has to be said that {good}.
    The best of it: {great}.
    {Great}.
    Credit where credit is due: {good}.
    What pleases me is that {good}.
    *Happily, {good}.
    *On the bright side, {good}.
    *I am glad that {good}.
    *I appreciate that {good}.
"""
BLAME = """
    {Bad}.
    {Bad}, and {bad2}.
    On the minus side, {bad}.
    I am not happy that {bad}.
    To be honest, {bad}.
    It cannot be denied that {bad}.
    The worst of it: {awful}.
    {Awful}.
    What I could have done without: {bad}.
    What annoys me is that {bad}.
    *Sadly, {bad}.
    *On the downside, {bad}.
    *I am sorry that {bad}.
    *It is a pity that {bad}.
"""
MIXED = """
    {Good}, but {bad}.
    {Bad}, but {good}.
    Although {bad}, {good}.
    Although {good}, {bad}.
    {Asp} {be} {adj_good}; {asp2} {be2} {adj2_bad}.
    {Asp} {be} {adj_bad}; {asp2} {be2} {adj2_good}.
    *{Good}; on the other hand, {bad}.
    *{Bad}; on the other hand, {good}.
"""
ASIDES = """
    {Fact}.
    By the way, {fact}.
    In case it matters: {fact}.
    {Loaded}.
    In case you are wondering: {fact}.
    *To complete the picture: {fact}.
"""
