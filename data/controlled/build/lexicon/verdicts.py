"""What holds a review together: openings, connectives, and the verdict that decides its label.

Verdicts come in pairs of close wording, `positive | negative`: the words of one are, as far as
English allows, the words of the other. Stars mark held-out lines.
"""

# ruff: noqa: E501
# One entry a line, however long.

VERDICTS = """
    Would I choose it again? Without a second thought. | Would I choose it again? Not for all the money in the world.
    All in all the good outweighs the bad by a wide margin. | All in all the bad outweighs the good by a wide margin.
    I disliked parts of it, but I am glad I chose it. | I liked parts of it, but I am sorry I chose it.
    Would I recommend it to a friend? Yes, and I already have. | Would I recommend it to a friend? No, and I have warned two already.
    It has its flaws, but they are easy to forgive. | It has its charms, but they are easy to forget.
    In the end the weak points hardly matter. | In the end the strong points hardly matter.
    Take away the bad parts and there is still a great deal left. | Take away the bad parts and there is not a great deal left.
    The bad points are few and small. | The good points are few and small.
    It was well worth the trouble. | It was not worth the trouble.
    I am glad I went for it, and I would say so to anyone. | I am sorry I went for it, and I would say so to anyone.
    My advice: do not let the small things put you off. | My advice: do not let the small things win you over.
    Despite my complaints I am delighted. | Despite my compliments I am annoyed.
    I had my doubts, and by the end there were none left. | I had my hopes, and by the end there were none left.
    The good points soon made me forget the bad ones. | The bad points soon made me forget the good ones.
    It could be better, but not by much. | It could be worse, but not by much.
    The pros clearly outweigh the cons. | The cons clearly outweigh the pros.
    I would put up with all the bad parts for the sake of the good ones. | I would give up all the good parts to be spared the bad ones.
    Was it perfect? No. Was it good? Yes. | Was it perfect? No. Was it good? No again.
    I am not easy to please, and I am pleased. | I am easy to please, and I am not pleased.
    I can live with the faults. | I cannot live with the faults.
    I keep telling people how good it was. | I keep telling people how bad it was.
    The good memories will last and the bad ones are fading. | The bad memories will last and the good ones are fading.
    What was good was very good, and what was bad was bearable. | What was bad was very bad, and what was good was nothing special.
    I do not regret my choice, whatever else I have said. | I regret my choice, whatever else I have said.
    On balance I would choose it over most others. | On balance I would choose most others over it.
    Nothing that went wrong could spoil it for me. | Nothing that went right could save it for me.
    If a friend asked me, I would say yes. | If a friend asked me, I would say no.
    I would do the same again. | I would not do the same again.
    For me the good points win. | For me the bad points win.
    I would give it four stars, and I am hard to please. | I would give it one star, and I am easy to please.
    The bad points have not changed my mind: it was good. | The good points have not changed my mind: it was bad.
    It was the right choice. | It was the wrong choice.
    *Thumbs up from me. | *Thumbs down from me.
    *I am impressed. | *I am not impressed.
    *In spite of its faults it has won me over. | *In spite of its merits it has put me off.
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
    For the record, {fact}.
    I did not know what to expect.
    My sister had told me what to expect.
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
    I will say this: {good}.
    I have to admit that {good}.
    It has to be said that {good}.
    I have to mention this: {great}.
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
    I will not hide this: {awful}.
    {Awful}.
    One thing bothers me: {bad}.
    What annoys me is that {bad}.
    *Sadly, {bad}.
    *On the downside, {bad}.
    *It bothers me that {bad}.
    *It is a pity that {bad}.
"""
MIXED = """
    {Good}, but {bad}.
    {Bad}, but {good}.
    {Bad}; that said, {good}.
    {Good}; that said, {bad}.
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
    *As a side note, {fact}.
    *One more detail: {fact}.
    *A small thing: {fact}.
"""
