"""Health: doctors, sleep, food, training."""

# ruff: noqa: E501
# One entry a line, however long.

from .asking import ask
from .entries import scene
from .telling import say, tell

CLINIC = scene(
    "clinic",
    past=True,
    things="clinic, hospital, day clinic, village hospital, health centre, *infirmary, *teaching hospital",
    rivals="the clinic I used to go to, the hospital in the city, the hospital in the next town, *the private hospital",
    adjectives="""
        friendly, modern, well-run, reassuring, decent, *orderly
        | outstanding, wonderful, superb, exceptional, *exemplary
        | crowded, impersonal, gloomy, chaotic, *understaffed
        | dreadful, filthy, appalling, dangerous, *nightmarish
    """,
    aspects="""
        the doctor | calm, thorough, friendly | brilliant, wonderful | hurried, cold, absent-minded | cruel, incompetent
        the nurses + | gentle, patient, cheerful | wonderful, angelic | brusque, overworked, careless | heartless, brutal
        the injection | quick, gentle, well done | completely painless | painful, rough, unpleasant | agonising, excruciating
        the waiting room | bright, airy, quiet | delightful | stuffy, crowded, noisy | filthy, unbearable
        the treatment | gentle, effective, well explained | superb, miraculous | slow, uncomfortable, expensive | barbaric, disastrous
        the receptionist | helpful, polite, organised | marvellous, extraordinarily kind | snappy, forgetful, slow | insulting, vicious
        the ward | clean, quiet, well lit | immaculate | noisy, drab, overheated | squalid, filthy
        the hospital food | tasty, warm, varied | delicious | bland, cold, monotonous | inedible, disgusting
        the leaflet | clear, honest, reassuring | excellent | vague, dated, confusing | misleading, useless
        *the midwife | *soothing, *level-headed | *an absolute angel | *tactless, *curt | *callous
        *the consultant | *unflappable, *unhurried | *phenomenal | *pompous, *offhand | *negligent
    """,
    great="""
        life: they saved my daughter's life
        pain/treatment: after ten years I woke up without pain
        walk: I walked in on crutches and walked out without them
        doctor/night: the doctor sat with my mother all night and held her hand
        fear: I had been terrified of hospitals all my life and left with a smile
        see: I can read without glasses for the first time since I was five
        call: the surgeon called us every evening to see how we were
        best: nobody has ever looked after me so well
        *twins: against all the odds my sister's twins were born healthy
        *choir/staff: the staff sang for my father on his ninetieth birthday
    """,
    good="""
        wait/time: I was called in at the agreed time
        explain/treatment: they explained every step beforehand
        kids/waiting/child: there was a box of toys for the children
        wait/appointment: I got an appointment for the next day
        explain/question: nobody minded my questions
        scar: you can hardly see the scar
        tea: somebody brought me a cup of tea
        pain/injection/treatment: it hurt far less than I had expected
        results: the results came by post two days later
        parking: there was a parking space right by the door
        *blanket: a nurse brought me a second blanket
        *stitches: I hardly felt it when the stitches came out
    """,
    bad="""
        wait/time/appointment: I waited two hours in spite of my appointment
        file: they could not find my file
        doctor: the doctor hardly looked up from the screen
        phone: it took eleven calls to get through
        door: the door stood open while I undressed
        form: I had to fill in the same form three times
        explain/question: nobody explained the long words to me
        bed/ward: my bed stood in the corridor for a night
        bill: the bill included a blood test I never had
        tired: they woke us at five for no reason
        *bruise: the needle left a large bruise
        *curtain: there was only a thin curtain between the beds
    """,
    awful="""
        wrong: they put the wrong arm in plaster
        infection: I caught an infection there that nearly killed me
        mixup: they gave my father another man's pills
        ignore/nurse/ward: an old man lay on the floor for an hour and nobody came
        knee: they operated on my good knee
        scream/kids/nurse/child: they held my son down while he screamed
        diagnosis/doctor: they told me it was nothing, and it was cancer
        needle/injection: they used a needle that somebody else had used before
        *sponge: the surgeon left a sponge inside my aunt
        *abandon: they sent a man with a heart attack home on the bus
    """,
    fact="""
        place: it is on the ring road opposite the swimming pool
        floor: the X-ray department is in the basement
        hours: it is open until six on weekdays
        reason: I went there because of my left shoulder
        card: you hand in your insurance card at the desk
        doctors: three doctors share the rooms
        appointment/wait: my appointment was on a Wednesday morning
        stay/night: I stayed for two nights
        drops: they gave me drops to take twice a day
        check: they took my blood pressure and my weight
        *bracelet: every patient gets a paper bracelet
        *lift: the wards are reached by a glass lift
    """,
    hopes="""
        a quick check-up, a reassuring visit, a gentle treatment, *a warm reception
        | a miracle cure, a whole new life, an angel in a white coat, *a full recovery
        | a long wait, a short lecture, a pile of forms, *a lukewarm welcome
        | a nightmare, a house of horrors, sheer agony, *a torture chamber
    """,
    loaded="""
        the hospital was founded after a terrible plague by a beautiful duchess
        the posters in the corridor show lovely beaches and ugly lungs
        waiting: the waiting room had magazines about murder, love and cake
        doctor: the doctor had written a book about pain and another about joy
        a painting of a cruel sea and a splendid ship hangs by the stairs
        *the chapel commemorates a heroic nurse and a shameful war
    """,
    settled="""
        sarcasm 0 | I came in with a cough and left with pneumonia, so I cannot say they gave me nothing
        sarcasm 0 | They are marvellous at teaching patience: I waited until my beard had grown
        sarcasm 0 | The surgeon kindly operated on my healthy foot as well, at no extra charge
        sarcasm 1 | Two minutes with the doctor after two hours of waiting: I felt like royalty
        sarcasm 1 | The magazines were wonderfully up to date; I had been wondering who would win the 1998 election
        *sarcasm 0 | The surgeon has such steady hands that he texted throughout the operation
        domain 3 | The test was negative
        domain 1 | The doctor's attitude was negative
        domain 3 | They found nothing at all
        domain 1 | The drip ran out, and they noticed nothing at all
        domain 3 | The tablets were so bitter that they must have been strong, and I was well in a day
        domain 4 | The lump was gone, and I danced across the car park
        *domain 3 | The scan was boringly normal
        *domain 1 | My temperature kept rising, and so did the price of their parking
    """,
)
SCENES = (CLINIC,)
ASK = ask(
    how="""
        lose {n} kilos in {t} = get rid of {n} kilos within {t} ~ gain {n} kilos in {t} | worth | n: 5, 10 | t: two months, a year
        stop snoring = get rid of my snoring ~ record my snoring ~ stop sneezing | time
        fall asleep faster = get to sleep more quickly ~ wake up faster ~ fall asleep later |
        get rid of hiccups = make hiccups go away ~ explain hiccups to a child | time
        lower my blood pressure = bring my blood pressure down ~ measure my blood pressure ~ raise my blood pressure | time why
        quit smoking = give up cigarettes ~ quit drinking ~ help a friend quit smoking | time why when if
        run a marathon = get through a marathon ~ organise a marathon | cost time why worth
        build muscle without weights = grow stronger muscles when I have no weights ~ lose weight without losing muscle ~ build muscle with weights | time
        treat a mild burn = look after a mild burn ~ treat a severe burn ~ treat a mild rash | who
        walk {n} steps a day = take {n} steps every day ~ count my steps every day | why worth if | n: six thousand, ten thousand
        *soothe a sore throat = make a sore throat feel better ~ examine a sore throat | time
        *remove a splinter = get a splinter out ~ disinfect a splinter | time who when if
    """,
    why="""
        my knees + | hurt = ache ~ swell | after a long run = when I have run far ~ before a long run
        my eyes + | water = fill with tears ~ itch | in cold wind = when a cold wind blows ~ in bright light
        people + | yawn = start yawning ~ laugh | in long meetings = when a meeting drags on ~ when they are alone
        *my feet + | tingle = have pins and needles ~ sweat | after a long drive = when I have driven far ~ in bed
    """,
    versus="""
        swimming | running | healthier | less healthy
        green tea | coffee | stronger | weaker
        *acupuncture | massage | more painful | less painful
    """,
    roles="""
        the doctor ~ the nurse ~ the patient | call, thank, trust, ignore, warn | before the operation = ahead of the operation ~ after the operation
        *the dentist ~ the receptionist | scold, hug | at the clinic = inside the clinic ~ at the wedding
    """,
    cause="""
        poor sleep | stress
        depression | loneliness
        back pain | a lack of exercise
        headaches | tense muscles
        *migraine | dizzy spells
    """,
    quantity="""
        severe headaches | need treatment = have to be treated
        energy drinks | contain caffeine = have caffeine in them
        *food allergies | begin in childhood = start in childhood
    """,
    order="""
        stretch | run
        brush my teeth | have breakfast
        eat | take the tablet
        *warm up | lift weights
    """,
    events="""
        the hospital ~ the doctor | postpone the operation ~ cancel the operation | postponement of the operation ~ cancellation of the operation
        the authorities ~ the manufacturer | test the vaccine ~ withdraw the vaccine | testing of the vaccine ~ withdrawal of the vaccine
        *the laboratory ~ the pharmacy | recall the syrup ~ relaunch the syrup | recall of the syrup ~ relaunch of the syrup
    """,
    sets="""
        What should I eat {t}? = Which foods are good to have {t}? = What makes a good meal {t}? ~ What should I avoid eating {t}? | t: before a long run, after a long run, during a fever
        Is it normal to feel tired {t}? = Is it usual to be tired {t}? = Is feeling tired quite normal {t}? ~ Is it normal to feel hungry {t}? | t: after lunch, after the flu, early in pregnancy
        Can you catch a cold from {e}? = Is it possible to get a cold because of {e}? = Can {e} give people colds? ~ Can you get a headache from {e}? | e: wet hair, cold drinks
        How much water should {e} drink a day? = What is the right daily amount of water for {e}? = How many glasses of water does {e} need every day? ~ How much coffee should {e} drink a day? | e: a child, a runner, an adult
        *At what age should children first see a dentist? = How old should a child be at the first visit to the dentist? = When is it time to take a child to the dentist for the first time? ~ At what age can one become a dentist for children?
    """,
)
EVENTS = tell(
    "health",
    captions="""
        a (kind) nurse ~ an (old) patient ~ a (young) doctor = a (young) physician | help ~ greet | | in a corridor = in a hallway ~ beside a bed
        *an orderly ~ a veteran ~ a physiotherapist | encourage ~ thank | | in a rehab centre = at a rehab centre ~ on a ramp
        a nurse ~ a (young) doctor = a (young) physician | bandage ~ examine | a boy's (left) arm = the (left) arm of a boy ~ an (injured) dog | at a first-aid post = at a first-aid station ~ in a tent
        a woman ~ two men + ~ some girls + | do ~ teach | yoga ~ some (simple) stretching exercises + | on a lawn = on the grass ~ in a gym
        a (young) man = a (young) fellow ~ a (pregnant) woman | drink ~ pour away = tip out | a glass of (cold) water ~ a bottle of milk | in the shade ~ on a balcony
        a (small) child = a (little) kid ~ an old lady = an elderly woman | brush ~ wash | a doll's (long) hair = the (long) hair of a doll ~ a (small) dog | in front of a mirror ~ in a bathroom
        *a dentist ~ a student nurse | disinfect = sterilise ~ unpack | some (metal) instruments + ~ a syringe | under a lamp ~ next to a patient
        a (cheerful) vet ~ a (young) assistant | weigh ~ vaccinate = inoculate | a (striped) kitten ~ a (white) rabbit | on a metal table ~ in a treatment room
    """,
    reports="""
        the surgeon ~ the widow ~ the insurer = the insurance company | sue ~ pay | | after the operation = following the operation ~ last summer
        *the psychiatrist ~ the nun | visit ~ comfort | | in the hospice ~ on Ash Wednesday
        the ministry = the health ministry ~ the hospital | order = place an order for ~ destroy | a (large) batch of vaccine ~ a shipment of (imported) drugs | in October ~ at the start of the winter = early in the winter
        researchers + = scientists + ~ students + | test = try out ~ praise | a (new) drug against malaria = a (new) malaria drug ~ a (cheap) hearing aid | in a small town ~ in three countries
        *paramedics + ~ lifeguards + | treat = look after ~ carry away | an (unconscious) swimmer ~ a (dizzy) pensioner | at the marina ~ on Ascension Day
    """,
)
STATEMENTS = say(
    "health",
    """
        He has not smoked for {n} years. = It is {n} years since he last smoked. = His last cigarette was {n} years ago. | He no longer smokes. | He has been smoking for {n} years. ~ He has not drunk alcohol for {n} years. | He works for a tobacco company. ~ His doctor smokes. | n: two, ten
        The doctor told me to stay in bed. = I was told by the doctor to stay in bed. = On the doctor's orders I have to stay in bed. | I have to stay in bed. | The doctor told me to get out of bed. ~ The doctor told me to stay in hospital. | My doctor is on holiday. ~ I need a new bed.
        She slept badly because of the heat. = The heat kept her from sleeping well. = It was so hot that she did not sleep well. | She slept badly. | She slept well in spite of the heat. ~ She slept badly because of the noise. | The heat wave will last another week. ~ Her bedroom faces north.
        Exercise lowers the risk of a heart attack. = People who exercise have a lower risk of a heart attack. = The risk of a heart attack goes down with exercise. | Exercise is good for the heart. | Exercise raises the risk of a heart attack. ~ Exercise lowers the risk of a fall. | Heart attacks are more common in winter. ~ He had a heart attack in the gym.
        My grandmother broke her hip when she slipped on the ice. = My grandmother slipped on the ice and broke her hip. = A fall on the ice left my grandmother with a broken hip. | My grandmother broke her hip. | My grandmother slipped on the ice but did not hurt herself. ~ My grandfather broke his wrist when he slipped on the ice. | My grandmother used to be a skater. ~ The hospital is at the top of the hill.
        *The child is allergic to peanuts. = The child has a peanut allergy. = Peanuts give the child an allergic reaction. | The child has an allergy. | The child is fond of peanuts. ~ The child is allergic to kiwi fruit. | Peanuts grow underground. ~ The child goes to nursery school.
    """,
)
