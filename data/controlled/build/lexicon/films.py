"""Films: an evening at the cinema."""

# ruff: noqa: E501
# One entry a line, however long.

from .asking import ask
from .entries import scene
from .telling import say, tell

FILM = scene(
    "film",
    past=False,
    things="film, comedy, thriller, drama, sequel, war film, *road movie, *heist film",
    rivals="the first film, the director's last film, the film we saw last week, *the film that won all the prizes",
    adjectives="""
        enjoyable, charming, likeable, clever, touching, *breezy
        | wonderful, unforgettable, brilliant, magnificent, *spellbinding
        | forgettable, predictable, clumsy, slow, *plodding
        | unwatchable, dreadful, idiotic, unbearable, *abysmal
    """,
    aspects="""
        the plot | clever, tight, well built | ingenious, gripping, masterly | thin, confusing, predictable | idiotic, incoherent
        the acting | natural, confident, warm | superb, magnetic, flawless | stiff, uneven, flat | atrocious, laughable
        the jokes + | sharp, well timed, fresh | hilarious, priceless | tired, laboured, stale | excruciating, unbearable
        the ending | moving, satisfying, fitting | perfect, devastatingly beautiful | rushed, tame, muddled | ridiculous, infuriating
        the dialogue | witty, lively, believable | brilliant, razor-sharp | wooden, clumsy, flat | embarrassing, painful
        the photography | elegant, crisp, thoughtful | breathtaking, gorgeous | murky, drab, shaky | hideous, amateurish
        the soundtrack | catchy, well chosen, subtle | glorious, haunting | intrusive, bland, overdone | ear-splitting, unbearable
        the two leads + | likeable, well matched, engaging | irresistible, extraordinary | dull, miscast, wooden | insufferable, hopeless
        the fight scenes + | inventive, brisk, well staged | thrilling, spectacular | repetitive, choppy, overlong | incomprehensible, ludicrous
        *the costumes + | tasteful, *authentic | sumptuous | dowdy, *garish | *grotesque
        *the villain | *sly, *menacing | *hypnotic, *unnerving | *colourless, *cartoonish | *preposterous
    """,
    great="""
        effect: I was in tears twice and grinning all the way home
        audience: the whole audience stood up and applauded at the end
        effect: I have already seen it three times and would go again tonight
        scenes: every single scene earns its place
        lead/acting: the lead gives the performance of her life
        effect: it had me on the edge of my seat from start to finish
        effect: I have not laughed this hard in years
        images/photography: there are images in it that I will carry around for the rest of my life
        script/dialogue: the script is a marvel from the first line to the last
        *effect: it left me speechless, and I am never speechless
        *cast: there is not a weak link anywhere in the cast
        *camera/photography: the camera finds beauty in every puddle
    """,
    good="""
        joke: most of the jokes land
        length/pace: it keeps moving and never outstays its welcome
        cast: the cast clearly enjoys itself
        twist: the twist comes as a real surprise
        kids: the children in it behave like children
        heart: it has its heart in the right place
        director: the director trusts us to work things out
        chase: the chase through the market is good fun
        lead/acting: the two leads have real chemistry
        city: it makes the city look inviting
        story/pace/plot: the story picks up nicely after the first half hour
        *romance: the romance grows slowly and feels true
        *cameo: an old star turns up in a delightful cameo
    """,
    bad="""
        length/pace: it runs at least twenty minutes too long
        pace: the second half drags
        twist: we guessed the twist in the first ten minutes
        joke: too many of the jokes fall flat
        lead/acting: the lead seems half asleep
        accent: the hero's accent wanders from scene to scene
        script/dialogue: the script keeps explaining what we have just seen
        effects: the effects already look dated
        friend: the best friend exists only to ask questions
        music/soundtrack: the music tells us what to feel every minute
        middle/pace/plot: nothing much happens for an hour
        *subplot: a pointless subplot eats up half an hour
        *edit: the editing is so nervous that I lost track of who was where
    """,
    awful="""
        effect: I walked out after forty minutes and do not regret it
        audience: half the audience had left before the lights came up
        effect: I wanted my money back and my evening too
        plot: the plot collapses the moment you think about it
        scenes: there is not one scene worth saving
        script/dialogue: the script insults everyone who bought a ticket
        effect: I have had more fun at the dentist
        dialogue/sound: you cannot make out a word anybody says
        lead/acting: the lead could be replaced by a coat stand
        *pain: sitting through it felt like a punishment
        *waste/cast: it throws away a fine cast on utter rubbish
        *logic: nobody involved seems to have read the script before filming it
    """,
    fact="""
        length: it runs for a hundred and ten minutes
        place/story: most of it takes place on a night train
        lead: the lead played a lawyer in her last film
        language: half of the dialogue is in Danish with subtitles
        novel: it is based on a novel from the fifties
        release: it opens in most cities on Friday
        director: the director also wrote the script
        shoot: the beach scenes were shot in winter
        story: the story covers three summers
        rating: children under twelve need an adult with them
        music: the music was recorded in a church
        *format: the opening was filmed on an old handheld camera
        *credits: a short scene follows the credits
    """,
    hopes="""
        a pleasant little film, a harmless bit of fun, an honest piece of work, *a quiet charmer
        | a masterpiece, a small miracle, the film of the year, *a modern classic
        | a dull evening, a long yawn, a tired old formula, *a history lesson
        | a complete disaster, two hours of torture, a crime against cinema, *an endurance test
    """,
    loaded="""
        story: the film follows a brutal killer through the most beautiful villages in the region
        story: it is about a terrible accident and the miserable winter that comes after it
        story: the story is set in a charming little town where a wonderful teacher goes missing
        story: the hero is a cruel, lazy man who inherits a lovely house
        story/plot: the plot concerns a stupid bet, an awful storm and a happy marriage
        story: the film tells how the worst fire in the city's history began
        story: two brilliant but bitter sisters fight over their father's beautiful garden
        story: it is the story of a gifted dancer who loses everything she loves
        *story: the film retells an ugly scandal that ruined a celebrated surgeon
        *a joyful wedding ends in a vicious quarrel in the opening scene
    """,
    settled="""
        sarcasm 0 | Another car chase through a fruit market, because the first five were not enough to put me to sleep
        sarcasm 0 | If you have always dreamed of watching paint dry for two hours, your film has arrived
        sarcasm 0 | The best moment was when the projector broke and we all got to go home
        sarcasm 0 | Bravo to the editor, who managed to make ninety minutes feel like a school year
        sarcasm 1 | How original, a retired policeman with one last case
        sarcasm 1 | You will be amazed to learn that the grumpy old neighbour has a heart of gold, as in every film like this
        *sarcasm 0 | My compliments to the popcorn, which had more flavour than the film
        domain 3 | It is an unpredictable film, and you never know which way it will jump next
        domain 3 | A thoroughly frightening film that kept my children awake and me delighted
        domain 4 | I cried like a child for the last half hour and came out happier than I went in
        domain 1 | A horror film so cosy that I nearly dozed off
        domain 1 | For a comedy it is remarkably serious, and I did not smile once
        domain 3 | A cold, cruel little thriller, and all the better for it
        *domain 3 | The sad songs make you weep, which is just what a melodrama should do
        *domain 1 | A ghost story as soothing as a warm bath, which rather defeats the purpose
    """,
)
SCENES = (FILM,)
ASK = ask(
    how="""
        write a screenplay = write a script for a film ~ direct a film ~ sell a screenplay ~ write a review of a film | time why
        book cinema tickets online = reserve cinema tickets on the internet ~ sell cinema tickets online ~ return cinema tickets | cost when
        become a film editor = start a career in film editing ~ become a film critic ~ hire a film editor | time worth
        make a short film with {e} = shoot a short film using {e} ~ edit a short film on {e} | cost time | e: a phone, a tablet
        *dub a cartoon = record new voices for a cartoon ~ draw a cartoon | cost time who
    """,
    roles="""
        the director ~ the producer ~ the leading actress | blame, praise, sue, ignore, phone | after the premiere = once the premiere was over ~ before the premiere
        *the stuntman ~ the cameraman | distract, console | during the shoot = during filming ~ after the shoot
    """,
    versus="""
        the book | the film | more exciting | less exciting
        the first part | the second part | longer | shorter
        *the stage version | the screen version | more faithful to the novel | less faithful to the novel
    """,
    quantity="""
        horror films | end badly = have an unhappy ending
        old films | need subtitles = require subtitles
        *silent films | have live music = come with live music
    """,
    events="""
        the studio ~ the director | sell the rights ~ buy the rights | sale of the rights ~ purchase of the rights
        the ministry ~ the church | ban the film ~ fund the film | ban on the film ~ funding of the film
        *the festival ~ the academy | expel two members ~ honour two members | expulsion of two members ~ honouring of two members
    """,
    sets="""
        Which film should I watch {t}? = What is a good film to see {t}? = Can you recommend a movie to watch {t}? ~ Which film did you watch {t}? | t: tonight, on a rainy Sunday, over Christmas
        Who wrote the music for {e}? = Who composed the soundtrack of {e}? = Whose music do we hear in {e}? ~ Who wrote the script for {e}? ~ Who sings in {e}? | e: the new space film, the last detective film
        Why do people cry at films that end well? = What makes people shed tears over a film with a happy ending? = Why does a happy ending make viewers cry? ~ Why do people laugh at films that end badly? ~ Why do people cry at films that end badly?
        Where can I watch old French films online? = Which sites let me stream old films from France? = Is there a place on the internet to see classic French films? ~ Where can I sell old French films online? ~ Where can I watch new French films online?
        *What does a sound designer do all day? = What is the daily work of a sound designer like? = How does a sound designer spend the day? ~ What does a set designer do all day?
    """,
)
EVENTS = tell(
    "films",
    captions="""
        an (armoured) knight = a knight (in armour) ~ a (masked) bandit ~ a (fat) king | chase ~ embrace = hug | | on a film set = on the set of a film ~ in a castle courtyard = in the courtyard of a castle
        *a (green) alien ~ a (hairy) monster ~ an astronaut | capture ~ greet | | in a crater ~ aboard a spaceship
        a (young) actress ~ an (elderly) actor | rehearse = practise ~ perform | a (long) monologue = a (long) soliloquy ~ a (short) song | on an empty stage ~ in a small theatre
        a cameraman = a man with a camera ~ a (little) girl | film ~ feed | some (white) horses + ~ some (grey) geese + | on a beach = by the sea ~ in a meadow
        two men + = a couple of men + ~ three women + | paint ~ carry | a (huge) film poster = a (huge) poster for a film ~ a (wooden) sign | in front of a cinema = outside a cinema ~ behind a school
        *a clown ~ a magician | juggle ~ pack away | five (red) balls + ~ some (sharp) knives + | in a circus tent ~ at a street fair = at a street festival
        a (bald) stuntman ~ a (young) ballerina | climb over = clamber over ~ jump off | a (brick) wall ~ a (parked) carriage | in a film studio ~ in a back street
    """,
    reports="""
        the director ~ the leading man ~ the screenwriter | sue ~ defend = stand up for | | in January = at the start of the year ~ after the premiere
        *the make-up artist ~ the extra | punch ~ forgive | | in the dressing room ~ at the wrap party
        the jury = the judges ~ the audience | honour = pay tribute to ~ ignore | a (first-time) director = a (first-time) film-maker ~ a (retired) actress | at the festival = during the festival ~ at the closing ceremony
        the studio = the film company ~ the cinema chain | cancel ~ announce | the sequel = the follow-up ~ the premiere | on Monday ~ in March
        *a critic = a reviewer ~ a blogger | attack = tear into ~ defend | the musical ~ the cartoon | in a newspaper column ~ on the radio
    """,
)
STATEMENTS = say(
    "films",
    """
        The film was so long that we missed the last bus. = We missed the last bus because the film went on for so long. = The film was so long that the last bus had gone when it was over. | We missed the last bus. | The film was so short that we caught the early bus. ~ We left the cinema early to catch the last bus. | The film is about a bus driver. ~ The bus broke down on the way to the cinema.
        I could not get tickets for the premiere. = I tried to get tickets for the premiere, but there were none left. = I failed to get hold of tickets for the opening night. | I could not get tickets. | I got tickets for the premiere at the last minute. ~ I could not get anyone to come to the premiere with me. | The premiere was shown on television. ~ Tickets for the theatre have become expensive.
        The director refused to shorten the film by {n} minutes. = Cutting {n} minutes from the film was out of the question for the director. | The director refused to shorten the film. | The director agreed to shorten the film by {n} minutes. ~ The studio refused to pay for {n} more minutes of film. | The film won a prize for its editing. | n: ten, thirty
        The cinema on the corner was turned into a gym. = They made a gym out of the cinema on the corner. = Where the cinema on the corner used to be, there is now a gym. | The cinema on the corner is gone. | The gym on the corner was turned into a cinema. ~ The cinema on the corner was turned into a nightclub. | The cinema on the corner sells good popcorn. ~ I go to the gym twice a week.
        *Nobody laughed at the comedian's jokes. = The comedian's jokes met with silence. = The comedian failed to get a single laugh. | Nobody laughed. | Everybody laughed at the comedian's jokes. ~ The comedian laughed at his own jokes. | The comedian wore a bow tie. ~ The comedian gives lessons to beginners.
    """,
)
