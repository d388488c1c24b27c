"""Restaurants: a dinner out."""

# ruff: noqa: E501
# One entry a line, however long.

from .asking import ask
from .entries import scene
from .telling import say, tell

RESTAURANT = scene(
    "restaurant",
    past=True,
    things="restaurant, bistro, noodle bar, pizzeria, seafood restaurant, *tapas bar, *brasserie",
    rivals="the place next door, our usual restaurant, the canteen at work, *the pub on the corner",
    adjectives="""
        pleasant, friendly, cosy, reliable, welcoming, *homely
        | outstanding, fantastic, exceptional, first-rate, *sublime
        | overpriced, disappointing, noisy, mediocre, *stuffy
        | appalling, filthy, disgraceful, terrible, *revolting
    """,
    aspects="""
        the soup | tasty, hearty, fragrant | delicious, sensational | bland, watery, lukewarm | disgusting, inedible
        waiter/wait: the service | friendly, attentive, prompt | impeccable, outstanding | slow, careless, distracted | rude, appalling
        the bread | fresh, crisp, warm | heavenly, irresistible | stale, dry, chewy | mouldy, rock-hard
        the lamb | tender, juicy, well seasoned | superb, exquisite | tough, greasy, overcooked | inedible, burnt to a cinder
        the vegetables + | crisp, fresh, nicely spiced | wonderful, exquisite | limp, soggy, tasteless | rotten, inedible
        wine: the wine list | varied, interesting, well chosen | magnificent, astonishing | short, dull, unimaginative | shameful, laughable
        the desserts + | light, inventive, well made | divine, unforgettable | sickly, dull, stodgy | revolting, dreadful
        bill: the prices + | fair, reasonable, modest | astonishingly low, unbeatable | steep, high, excessive | outrageous, scandalous
        waiter: the waiter | helpful, cheerful, knowledgeable | wonderful, charming beyond words | absent-minded, gruff, impatient | insulting, unbearable
        the portions + | generous, decent, sensible | enormous, unbeatable | small, stingy, meagre | laughable, pitiful
        *the terrace | *shady, *sunny | *idyllic | *cramped, *draughty | *squalid
        *the seafood pasta | *creamy, *garlicky | *mouth-watering | *gluey, *gritty | *vile
    """,
    great="""
        lamb: the lamb was the best I have ever eaten
        taste: I would happily have licked the plate
        return: we booked again before we had even paid
        chef: the chef came out and cooked a special dish for our daughter
        dream: I still dream about the fish stew
        evening: it was the finest meal we have had in years
        dessert: the whole table fell silent over the dessert
        staff/waiter: the staff made my mother's birthday unforgettable
        taste: every mouthful was a joy
        *truffle: the truffle risotto alone was worth the flight
        *plates: seven courses came out and every one of them was a triumph
    """,
    good="""
        water/waiter: they kept our glasses filled without being asked
        bread: warm bread came with every course
        bill/price: the bill was lower than we had feared
        table: they found us a table by the window
        menu: the menu had plenty for my vegetarian friend
        wait: our food arrived within ten minutes
        kids: they brought crayons for the children
        soup: the soup tasted of real tomatoes
        owner: the owner remembered us from last year
        fish/pasta: the fish was fresh and simply cooked
        coffee: the coffee came with a little homemade biscuit
        *tip/waiter/wine: the waitress steered us towards a cheaper and better bottle
        *crust: the pie had a crisp crust and plenty of filling
    """,
    bad="""
        wait: we waited forty minutes for a starter
        wine: they had run out of the wine we wanted
        table: they squeezed us in next to the toilets
        noise: we had to shout to hear each other
        waiter/order: the waiter mixed up our orders
        sauce: the sauce tasted as if it came from a jar
        bill/water/price: they charged us for tap water
        plate: the plates were barely warm
        music: the music was far too loud for conversation
        chips: the chips were soggy
        menu: half of the menu was not available
        *napkin/waiter: we had to ask three times for napkins
        *pasta: the pasta had been left in the water too long
    """,
    awful="""
        ill: two of us were sick all night
        hair/soup/waiter: there was a hair in the soup and the waiter laughed about it
        chicken: the chicken was raw in the middle
        leave/wait: we got up and left before the main course
        kitchen: a cockroach ran across the table
        bill/price: they charged us twice and then refused to refund us
        waiter: the waiter swore at my father
        fish: the fish smelled so bad that nobody touched it
        wait: we waited two hours for the main course and nobody apologised
        *glass: I bit on a piece of broken glass in the salad
        *mouse: a mouse was nibbling at the bread basket
    """,
    fact="""
        place: it stands next to the old post office
        seats: the dining room seats about forty people
        menu: the menu changes every month
        hours: it is closed on Mondays
        lamb/fish: I had the fish and my wife had the lamb
        card: you can pay in cash or by card
        walls: the walls were covered with photographs of boats
        owner: the owner used to run a bakery in the same street
        time: we were there on a Tuesday evening
        course: a small salad came before the main course
        wine: most of the wine comes from the south of France
        *booking: tables for six or more have to be booked by phone
        *stairs: the kitchen is on the upper floor
    """,
    hopes="""
        a decent supper, a simple honest meal, a relaxed evening, *a hearty lunch
        | a feast, the meal of the year, a true celebration, *a banquet
        | a tourist trap, a dull evening, a plate of lukewarm food, *a reheated pie
        | an utter disaster, an evening from hell, the worst dinner of my life, *a plate of raw pork
    """,
    loaded="""
        menu: the killer chilli on the menu is named after a terrible king
        place: the building was once a miserable prison with a beautiful courtyard
        menu: they serve a cake called death by chocolate and a soup called winter misery
        name: the place is named after a wicked queen who poisoned her handsome husband
        a poster about a horrible shipwreck hangs above the lovely old bar
        *name: the restaurant takes its name from a gorgeous actress and her violent lover
    """,
    settled="""
        sarcasm 0 | Thank you for the free entertainment of watching my steak burn from across the room
        sarcasm 0 | I had always wondered what boiled cardboard tastes like, and now, at last, I know
        sarcasm 0 | Only ninety minutes for a cold omelette; they must have sent out for the hen
        sarcasm 0 | Full marks to the chef for hiding the taste so well
        sarcasm 1 | How generous of them to give us a whole potato each
        sarcasm 1 | The portions are perfect if you happen to be a sparrow
        *sarcasm 0 | A round of applause for the fly in my salad, the only fresh thing on the plate
        domain 3 | The beer was ice cold
        domain 1 | The soup was ice cold
        domain 3 | The chilli was so hot that my eyes watered, just as I like it
        domain 1 | The room was so hot that the butter melted on the plate
        domain 3 | The bill was surprisingly small
        domain 1 | The helping on my plate was surprisingly small
        domain 3 | The lamb had been cooked for so long that it fell off the bone
        domain 1 | The cabbage had been cooked for so long that it fell apart
        *domain 3 | The cheese had a strong smell, as a ripe cheese should
        *domain 1 | The tablecloth smelled strongly of somebody else's dinner
    """,
)
SCENES = (RESTAURANT,)
ASK = ask(
    how="""
        keep bread fresh = stop bread from going stale ~ bake fresh bread ~ freeze bread |
        cook rice without a pot = prepare rice when there is no pot ~ cook rice in a pot ~ cook noodles without a pot |
        get red wine out of a white shirt = remove a red wine stain from a white shirt ~ dye a white shirt red ~ choose a red wine to go with fish | cost time
        open a small restaurant = start a little restaurant of my own ~ close a small restaurant ~ rent a small restaurant | cost time why worth
        make pizza dough = prepare the dough for a pizza ~ order a pizza ~ reheat a pizza | time
        feed {n} guests on a small budget = cook cheaply for {n} guests ~ seat {n} guests in a small kitchen | cost | n: ten, thirty
        sharpen a kitchen knife = give a kitchen knife a new edge ~ buy a kitchen knife ~ clean a kitchen knife | cost who when
        *poach an egg = cook an egg out of its shell in hot water ~ fry an egg ~ peel an egg | time
        *bake a cake for {n} people = make a cake that serves {n} people ~ decorate a cake for {n} people | time cost | n: eight, forty
        *smoke a trout = prepare a smoked trout ~ catch a trout | cost time
    """,
    why="""
        my bread | collapse = sink ~ burn | in the oven = while it bakes ~ as it cools
        milk | boil over = bubble over ~ burn | on a gas hob = on a gas cooker ~ in the microwave
        *my mayonnaise | curdle = separate ~ stick to the bowl | when I add the oil = as soon as the oil goes in ~ in the fridge
    """,
    versus="""
        brown rice | white rice | healthier | less healthy
        butter | olive oil | more fattening | less fattening
        eating out | cooking at home | more expensive | cheaper
        *goat's cheese | cow's cheese | easier to digest | harder to digest
    """,
    roles="""
        the chef ~ the waiter ~ the owner | blame, insult, interrupt, thank, ignore | in front of the guests = with the guests watching ~ behind closed doors
        *the butcher ~ the fishmonger | cheat, applaud | at the market = on market day ~ at the party
    """,
    cause="""
        overeating | low spirits
        weight gain | skipping meals
        *tooth decay | bad breath
    """,
    quantity="""
        waiters | live on their tips = make a living from their tips
        wild mushrooms | have to be cooked = need cooking
        *wild oysters | contain pearls = have a pearl inside
    """,
    order="""
        salt the steak | heat the pan
        chop the onions | boil the water
        *grate the cheese | slice the bread
    """,
    events="""
        the owner ~ the landlord | close the restaurant ~ reopen the restaurant ~ rename the restaurant | closure of the restaurant ~ reopening of the restaurant ~ renaming of the restaurant
        the city ~ the health office | inspect the canteen ~ close the canteen | inspection of the canteen ~ closure of the canteen
        *the brewery ~ the vineyard | dismiss the taster ~ train the taster | dismissal of the taster ~ training of the taster
    """,
    sets="""
        How much should I tip in {e}? = What is a normal tip in {e}? = When I eat out in {e}, how much do I leave for the waiter? ~ Should I tip in advance in {e}? | e: Portugal, Canada, Japan
        Which dishes can I cook {g} meat? = What are good meals {g} meat? = What can I make for dinner {g} meat? | g: with, without
        Is it safe to eat cooked rice {t}? = Can I still eat cooked rice {t} without getting ill? = Is cooked rice still good {t}? | t: a day later, a week later
        What is the difference between a bistro and a brasserie? = How does a bistro differ from a brasserie? = What sets a brasserie apart from a bistro? ~ What do a bistro and a brasserie have in common? ~ Where is the best bistro, and where is the best brasserie?
        Can a restaurant refuse to serve tap water? = Is a restaurant allowed to say no when I ask for tap water? = Do restaurants have the right not to bring me water from the tap? ~ Can I refuse to pay for tap water in a restaurant?
        *Which spices go well with lamb? = What should I season lamb with? = What are good spices for a lamb dish? ~ Which wines go well with lamb? ~ Which spices go badly with lamb?
    """,
)
EVENTS = tell(
    "restaurants",
    captions="""
        a (young) waitress ~ a (drunk) guest ~ a (tall) cook | push = shove ~ hug = embrace | | beside the bar = next to the bar ~ on the terrace
        *a (stray) cat ~ a seagull ~ a rat | chase ~ bite | | behind a fish stall ~ on a harbour wall
        a (young) cook = a (young) chef ~ an (old) woman = an (old) lady | slice = cut up ~ peel ~ wash | some (ripe) tomatoes + ~ some (large) potatoes + ~ a cucumber | in a restaurant kitchen = in the kitchen of a restaurant ~ at a market stall
        a man = a guy ~ a (small) boy = a (small) lad | stir ~ taste | some (hot) soup ~ some (bean) stew | at a campfire = beside a campfire ~ at a stove
        a waiter = a server ~ two waitresses + | carry ~ balance | a tray of (empty) glasses = a tray full of (empty) glasses ~ a stack of (dirty) plates = a pile of (dirty) plates | on a terrace ~ in a crowded dining room
        a family ~ some tourists + = a few tourists + ~ four students + | eat ~ photograph | a (large) pizza ~ some (grilled) fish | at a pavement cafe = at a cafe on the pavement ~ on a park bench
        *a baker ~ a grandmother | knead ~ weigh | some (soft) dough | in a bakery = at a bakery ~ in a farmhouse kitchen
        *a toddler = a very small child ~ a puppy = a young dog | sniff ~ knock over = tip over | a bowl of (chocolate) ice cream ~ a cup of (hot) cocoa | under a table ~ on a rug
        a (moustached) butcher = a butcher (with a moustache) ~ a grocer | weigh ~ wrap up | some (spicy) sausages + ~ a (smoked) trout | at a counter = behind a counter ~ in a market hall
    """,
    reports="""
        the cook = the chef ~ the manager ~ the waiter | insult = offend ~ thank | | on New Year's Eve ~ after closing time
        *the sommelier ~ the banker | cheat ~ advise | | in Bordeaux ~ after a tasting
        the inspectors + = the food inspectors + ~ the police + | close = shut down ~ search | a (popular) noodle bar ~ a (small) steakhouse | on Thursday ~ in the spring
        a customer = a guest ~ a journalist | sue ~ praise | the (famous) restaurant ~ the (local) bakery | shortly before Christmas = just before Christmas ~ after the holidays
        *the organisers + ~ the mayor | postpone ~ open | the pumpkin festival ~ the oyster fair | last weekend = over the weekend ~ in early autumn
    """,
)
STATEMENTS = say(
    "restaurants",
    """
        We waited {n} minutes for our soup. = It took {n} minutes for our soup to come. = Our soup did not arrive for {n} minutes. | We waited for our soup. | Our soup arrived at once. ~ We had {n} minutes to eat our soup. | The soup is made with pumpkin. ~ The waiter recommended the soup. | n: twenty, forty
        The cafe no longer takes cash. = You cannot pay in cash at the cafe any more. = Cash is not accepted at the cafe these days. | | The cafe takes nothing but cash. ~ The bakery no longer takes cash. ~ The cafe no longer takes bookings. | The cafe serves home-made cake. ~ Somebody stole the cash from the cafe.
        He burned the onions because he was on the phone. = He let the onions burn because he was talking on the phone. = The onions got burned while he was talking on the phone. | He burned the onions. | He burned his hand because he was on the phone. ~ He was on the phone because he had burned the onions. | Onions make him cry. ~ He ordered onion rings by phone.
        The restaurant was so loud that we could hardly talk. = We could hardly talk because of the noise in the restaurant. = It was so noisy in the restaurant that we could hardly have a conversation. | The restaurant was very loud. | The restaurant was so quiet that we only whispered. ~ The restaurant was so dark that we could hardly see. | We talked about opening a restaurant. ~ The restaurant has a vegetarian menu.
        *My aunt makes the best pancakes in the family. = No one in the family makes better pancakes than my aunt. = When it comes to pancakes, my aunt beats the whole family. | My aunt makes good pancakes. | My aunt eats the most pancakes in the family. ~ My uncle makes the worst pancakes in the family. | My aunt bought a new pan. ~ The family had pancakes for breakfast.
    """,
)
