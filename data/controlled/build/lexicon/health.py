"""Health: doctors, sleep, food, training."""

from .asking import ask
from .telling import tell

SCENES = ()
ASK = ask(
    how="""
        lose {n} kilos in {t} = get rid of {n} kilos within {t} ~ gain {n} kilos in {t} | worth | n: 5, 10 | t: two months, a year
        stop snoring = get rid of my snoring ~ record my snoring ~ sleep next to a snorer | cost time why
        fall asleep faster = get to sleep more quickly ~ wake up faster ~ fall asleep later |
        get rid of hiccups = make hiccups go away ~ cause hiccups | time
        lower my blood pressure = bring my blood pressure down ~ measure my blood pressure ~ raise my blood pressure | time why
        quit smoking = give up cigarettes ~ start smoking ~ smoke less | cost time why when
        run a marathon = get through a marathon ~ watch a marathon ~ organise a marathon | cost time why worth
        build muscle without weights = grow stronger muscles when I have no weights ~ lose weight without losing muscle ~ build muscle with weights | time
        treat a mild burn = look after a small burn ~ prevent a mild burn ~ treat a severe burn | cost time who when if
        *soothe a sore throat = ease the pain of a sore throat ~ examine a sore throat | time when
        *remove a splinter = get a splinter out ~ break a splinter | time who when if
    """,
    why="""
        my knees + | hurt = ache ~ swell | after a long run = when I have run far ~ before a long run
        my eyes + | water = fill with tears ~ itch | in cold wind = when a cold wind blows ~ in bright light
        people + | yawn = start yawning ~ laugh | when others do = because others do ~ when they are alone
        *my feet + | tingle = have pins and needles ~ sweat | after sitting = when I have been sitting ~ in bed
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
        back pain | lack of exercise
        headaches | bad eyesight
        *anxiety | high blood pressure
    """,
    quantity="""
        headaches | need treatment = have to be treated
        vitamins | dissolve in water = break down in water
        *allergies | begin in childhood = start when people are children
    """,
    order="""
        stretch | run
        brush my teeth | have breakfast
        eat | take the tablet
        *warm up | lift weights
    """,
    sets="""
        What should I eat {t}? = Which foods are good to have {t}? = What makes a good meal {t}? ~ What should I avoid eating {t}? | t: before a long run, after a long run, during a fever
        Is it normal to feel tired {t}? = Do most people feel worn out {t}? = Should I worry if I am tired {t}? ~ Is it normal to feel hungry {t}? | t: after lunch, after a flu, early in pregnancy
        Can you catch a cold from {e}? = Is it possible to get a cold because of {e}? = Does {e} give people colds? ~ Can you cure a cold with {e}? | e: wet hair, cold drinks
        How much water should {e} drink a day? = What is the right daily amount of water for {e}? = How many glasses of water does {e} need every day? ~ How much coffee should {e} drink a day? | e: a child, a runner, an adult
        *At what age should children see a dentist? = How old should a child be at the first visit to the dentist? = When is it time to take a child to the dentist? ~ At what age can one become a dentist for children?
    """,
)
EVENTS = tell(
    "health",
    captions="""
        a nurse ~ a (young) doctor = a (young) physician | bandage = put a bandage on ~ examine | a boy's (left) arm = the (left) arm of a boy ~ an (injured) dog | in a hospital = at a hospital ~ in a tent
        a woman ~ two men + ~ some girls + | do ~ teach | yoga (exercises) ~ some stretches + = some stretching exercises + | on a lawn = on the grass ~ in a gym
        a (young) man = a (young) fellow ~ a (pregnant) woman | drink ~ pour away = tip out | a glass of (cold) water ~ a bottle of milk | in the shade ~ on a balcony
        a (small) child = a (little) kid ~ an old lady = an elderly woman | brush ~ comb | her (long) hair ~ a doll's hair = the hair of a doll | in front of a mirror ~ on a bed
        *a dentist ~ a student nurse | disinfect = sterilise ~ drop | some (metal) instruments + ~ a syringe | beside a lamp ~ next to a patient
    """,
    reports="""
        the ministry = the health ministry ~ the hospital | order = place an order for ~ destroy | a (million) doses of vaccine = a (million) vaccine doses ~ some (outdated) drugs + | in October ~ before the winter = ahead of the winter
        researchers + = scientists + ~ students + | test = try out ~ praise | a (new) drug against malaria = a (new) malaria drug ~ a (cheap) blood test | on volunteers ~ in three countries
        *paramedics + ~ lifeguards + | revive = bring round ~ transport = convey | an (unconscious) swimmer ~ a (dizzy) pensioner | at the marina ~ on Ascension Day
    """,
)
