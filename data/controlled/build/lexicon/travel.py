"""Travel: nights in a hotel, and a journey by train."""

# ruff: noqa: E501
# One entry a line, however long.

from .asking import ask
from .entries import scene
from .telling import say, tell

HOTEL = scene(
    "hotel",
    past=True,
    things="hotel, guest house, hostel, holiday flat, campsite, *mountain lodge, *beach resort",
    rivals="the place we stayed in last year, the hotel across the road, the hostel down the road, *the airport lounge",
    adjectives="""
        comfortable, pleasant, quiet, friendly, spotless, *snug
        | fabulous, wonderful, superb, dreamlike, *heavenly
        | noisy, shabby, gloomy, overpriced, *run-down
        | disgusting, horrible, filthy, uninhabitable, *verminous
    """,
    aspects="""
        the room | bright, spacious, tidy | gorgeous, immaculate | dark, cramped, stuffy | filthy, disgusting
        the bed | comfortable, firm, roomy | heavenly, blissful | hard, narrow, lumpy | unbearable, infested with bedbugs
        the breakfast | varied, fresh, generous | magnificent, sensational | meagre, stale, dull | inedible, shameful
        the staff + | friendly, helpful, patient | outstanding, extraordinarily kind | grumpy, slow, unhelpful | hostile, abusive
        the view | pretty, open, pleasant | stunning, breathtaking | dreary, gloomy, blocked by a car park | appalling, depressing beyond words
        the bathroom | clean, modern, spotless | luxurious, magnificent | cold, tiny, worn | revolting, mouldy from floor to ceiling
        the location | handy, central, peaceful | ideal, unbeatable | remote, awkward, noisy | dreadful, frankly dangerous
        the pool | clean, warm, inviting | glorious, dazzling | small, chilly, crowded | disgusting, green with slime
        the walls + | freshly painted, thick, solid | beautifully painted | thin, stained, scuffed | black with mould, covered in filth
        *the sauna | *toasty, *well kept | *luxuriant | *clammy, *musty | *rancid
        *the garden | *fragrant, *leafy | *paradisiacal | *unkempt, *scraggly | *vandalised
    """,
    great="""
        leave: we never wanted to leave
        host: the host drove us to the hospital in the middle of the night and waited with us
        upgrade: they gave us the best room in the house for nothing
        sunrise: we watched the sun rise over the lake from our bed
        best: it was easily the best place we have ever stayed in
        sleep: I slept better than I have in years
        wedding: they turned our wedding night into something out of a fairy tale
        detail: every last detail had been thought of with love
        *dolphin: we saw dolphins from the breakfast table every morning
        *gem: nothing in the brochure prepared us for how lovely it was
    """,
    good="""
        checkin: we checked in within two minutes
        towels: there were fresh towels every day
        bus: the bus to the beach stopped right outside
        tea: there was a kettle and decent tea in the room
        wifi: the wireless worked everywhere
        bags: they looked after our bags until the evening
        map: the porter drew us a map of his favourite cafes
        street: the street was quiet at night
        shower: the shower had plenty of hot water
        bikes: they lent us bicycles for free
        dog: they put out a bowl of water for our dog
        *balcony: we could eat our supper on the balcony
        *lift: the new lift made things easy for my grandmother
    """,
    bad="""
        noise: the disco downstairs went on until two
        shower: the shower never got properly warm
        wifi: the wireless dropped out every evening
        lift: the lift was out of order all week
        queue: we queued for half an hour to check in
        window: the window would not close
        carpet: the carpet had seen better days
        breakfast: the coffee ran out by eight
        fees: they wanted extra money for the safe
        curtain: the curtains let in the street light
        towels: we got one towel between the two of us
        *tap: the tap dripped all night
        *key: the key card stopped working twice a day
    """,
    awful="""
        bugs: we woke up covered in bites
        theft: somebody stole our passports from the room
        room: they had given our room away and sent us out into the rain at midnight
        water: there was no running water for three days
        owner: the owner screamed at us in front of the children
        ceiling: part of the ceiling came down on the bed
        smell: the whole room stank of sewage
        refund: they lost our booking and kept our money
        leave: we left after one night and slept in the car
        *rat: a rat had got into the suitcase
        *fire: the fire exit was chained shut
    """,
    fact="""
        floor: our room was on the third floor
        town: it is twenty minutes from the old town on foot
        rooms: it has sixty rooms on four floors
        stay: we stayed for three nights in March
        breakfast: breakfast is served from seven to ten
        desk: the front desk is open around the clock
        parking: there is a car park behind the building
        built: the house was built as a school in the twenties
        view: the window looked out on the station
        checkout: guests have to leave their rooms by eleven
        family: the same family also owns the bakery opposite
        *keys: keys are handed back at a small kiosk
        *tax: the city tax is collected on arrival
    """,
    hopes="""
        a clean bed for the night, a restful weekend, a friendly welcome, *a cosy hideaway
        | a paradise, a palace, the holiday of a lifetime, *a castle in the clouds
        | a building site, a draughty corridor, a room without a window, *a broom cupboard
        | a nightmare, a bed full of insects, a mouldy cellar, *a flooded basement
    """,
    loaded="""
        the house stands on the spot where a terrible battle was won
        guests can book a tour of the horrible old dungeon under the lovely castle
        the hotel bar is named after a beautiful spy who betrayed her best friend
        the road to the village passes the scene of a tragic train crash
        the brochure lists an ugly duckling pond and a lake of tears among the sights
        *the inn lies between the valley of sorrow and the peak of delight
    """,
    settled="""
        sarcasm 0 | Lovely of them to let the builders start drilling at six, I might have overslept on my holiday
        sarcasm 0 | The sea view is real, provided you bring a ladder and a telescope
        sarcasm 0 | I can warmly recommend the car park, where we finally got some sleep
        sarcasm 1 | What luck to have a room right above the kitchen, you always know what is for dinner
        sarcasm 1 | The gym is ideal for anyone who owns a bicycle pump and has very low standards
        *sarcasm 0 | The brown water from the tap was a charming touch, like bathing in tea
        domain 3 | The nights there are so quiet that you can hear the owls
        domain 1 | The telephone at the desk was so quiet that nobody heard it, least of all the porter
        domain 3 | The mattress was as hard as I need it for my back
        domain 1 | The pillow was as hard as a brick
        domain 3 | The corridors smell of fresh bread in the morning
        domain 1 | The wardrobe smells of old fish
        *domain 3 | The swimming lake was freezing, and that is exactly why we had come
        *domain 1 | The dining hall was freezing, and we ate in our coats
    """,
)
TRAIN = scene(
    "train",
    past=True,
    things="journey, trip, train ride, crossing, ride, *railway tour, *ferry trip",
    rivals="the flight, the long drive, last year's trip, *the night coach",
    adjectives="""
        smooth, pleasant, relaxing, comfortable, easy, *leisurely
        | magnificent, unforgettable, glorious, wonderful, *enchanting
        | tiring, tedious, bumpy, expensive, *wearisome
        | hellish, horrendous, chaotic, nightmarish, *gruelling
    """,
    aspects="""
        the seats + | comfortable, roomy, soft | luxurious, wonderful | hard, narrow, worn | broken, disgusting
        the conductor | friendly, helpful, calm | wonderful, incredibly kind | grumpy, impatient, vague | abusive, unbearable
        the scenery | pretty, varied, green | spectacular, stunning | dull, flat, grey | hideous, utterly depressing
        the toilets + | clean, tidy, well kept | spotless | cramped, wet, smelly | revolting, filthy beyond belief
        the timetable | clear, convenient, sensible | perfect | confusing, awkward, unreliable | useless, absurd
        the carriage | quiet, warm, bright | splendid, immaculate | stuffy, crowded, cold | filthy, unbearably hot
        the connections + | easy, quick, well timed | perfect, flawless | tight, awkward, poorly signed | hopeless, disastrous
        *the buffet car | *well stocked | *sumptuously laid out | *understocked, *pricey | *stinking
    """,
    great="""
        view: the view over the gorge took our breath away
        staff: the crew ran after us with my daughter's lost bear and saved our holiday
        best: it was the loveliest trip I have ever made
        dinner: dinner in the old dining car was pure magic
        snow: crossing the pass in fresh snow was something I will never forget
        time: we arrived rested, early and blissfully happy
        *stars: lying under the glass roof and counting stars was unforgettable
    """,
    good="""
        time: we arrived on the minute
        seat: we got two seats by the window
        quiet: the quiet coach really was quiet
        socket: there was a socket at every seat
        fare: the ticket cost less than the petrol would have
        tea: a trolley came round with hot tea
        change: the change of trains took only five minutes
        bags: there was plenty of room for our bags
        *bike: the guard helped me lift my bicycle on board
        *news: the driver told us about the sights along the line
    """,
    bad="""
        late: we were an hour late
        seat: somebody was sitting in our reserved seats
        phone: a man behind us shouted into his phone for an hour
        heating: the heating was stuck at its highest setting
        change: we missed our connection by a minute
        ticket: the ticket machine swallowed my change
        food: the only food left was a packet of crisps
        platform: they changed the platform at the last moment
        signal: we stood outside the station for ages
        *draught: an icy draught came through the door
        *child: nobody would make room for the pushchair
    """,
    awful="""
        stuck: we were stuck in a tunnel for five hours without light or water
        cancel: they cancelled the last train and left us on the platform overnight
        luggage: our luggage was lost and never found
        ill: several passengers fainted in the heat and nobody came
        staff: the guard threw a pregnant woman off the train
        miss: we missed the wedding because of it
        *smoke: the coach filled with smoke and the doors would not open
    """,
    fact="""
        stops: the train stopped in nine towns
        time: we left at ten past seven
        coach: our seats were in coach four
        route: the line follows the river for most of the way
        ticket: we had bought our tickets in January
        change: we changed trains twice
        people: there were eight of us in the compartment
        bridge: the bridge is more than a hundred years old
        border: the passports were checked at the border
        *gauge: the wheels are swapped where the gauge changes
    """,
    hopes="""
        a quiet ride, a smooth crossing, a pleasant day out, *an easy afternoon
        | the trip of a lifetime, pure magic, a journey to remember, *a grand adventure
        | a long delay, a crowded carriage, a tiring day, *a dreary slog
        | total chaos, a night on a cold platform, the worst day of our holiday, *a mutiny
    """,
    loaded="""
        the line was opened in the year of the great fire
        the train is called the beautiful stranger and crosses the desert of bones
        the guide talked about a horrible crash that happened there in 1911
        *the ferry passes the cape of despair before it reaches the bay of joy
    """,
    settled="""
        sarcasm 0 | Three hours in a dark tunnel with strangers, and they did not even charge extra for it
        sarcasm 0 | Well done to the railway for teaching my children the meaning of the word never
        sarcasm 1 | The train was only fifty minutes late, so practically a record for this line
        *sarcasm 0 | I am grateful for the cancellation, since I had always wanted to get to know that bus shelter
        domain 3 | It was a slow train, and we saw every lamb and every apple tree
        domain 1 | The ticket office was slow, and we saw our train leave
        *domain 3 | The old carriages creaked in the most romantic way
    """,
)
SCENES = (HOTEL, TRAIN)
ASK = ask(
    how="""
        find a cheap flight to {e} = get a low fare to {e} ~ cancel a cheap flight to {e} | when who | e: Oslo, Rome, Boston, Lima
        get from the airport to the city centre at night = reach the city centre from the airport after dark ~ get from the city centre to the airport at night ~ spend the night at the airport | cost time
        travel with a dog on a train = take a dog along on a train journey ~ train a dog for a journey ~ travel without my dog | cost worth
        pack for {n} days with hand luggage only = fit {n} days of clothes into a cabin bag | time | n: three, ten
        extend a tourist visa = make a tourist visa last longer ~ cancel a tourist visa ~ apply for a tourist visa | cost time who when if
        get over jet lag = recover from jet lag ~ prevent jet lag ~ explain jet lag | time
        rent a car without a credit card = hire a car when I have no credit card ~ buy a car without a credit card ~ rent a car with a credit card | cost if
        *trek through the desert = cross the desert on foot ~ drive through the desert | cost time worth
        *insure my luggage = take out insurance for my luggage ~ weigh my luggage | cost why worth if
    """,
    why="""
        flights + | cost more = get more expensive ~ get cancelled | on Fridays = at the end of the week ~ on Tuesdays
        my ears + | hurt = ache ~ ring | when the plane lands = during landing ~ when the plane takes off
        *ferries + | run late = fall behind schedule ~ turn back | in fog = when it is foggy ~ in a storm
    """,
    versus="""
        the night train | the plane | cheaper | more expensive
        the north of Italy | the south of Italy | safer | more dangerous
        *a rucksack | a suitcase | more practical | less practical
    """,
    roles="""
        the guide ~ the tourist ~ the driver | follow, warn, lose, pay, photograph | on the way to the castle = while walking to the castle ~ on the way back from the castle
        *the stewardess ~ the pilot | reassure, greet | before departure = ahead of departure ~ after arrival
    """,
    cause="""
        rising rents | a housing shortage
        heavy traffic | bad road manners
        *overbooking | passenger chaos
    """,
    quantity="""
        hotels in the old town | allow dogs = let guests bring a dog
        night trains | have showers = offer their passengers a shower
        *embassies | close at noon = shut at midday
    """,
    order="""
        book the hotel | buy the flight
        change money | leave home
        *get vaccinated | apply for the visa
    """,
    events="""
        the airline ~ the airport | cancel the route ~ extend the route | the cancellation of the route ~ the extension of the route
        the railway ~ the state | renovate the station ~ demolish the station | the renovation of the station ~ the demolition of the station
        *the consulate ~ the embassy | refuse the permit ~ renew the permit | the refusal of the permit ~ the renewal of the permit
    """,
    sets="""
        What is the best month to visit {e}? = When should I travel to {e}? = At what time of year is {e} at its best? ~ What is the worst month to visit {e}? ~ How many people visit {e} every month? | e: Iceland, Morocco, Vietnam
        Do I need a visa for {e} if I stay {t}? = Is a visa required for a stay in {e} of {t}? = Can I enter {e} without a visa when I stay {t}? | e: Brazil, India | t: less than a week, two months
        How many days do I need for {e}? = How long should I stay to see {e} properly? = What is the right length of stay for {e}? ~ How many days is it by ship to {e}? | e: Venice, Kyoto, Edinburgh
        Is it safe to drink the tap water in {e}? = Can visitors drink water from the tap in {e}? = Will the tap water in {e} make me ill? ~ Is it expensive to drink bottled water in {e}? | e: Mexico, Greece
        *What should I do if my passport is stolen abroad? = My passport has been stolen in a foreign country, so what now? = How should one react to the theft of a passport abroad? ~ What should I do if I find a stolen passport abroad? ~ What should I do if my passport expires abroad?
    """,
)
EVENTS = tell(
    "travel",
    captions="""
        a (tired) tourist ~ a (friendly) policeman ~ a street seller | show the way to ~ photograph = take a picture of | | in a market square = on a market square ~ outside a station
        *a (brown) camel ~ a donkey ~ a mule | follow ~ nudge | | along a dusty track ~ near a well
        a (tired) traveller ~ a (young) couple | pack ~ unpack | a (heavy) suitcase ~ two (blue) backpacks + = two (blue) rucksacks + | in a hotel room ~ on a station platform = on the platform of a station
        some passengers + ~ two sailors + | board = get on ~ leave = get off ~ photograph = take a picture of | a (small) plane = a (small) aircraft ~ a (white) ferry | in heavy rain = while it is raining hard ~ at sunrise
        a man ~ two girls + ~ three hikers + | cross ~ follow | a (frozen) river ~ a (narrow) stream = a (narrow) brook | in the mountains ~ near a village
        a woman on a bicycle = a woman riding a bike ~ a taxi driver | pass = go past ~ point at | an (old) castle = an (old) fortress ~ a (stone) church | on a sunny day = in bright sunshine ~ in the evening
        *an old sailor ~ a fisherman | mend = repair ~ fold | a (torn) sail ~ a (green) net | on a quay ~ in a boatshed
        *a (street) musician ~ a beggar | annoy ~ entertain | some commuters + ~ a tour group | beside an escalator ~ near the ticket barrier
    """,
    reports="""
        the guide ~ the hiker ~ the park ranger | rescue = save ~ report | | in the national park ~ during the thunderstorm
        *the smuggler ~ the customs agent | bribe ~ outwit | | on the ferry = aboard the ferry ~ in Gibraltar
        the airline = the carrier ~ the railway | cancel = scrap ~ delay | all flights to the island + = every flight to the island ~ the (new) night service | because of a storm = owing to a storm ~ because of a strike
        rescuers + = a rescue team ~ hikers + | find = discover ~ rescue = save | two (missing) climbers + ~ a (missing) dog | near the summit = close to the summit ~ in a cave
        the city = the town council ~ the state | close ~ widen = broaden | the (old) bridge ~ the coastal road = the road along the coast | for two months ~ without any warning = with no warning
        *customs officers + ~ the coast guard | seize = confiscate ~ search | a (rusty) freighter ~ a (small) yacht | off the southern coast ~ near the border
    """,
)
STATEMENTS = say(
    "travel",
    """
        The train to {e} was {n} minutes late. = It was {n} minutes after the set time when the train to {e} came. = We had a delay of {n} minutes on the train to {e}. | The train to {e} was late. | The train to {e} was {n} minutes early. ~ The train from {e} was cancelled. | The train to {e} has a dining car. ~ {e} has a beautiful station. | n: ten, fifty | e: Leeds, Cologne
        She is afraid of flying. = Flying scares her. = She gets scared when she has to take a plane. | | She is fond of flying. ~ She is afraid of sailing. ~ Her husband is afraid of flying. | She works at the airport. ~ Flights were cheap this summer.
        We lost our way in the old town. = In the old town we got lost. = We could not find our way around the old town. | We lost our way. | We found our way through the old town without trouble. ~ We lost our bags in the old town. | The old town has narrow streets. ~ We bought a map of the old town.
        *They crossed the island by bicycle. = They cycled from one end of the island to the other. = A bicycle took them across the island. | They crossed the island. | They crossed the island by bus. ~ They circled the island by boat. | They rented bicycles for their children. ~ The island is famous for its lighthouse.
    """,
)
