"""Study: courses, teachers and exams."""

# ruff: noqa: E501
# One entry a line, however long.

from .asking import ask
from .entries import scene
from .telling import say, tell

COURSE = scene(
    "course",
    past=True,
    things="course, seminar, workshop, language class, training day, *masterclass, *summer school",
    rivals="last year's course, the online version, the course I took in May, *the evening lecture",
    adjectives="""
        useful, lively, well-organised, friendly, instructive, *practical
        | brilliant, inspiring, outstanding, unforgettable, *eye-opening
        | boring, disorganised, overpriced, superficial, *muddled
        | useless, dreadful, chaotic, insufferable, *soul-destroying
    """,
    aspects="""
        teach: the teacher | patient, clear, well prepared | inspiring, brilliant | dull, impatient, unprepared | insulting, incompetent
        the exercises + | useful, varied, challenging | ingenious, marvellous | repetitive, dull, silly | pointless, incomprehensible
        the handouts + | clear, tidy, helpful | excellent, outstanding | messy, outdated, thin | useless, illegible
        the pace | brisk, comfortable, sensible | perfect | slow, uneven, hectic | gruelling, unbearable
        the group | friendly, motivated, cheerful | wonderful, marvellous | large, noisy, listless | hostile, unbearable
        the exam | fair, manageable, sensible | perfectly fair | tricky, long, badly worded | absurd, grotesquely unfair
        room: the classroom | bright, quiet, well equipped | splendid, magnificent | stuffy, cramped, gloomy | freezing, filthy
        the feedback | honest, detailed, encouraging | invaluable, wonderfully detailed | harsh, vague, sketchy | humiliating, worthless
        the examples + | concrete, funny, well chosen | brilliant, priceless | dated, abstract, dry | baffling, ridiculous
        *the tutor | *approachable, *methodical | *charismatic | *scatterbrained, *aloof | *spiteful
        *the homework | *doable, *relevant | *fascinating | *tiresome, *undemanding | *crushing
    """,
    great="""
        exam: I passed an exam that I had failed three times before
        life: it gave me the courage to change my profession
        teach/topic: the teacher made statistics feel like a detective story
        end: nobody wanted to go home when it was over
        topic: after four weeks I was dreaming in Italian
        job: two weeks later I had the job I had always wanted
        learn/length: I learned more there than in three years at school
        *spark: it lit a spark in me that is still burning
        *topic: it took away my fear of numbers for good
    """,
    good="""
        questions: there was always time for our questions
        break: the coffee breaks were long enough for a chat
        slides: the slides went online the same evening
        practice: we got to try everything ourselves
        teach: the teacher knew all our names after an hour
        mix: theory and practice were well balanced
        price: it cost less than most courses of its kind
        level: even beginners could keep up
        friends/group: I made two good friends there
        laugh: there was a lot of laughter
        *chairs: the chairs were easy on the back
        *certificate: the certificate arrived within a week
    """,
    bad="""
        slides/teach: the teacher read everything off the slides
        late: we started twenty minutes late every time
        level: the level was too low for most of us
        questions: our questions were always put off until the next class
        room: they kept moving us to another room
        material: half of the material was from another course
        talk/group: two people did all the talking
        screen: you could not read the screen from the back
        price: we had to pay extra for the book
        cancel: the last session was cancelled without a replacement
        *beamer: the projector failed every other day
        *parking: parking spaces were almost impossible to find
    """,
    awful="""
        teach: the teacher made fun of a woman who stammered
        cancel/length/price: they cancelled it after two days and kept the fees
        learn/length: I learned nothing at all and wasted a great deal of time
        cheat/certificate: the certificate turned out to be worthless
        leave/size/group: by the second week nearly all of us had quit
        wrong: nearly everything they taught us was wrong
        cry: I went home in tears more than once
        *shout: we were shouted at like recruits
        *mould: the seminar room made us all ill
    """,
    fact="""
        time: we met every Thursday at six
        size/group: there were fourteen of us
        length: it lasted six weeks
        place: it took place in the old town hall
        book: we worked with a blue textbook
        exam/test: there was a written test at the end
        break: we had a break of fifteen minutes
        teach: the teacher came from Lisbon
        sign: you could sign up by post or online
        group: we sat in groups of four
        *register: a list went round for signatures
        *term: the term ended in July
    """,
    hopes="""
        a useful afternoon, a solid introduction, a pleasant bit of practice, *a decent refresher
        | a turning point, an inspiration, the course of a lifetime, *a revelation
        | a long sales talk, a dry lecture, a boring afternoon, *a rehash of old notes
        | a complete waste of time, a humiliation, pure chaos, *a farce
    """,
    loaded="""
        topic: one lecture was about the worst mistakes of great scientists
        topic: we spent a session on ugly words and their lovely origins
        topic: the topic was how a splendid empire came to a terrible end
        topic: the last unit dealt with hate, fear and joy in the brain
        topic: we read a poem about a wonderful summer and a bitter farewell
        *topic: the course covered famous disasters and brilliant rescues at sea
    """,
    settled="""
        sarcasm 0 | I learned a great deal, mainly about the ceiling, which has forty-two tiles
        sarcasm 0 | The highlight of the course was the fire drill
        sarcasm 0 | Whoever put the tutor in charge of teaching must have a wonderful sense of humour
        sarcasm 1 | He read the slides aloud, for those of us who had forgotten how to read
        sarcasm 1 | So nice of them to start on time, once, in the fifth week
        *sarcasm 0 | I now know exactly as much Spanish as my cat, and the cat paid nothing
        domain 3 | It was a hard course, and that is why I learned so much
        domain 1 | It was a hard chair, and six hours on it felt like ten
        domain 3 | The questions were demanding and kept us on our toes
        domain 1 | The course was so easy that I could have taught it
        domain 3 | We argued fiercely every week, and I miss it already
        *domain 3 | My head was smoking by the evening, in the best sense
        *domain 1 | The discussions were so peaceful that two people snored
    """,
)
SCENES = (COURSE,)
ASK = ask(
    how="""
        learn {e} on my own = teach myself {e} ~ teach {e} | time worth | e: Spanish, Russian, the piano
        take better notes = write notes that are more useful ~ lend somebody my notes ~ sell my notes | why
        get a scholarship = win a scholarship ~ turn down a scholarship ~ renew a scholarship | worth
        concentrate while studying = stay focused while I study ~ relax while studying |
        write a thesis in {n} weeks = finish a thesis within {n} weeks ~ read a thesis in {n} weeks | worth | n: four, twelve
        overcome exam nerves = get rid of my fear of exams ~ set an exam ~ mark an exam | time
        borrow a book from the university library = take out a book from the university library ~ donate a book to the university library ~ reserve a book from the university library | cost time when
        switch from law to medicine = move to medicine from law ~ switch from medicine to law | cost when worth
        *memorise a poem = learn a poem by heart ~ compose a poem | time why
        *recite {n} sonnets = say {n} sonnets from memory ~ publish {n} sonnets | time worth | n: five, twenty
        *tutor a classmate = give lessons to a classmate ~ apologise to a classmate | why worth
    """,
    why="""
        students + | fall asleep = nod off ~ ask questions | during lectures = while a lecture is on ~ during exams
        my daughter | find maths difficult = struggle with maths ~ find maths easy | in class = during lessons ~ at home
        *pupils + | doodle = draw little pictures ~ giggle | in assembly = during assembly ~ in detention
    """,
    versus="""
        medicine | law | harder to study | easier to study
        a private school | a state school | stricter | less strict
        *algebra | geometry | more abstract | less abstract
    """,
    roles="""
        the teacher ~ the headmaster ~ the student | praise, warn, blame, ignore, follow | at the end of term = when the term ended ~ at the start of term
        *the dean ~ the lecturer | humiliate, congratulate | at the graduation = during the graduation ~ in the corridor
    """,
    cause="""
        exam stress | stomach trouble
        low marks | a lack of interest
        *boredom | bad behaviour
    """,
    quantity="""
        students | work in the holidays = have a job in the holidays
        language teachers | live abroad = live in a foreign country
        *exchange students | live in dormitories = have a room in a dormitory
    """,
    order="""
        read the chapter | go to the lecture
        finish school | look for a job
        *choose a topic | find a supervisor
    """,
    events="""
        the university ~ the ministry | introduce the entrance exam ~ abolish the entrance exam | introduction of the entrance exam ~ abolition of the entrance exam
        the school ~ the town | relocate the library ~ enlarge the library | relocation of the library ~ enlargement of the library
        *the faculty ~ the senate | suspend the chairman ~ elect the chairman | suspension of the chairman ~ election of the chairman
    """,
    sets="""
        What can I do with a degree in {e}? = Which jobs are open to people with a degree in {e}? = What careers does a degree in {e} lead to? ~ How can I get a degree in {e}? | e: history, physics, philosophy
        Is it better to study {t}? = Do people learn more when they study {t}? = Am I better off if I study {t}? | t: in the morning, at night
        How many hours a day should {e} study? = What is a sensible number of hours of study a day for {e}? ~ How many hours a day should {e} sleep? | e: a schoolchild, a medical student
        Can I study in {e} without speaking the language? = Is it possible to go to university in {e} if I do not know the language? = Will a university in {e} take me if I do not speak the language? ~ Do I have to visit {e} to learn the language? | e: Germany, Finland, Korea
        What is the difference between a college and a university? = How does a college differ from a university? = In what way are colleges and universities different? ~ What do a college and a university have in common? ~ What is the difference between a college and a high school?
        Do employers care about grades? = Are grades important to employers? = Do the people who hire look at grades? ~ Do employers give grades? ~ Do teachers care about grades?
        *What should I wear to a graduation? = How does one dress for a graduation? = What are suitable clothes for a graduation? ~ What should I say at a graduation? ~ What should I wear to an interview?
    """,
)
EVENTS = tell(
    "study",
    captions="""
        a (patient) teacher ~ a (shy) pupil ~ a (tall) student | interrupt ~ listen to | | in the school library ~ during a lesson
        *a piano teacher ~ a (gifted) cellist ~ a violinist | accompany ~ applaud | | at a recital ~ in a conservatory
        a teacher ~ a (tall) pupil = a (tall) schoolboy | write ~ rub out | a (long) sentence ~ some (new) words + | on a blackboard = on a chalkboard ~ in a language class
        two girls + = a couple of girls + ~ a (red-haired) boy | build = put together ~ photograph | a (small) model of a bridge = a (small) model bridge ~ a (cardboard) castle | on the classroom floor = on the floor of a classroom ~ at a kitchen table
        some students + = a few students + ~ an (elderly) man | carry ~ sort | some (heavy) folders + ~ a pile of exam papers = a stack of exam papers | in a corridor = in a hallway ~ on a train
        a professor = a university teacher ~ a (young) woman | draw ~ photograph = take a photo of | a (complicated) diagram ~ a (plastic) skeleton | in a lecture hall ~ at an open day
        *a caretaker ~ a choir mistress | clean ~ decorate | the gymnasium ~ the assembly hall | before a ceremony = ahead of a ceremony ~ on a Saturday
        a (curious) pupil ~ two scientists + | examine = inspect ~ draw | a (rare) butterfly ~ a (fossilised) shell | in a science room ~ in a museum = at a museum
    """,
    reports="""
        the headteacher = the principal ~ the counsellor ~ the inspector | criticise = find fault with ~ thank | | at the school meeting ~ after the exams = when the exams were over
        *the bursar ~ the provost | overrule ~ flatter | | on Founders' Day ~ at the banquet
        the university ~ the government = the state | introduce = bring in ~ abolish = do away with | tuition fees + = fees for students + ~ the (yearly) entrance exam | last year ~ despite protests = in spite of protests
        students + ~ teachers + | occupy ~ boycott | the (main) library ~ the canteen | for three days ~ in protest against the cuts = as a protest against the cuts
        a (twelve-year-old) girl ~ a (retired) bus driver | win ~ organise | the (national) spelling contest = the (national) spelling competition ~ a chess tournament | in May ~ in the spring holidays = during the spring holidays
        *the headmistress ~ the parents' council | ban ~ welcome | mobile phones + = cell phones + ~ (school) uniforms + | in September ~ after a long debate
    """,
)
STATEMENTS = say(
    "study",
    """
        He failed the exam for the {n} time. = For the {n} time, he did not pass the exam. = His {n} attempt at the exam was a failure too. | He failed the exam. | He passed the exam at the {n} attempt. ~ He wrote the exam questions for the {n} time. | The exam lasts three hours. ~ He is nervous about his driving test. | n: second, third
        My daughter would rather study art than law. = My daughter prefers art to law as a subject. = Given the choice between art and law, my daughter would study art. | My daughter would like to study art. | My daughter would rather study law than art. ~ My son would rather study art than law. | My daughter paints in oils. ~ My daughter is a lawyer.
        The lecture was cancelled because the professor was ill. = As the professor was ill, the lecture did not take place. = The professor's illness meant that there was no lecture. | The lecture was cancelled. | The lecture took place although the professor was ill. ~ The exam was cancelled because the professor was ill. | The professor gave a lecture on diseases. ~ The lecture hall has been repainted.
        Most of the pupils cycle to school. = The majority of the pupils go to school by bike. = More than half of the pupils come to school by bicycle. | Some of the pupils cycle to school. | Most of the pupils walk to school. ~ Hardly any of the pupils cycle to school. | The pupils have sports on Friday. ~ The school is being rebuilt.
        *She learned Latin from her grandfather. = It was her grandfather who taught her Latin. = Her grandfather gave her Latin lessons. | She learned Latin. | She taught her grandfather Latin. ~ She learned Greek from her grandfather. | Her grandfather lives in Rome. ~ Latin is no longer taught at her school.
    """,
)
