"""Sport: an afternoon in the stadium."""

# ruff: noqa: E501
# One entry a line, however long.

from .asking import ask
from .entries import scene
from .telling import say, tell

MATCH = scene(
    "match",
    past=True,
    things="match, game, final, derby, cup tie, *play-off, *semi-final",
    rivals="last week's game, the first leg, the home game in May, *the warm-up match",
    adjectives="""
        lively, entertaining, fair, exciting, hard-fought, *spirited
        | thrilling, unforgettable, magnificent, breathtaking, *epic
        | dull, scrappy, sloppy, one-sided, *lifeless
        | dreadful, pathetic, disgraceful, shameful, *woeful
    """,
    aspects="""
        the defence | solid, alert, well organised | flawless, outstanding | shaky, slow, sleepy | pathetic, hopeless
        the referee | calm, fair, consistent | superb, impeccable | fussy, hesitant, inconsistent | dreadful, disgraceful
        fans/crowd: the atmosphere | friendly, lively, cheerful | electric, unforgettable | flat, subdued, sour | poisonous, vile
        the pitch | firm, even, well kept | perfect, immaculate | bumpy, muddy, slippery | unplayable, dangerous
        the passing | crisp, accurate, quick | sublime, dazzling | sloppy, slow, predictable | woeful, appalling
        the young keeper | alert, brave, reliable | sensational, unbeatable | nervous, clumsy, shaky | disastrous, hopeless
        the substitutes + | lively, eager, effective | brilliant, magnificent | invisible, sluggish, nervous | useless, catastrophic
        tempo: the second half | lively, open, fast | breathtaking, stunning | tedious, scrappy, cautious | dismal, unwatchable
        view: our seats + | comfortable, affordable, well placed | fantastic, unbeatable | narrow, cold, overpriced | dreadful, filthy
        *the midfield | *industrious, *tireless | *imperious | *ragged, *disjointed | *shambolic
        *the captain | *composed, *steely | *heroic | *tentative, *jaded | *abysmal
    """,
    great="""
        goal/score: the winning goal was the finest I have ever seen
        comeback/score/goal: we came back from three goals down in the last ten minutes
        crowd/fans: perfect strangers fell into each other's arms
        record: our captain broke a scoring record that had stood for thirty years
        keeper: the keeper saved two penalties with a broken finger
        story: my grandchildren will have to listen to this story for ever
        title/score/run: after forty years the cup finally came home
        *dream: it was the kind of afternoon one dreams about as a child
        *roar/crowd/fans: the roar at the end could be heard across the whole city
    """,
    good="""
        goal/score: there were goals at both ends
        start: our team started well
        ticket: the tickets were cheaper than last year
        trains: there were plenty of trains home
        fans/crowd: both sets of fans sang together
        young/players: the young players got their chance
        pies: the pies were hot and the queues short
        run/score: we are now unbeaten in five
        referee: nobody was sent off
        corner: we looked dangerous at every corner
        *drums/fans: the drummers kept everyone's spirits up
        *sub/substitute: the new signing settled in nicely
    """,
    bad="""
        chances/goal: we wasted too many chances
        weather: it rained sideways and the stand has no roof
        start: the kick-off was delayed by half an hour
        passing: every second pass went to the other side
        shots/goal: there was not a shot on target before the break
        beer: the beer was warm and cost a fortune
        view/goal: a pillar blocked our view of the goal
        tempo: nobody seemed to be in a hurry
        injury: our best striker limped off early
        referee: the whistle went every thirty seconds
        *mascot: the mascot worked harder than the forwards
        *boards: you could hardly see the scoreboard
    """,
    awful="""
        score/goal/run: we lost nine to nil at home
        fight/fans/crowd: fists flew in the stands and children were crying
        cheat/score/run: the result had been fixed beforehand
        crowd/fans: the stadium was half empty long before the end
        players/tempo: the players did not even try
        injury/referee: a reckless foul ended a young man's career
        fans/crowd/fight: drunken fans threw bottles at the ambulance
        players: it was the worst display by any team of ours since I was a boy
        *racist/crowd/fans: racist chants went on for the whole afternoon
        *collapse: a stand gave way and dozens were hurt
    """,
    fact="""
        crowd/people: about nine thousand people came
        start: the game began at half past three
        kit: our team played in green
        weather: it was cloudy and mild
        bench: both sides made three changes
        score/goal: the score was one to one at the break
        place: it was played in the old stadium by the canal
        league: the two clubs are in the same division
        trip: the visitors had come by coach
        referee: the referee came from Belgium
        *anthem: a brass band played before the start
        *armband: the teams wore black armbands
    """,
    hopes="""
        a decent game, a respectable result, a nice day out, *a comfortable win
        | a festival of football, a triumph, a game for the history books, *a fairy-tale victory
        | a dull draw, a wasted afternoon, a narrow defeat, *a goalless bore
        | a thrashing, a disgrace, the darkest day in the club's history, *a fiasco
    """,
    loaded="""
        start: before the start there was a minute of silence for the victims of the terrible flood
        the stadium is named after a brilliant player who died in a horrible accident
        the two clubs have hated each other ever since a beautiful trophy was stolen
        the team is nicknamed the evil angels by friend and foe
        the banner showed a wicked fox and a lovely rose
        *the museum next door displays a shameful letter and a glorious medal
    """,
    settled="""
        sarcasm 0 | The most exciting run of the afternoon was mine, to the car park
        sarcasm 0 | Our striker could not have hit the sea from the end of a pier, but his hair looked lovely
        sarcasm 0 | I would like to thank both teams for helping me catch up on my sleep
        sarcasm 1 | At least the man selling the pies managed to find his target
        sarcasm 1 | The coach called it a learning process, so we must be the best-educated club in the country
        *sarcasm 0 | A brilliant display, if the aim was to make the under-tens look good
        domain 3 | The keeper was so bored that he started to whistle, so well did our defence play
        domain 3 | My nerves are in shreds after this killer of a match, and I loved it
        domain 1 | It was so quiet in the stadium that you could hear the coach swear
        domain 3 | It was so noisy in the stadium that I could not hear myself cheer
        domain 4 | I have no voice left, my shirt is torn, and I have never been so happy
        *domain 3 | The finish was cruelly close, just the way I like it
        *domain 1 | The result was never in doubt, and so there was nothing to watch
    """,
)
SCENES = (MATCH,)
ASK = ask(
    how="""
        run {n} kilometres without stopping = run {n} kilometres in one go ~ drive {n} kilometres without stopping | time worth | n: five, ten, twenty
        learn to swim as an adult = learn how to swim as a grown-up ~ teach swimming to an adult | cost time worth
        buy tickets for {e} = get hold of tickets for {e} ~ return tickets for {e} ~ print tickets for {e} | cost when | e: the cup final, the Olympic Games
        become a referee = qualify as a referee ~ become a coach ~ replace a referee | cost time why worth
        train for a triathlon = get in shape for a triathlon ~ organise a triathlon ~ sign up for a triathlon | cost time why when
        improve my serve in tennis = get better at serving in tennis ~ return a serve in tennis ~ play doubles in tennis |
        buy running shoes = get a pair of running shoes ~ wash running shoes ~ return running shoes | cost when
        *row across a lake = cross a lake in a rowing boat ~ skate across a lake | time why
        *climb {n} floors a day = go up {n} floors every day ~ clean {n} floors a day | why worth | n: ten, fifty
        *wax skis = put wax on skis ~ sharpen skis | cost why when if
    """,
    why="""
        my calves + | cramp = go into spasm ~ itch | at night = during the night ~ in the water
        footballers + | swap shirts = exchange shirts ~ shake hands | after the game = when the game is over ~ before the game
        *cyclists + | shave their legs = remove the hair from their legs ~ drink cola | before a race = ahead of a race ~ in winter
    """,
    versus="""
        football | basketball | more dangerous | less dangerous
        cycling | jogging | better for the knees | worse for the knees
        *badminton | squash | more tiring | less tiring
    """,
    roles="""
        the coach ~ the captain ~ the goalkeeper | blame, praise, insult, avoid, phone | after the final = when the final was over ~ before the final
        *the champion ~ the challenger | mock, hug | at the weigh-in = during the weigh-in ~ in the ring
    """,
    cause="""
        a lack of fitness | a lack of motivation
        weak muscles | bad posture
        *dehydration | exhaustion
    """,
    quantity="""
        goalkeepers | wear gloves = play in gloves
        small clubs | lose money = make a loss
        *professional sprinters | follow a diet = stick to a diet
    """,
    order="""
        warm up | stretch
        eat | go for a run
        *oil the chain | check the brakes
    """,
    events="""
        the club ~ the league | dismiss the coach ~ appoint the coach | dismissal of the coach ~ appointment of the coach
        the federation ~ the sponsor | cancel the tournament ~ move the tournament | cancellation of the tournament ~ relocation of the tournament
        *the tribunal ~ the committee | disqualify the rower ~ reinstate the rower | disqualification of the rower ~ reinstatement of the rower
    """,
    sets="""
        Who won {e} {t}? = Which team was the winner of {e} {t}? = Who came out on top in {e} {t}? ~ Who took part in {e} {t}? | e: the league, the cup | t: last year, in 2010
        How often should I train if I want to {e}? = How many times a week must I train to {e}? ~ How hard should I train if I want to {e}? | e: lose weight, run a marathon
        How many players are there in {e} team? = What is the number of players in {e} team? = How many players does {e} team have? ~ How many goals can {e} team score? | e: a handball, a volleyball
        What should I drink {t}? = Which drinks are good {t}? = What is best to drink {t}? ~ What should I wear {t}? | t: before a race, during a race, after a race
        Can the referee change a decision {t}? = Is a referee allowed to take back a decision {t}? ~ Can the referee be changed {t}? | t: after half-time, after the final whistle
        *Why is a marathon just over forty-two kilometres long? = What explains the odd length of a marathon? = How did the marathon come to be just over forty-two kilometres? ~ Why does a marathon take more than two hours?
    """,
)
EVENTS = tell(
    "sport",
    captions="""
        a (young) boxer ~ a (heavy) wrestler ~ a (masked) fighter | hit = strike ~ dodge | | in a ring ~ on a mat
        a (brown) dog ~ a (small) boy ~ a jogger | chase = run after ~ overtake | | on a beach = at the seaside ~ in a park
        *a lifeguard ~ a diver ~ a water polo player | splash ~ grab | | in a pool ~ beside a jetty
        a (young) girl ~ two men + = a couple of men + | kick ~ throw = toss | a (red) ball ~ a (plastic) bottle | on a football field = on a football pitch ~ in a park
        a (blonde) woman = a (blonde) lady ~ a (muscular) man | lift ~ carry | a (heavy) barbell ~ a (wooden) bench | in a gym = at a gym ~ on a beach
        a surfer ~ some boys + = a few boys + | clean ~ carry | a (yellow) surfboard ~ a (small) boat | at sunset = as the sun goes down ~ in the rain
        a skier ~ a (lone) hiker | climb = go up ~ descend = come down | a (snowy) slope = a (snow-covered) slope ~ a (steep) hill | in thick fog = in dense fog ~ in bright sunshine
        *a fencer ~ a goalkeeper | adjust ~ take off | a (wire) mask ~ a pair of gloves | in a changing room = in a locker room ~ under the floodlights
        *a jockey ~ a stable girl | saddle ~ stroke = pat | a (black) racehorse ~ a (nervous) pony | inside a paddock ~ at a gate
    """,
    reports="""
        the champion ~ the newcomer = the new player ~ the favourite | beat = defeat ~ injure = hurt | | in the final ~ at the indoor championships
        *the fencer from Turin ~ the veteran | outplay ~ console | | in the semi-finals ~ in the quarter-final
        the club = the team ~ the chairman | sack = fire ~ sign | the (young) coach = the (young) trainer ~ a (Danish) striker | after the defeat = following the defeat ~ at the end of the season
        a (Kenyan) runner ~ an (unknown) student | win ~ drop out of | the (city) marathon ~ the ten-kilometre race | on Sunday ~ in stormy weather = in a storm
        fans + = supporters + ~ the police + | storm ~ leave | the pitch = the playing field ~ the (main) stand | before the end of the game ~ shortly after kick-off = soon after the start of the game
        *the federation ~ a tribunal | suspend ~ clear | a (Swiss) cyclist ~ two weightlifters + | after a doping test = following a doping test ~ on Boxing Day
    """,
)
STATEMENTS = say(
    "sport",
    """
        The home team scored {n} goals in the first half. = {n} goals were scored by the home team before the break. = Before half-time the home team found the net {n} times. | The home team scored in the first half. | The home team let in {n} goals in the first half. ~ The visitors scored {n} goals in the first half. | The home team wears white shirts. ~ The kick-off was delayed by rain. | n: three, four
        She swims every morning before work. = Before work she goes swimming every morning. = Each morning she swims before she goes to work. | She swims every morning. | She swims every evening after work. ~ She runs every morning before work. | She works at a swimming pool. ~ The pool is closed for repairs.
        The striker left the club after {n} years. = After {n} years the striker and the club parted ways. = The striker's {n} years at the club are over. | The striker left the club. | The striker will stay at the club for {n} more years. ~ The coach left the club after {n} years. | The striker scored from thirty metres. ~ The club is looking for a new stadium. | n: four, nine
        The goalkeeper saved {n} penalties. = {n} penalties were saved by the goalkeeper. = The goalkeeper kept out {n} penalties. | The goalkeeper saved more than one penalty. | The goalkeeper let in {n} penalties. ~ The goalkeeper missed {n} training sessions. | The goalkeeper comes from Ghana. ~ The penalty was given for handball. | n: two, three
        *The race was stopped because of lightning. = Lightning brought the race to a halt. = The organisers stopped the race when there was lightning. | The race was stopped. | The race went on in spite of lightning. ~ The race was stopped because of a crash. | The race starts at the town hall. ~ Lightning struck the church tower.
    """,
)
